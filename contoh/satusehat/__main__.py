"""`python -m contoh.satusehat`: CONTOH_SATUSEHAT_RPM limits the calls of a client in a minute."""

import os
from functools import partial

from contoh.alat import main
from contoh.satusehat.app import make_app

if __name__ == "__main__":
    main("satusehat", 9103, partial(make_app, batas_per_menit=int(os.environ.get("CONTOH_SATUSEHAT_RPM", "0"))))
