"""`python -m contoh.siasn`: the stand-in on 127.0.0.1:9109, see README.md."""

from contoh.alat import main
from contoh.siasn.app import make_app

main("siasn", 9109, make_app)
