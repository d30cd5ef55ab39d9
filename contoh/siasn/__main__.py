from contoh.alat import main
from contoh.siasn.app import make_app

main("siasn", 9109, make_app)
