"""`python -m contoh.taspen`: the stand-in on 127.0.0.1:9113, see README.md."""

from contoh.alat import main
from contoh.taspen.app import make_app

main("taspen", 9113, make_app)
