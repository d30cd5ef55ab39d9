from contoh.alat import main
from contoh.simponi.app import make_app

main("simponi", 9108, make_app)
