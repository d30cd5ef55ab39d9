"""`python -m contoh.simrs --url URL`: make and fill a hospital's database; `--bayi-baru`: a child is born."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from contoh.orang import make
from contoh.simrs.basis import bayi_baru, buka, isi, jumlah


def main() -> None:
    minta = _argumen()
    try:
        mesin = buka(minta.url)
        penduduk = make(minta.seed, minta.families)
        diisi = isi(mesin, penduduk, minta.seed)
        lahir = minta.bayi_baru and bayi_baru(mesin, penduduk, datetime.now())  # local time, as the tables have it
        baris = ", ".join(f"{tabel} {banyak}" for tabel, banyak in jumlah(mesin).items())
    except (SQLAlchemyError, ImportError) as masalah:
        sys.exit(f"expected a database at --url, got {type(masalah).__name__}; check the address and its rights")
    kabar = "diisi" if diisi else "bayi baru tercatat" if lahir else "tidak diubah"
    print(f"siap {mesin.url.render_as_string(hide_password=True)} ({kabar}): {baris}", flush=True)


def _argumen() -> Namespace:
    pembaca = ArgumentParser(prog="python -m contoh.simrs", description="A hospital's database (invented people).")
    pembaca.add_argument("--url", required=True, help="sqlite:///path or postgresql://user@host/database")
    pembaca.add_argument("--bayi-baru", action="store_true", help="the hero family's child is born")
    pembaca.add_argument("--seed", type=int, default=2026)
    pembaca.add_argument("--families", type=int, default=1312)
    return pembaca.parse_args()


if __name__ == "__main__":
    main()
