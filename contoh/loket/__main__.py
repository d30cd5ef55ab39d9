"""`python -m contoh.loket`: the stand-in on 127.0.0.1:9119, see README.md."""

from contoh.alat import main
from contoh.loket.app import make_app

main("loket", 9119, make_app)
