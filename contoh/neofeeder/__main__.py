"""`python -m contoh.neofeeder`: the stand-in on 127.0.0.1:9105, see README.md."""

from contoh.alat import main
from contoh.neofeeder.app import make_app

main("neofeeder", 9105, make_app)
