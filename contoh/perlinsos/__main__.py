"""`python -m contoh.perlinsos`: the stand-in on 127.0.0.1:9116, see README.md."""

from contoh.alat import main
from contoh.perlinsos.app import make_app

main("perlinsos", 9116, make_app)
