from contoh.alat import main
from contoh.neofeeder.app import make_app

main("neofeeder", 9105, make_app)
