"""`python -m contoh.bpjstk`: the stand-in on 127.0.0.1:9117, see README.md."""

from contoh.alat import main
from contoh.bpjstk.app import make_app

main("bpjstk", 9117, make_app)
