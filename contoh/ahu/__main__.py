"""`python -m contoh.ahu`: the stand-in on 127.0.0.1:9118, see README.md."""

from contoh.ahu.app import make_app
from contoh.alat import main

main("ahu", 9118, make_app)
