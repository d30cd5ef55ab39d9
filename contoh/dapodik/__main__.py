"""`python -m contoh.dapodik`: the stand-in on 127.0.0.1:9104, see README.md."""

from contoh.alat import main
from contoh.dapodik.app import make_app

main("dapodik", 9104, make_app)
