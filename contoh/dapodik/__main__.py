from contoh.alat import main
from contoh.dapodik.app import make_app

main("dapodik", 9104, make_app)
