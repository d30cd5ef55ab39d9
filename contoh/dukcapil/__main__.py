from contoh.alat import main
from contoh.dukcapil.app import make_app

main("dukcapil", 9101, make_app)
