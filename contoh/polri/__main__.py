"""`python -m contoh.polri`: the stand-in on 127.0.0.1:9114, see README.md."""

from contoh.alat import main
from contoh.polri.app import make_app

main("polri", 9114, make_app)
