"""`python -m contoh.bpjs`: the stand-in on 127.0.0.1:9111, see README.md."""

from contoh.alat import main
from contoh.bpjs.app import make_app

main("bpjs", 9111, make_app)
