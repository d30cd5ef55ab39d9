"""`python -m contoh.simkah`: the stand-in on 127.0.0.1:9112, see README.md."""

from contoh.alat import main
from contoh.simkah.app import make_app

main("simkah", 9112, make_app)
