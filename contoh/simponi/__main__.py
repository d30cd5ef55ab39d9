"""`python -m contoh.simponi`: the stand-in on 127.0.0.1:9108, see README.md."""

from contoh.alat import main
from contoh.simponi.app import make_app

main("simponi", 9108, make_app)
