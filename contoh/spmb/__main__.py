"""`python -m contoh.spmb`: the stand-in on 127.0.0.1:9115, see README.md."""

from contoh.alat import main
from contoh.spmb.app import make_app

main("spmb", 9115, make_app)
