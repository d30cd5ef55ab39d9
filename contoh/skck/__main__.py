"""`python -m contoh.skck`: the stand-in on 127.0.0.1:9107, see README.md."""

from contoh.alat import main
from contoh.skck.app import make_app

if __name__ == "__main__":
    main("skck", 9107, make_app)
