"""`python -m contoh.bersama`: the small stand-ins together on 127.0.0.1:9110, each below its own name."""

from contoh.alat import main
from contoh.bersama.app import make_app

main("bersama", 9110, make_app)
