"""`python -m contoh.dukcapil`: the stand-in on 127.0.0.1:9101, see README.md."""

from contoh.alat import main
from contoh.dukcapil.app import make_app

main("dukcapil", 9101, make_app)
