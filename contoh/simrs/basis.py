"""Into the database: all rows of one act in one transaction, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, create_engine, func, insert, make_url, select

from contoh.orang import Population
from contoh.simrs.isi import Berkas, berkas_awal, berkas_bayi
from contoh.simrs.tabel import SEMUA, kelahiran, pasien


def buka(url: str) -> Engine:
    """An engine for a SQLAlchemy URL; a bare postgresql:// means psycopg, version 3."""
    alamat = make_url(url)
    return create_engine(alamat.set(drivername="postgresql+psycopg") if alamat.drivername == "postgresql" else alamat)


def isi(mesin: Engine, penduduk: Population, seed: int) -> bool:
    """Make the tables and fill them; False, and nothing is changed, where patients are already there."""
    with mesin.begin() as sambungan:
        SEMUA.create_all(sambungan)
        if sambungan.scalar(select(func.count()).select_from(pasien)):
            return False
        _masukkan(sambungan, berkas_awal(penduduk, seed))
    return True


def bayi_baru(mesin: Engine, penduduk: Population, sekarang: datetime) -> bool:
    """The hero's child arrives in the hospital's database; False where it is already there."""
    lahir = penduduk.hero.baby
    with mesin.begin() as sambungan:
        if sambungan.scalar(select(func.count()).where(kelahiran.c.no_skl == lahir.nomor_surat)):
            return False
        terakhir = sambungan.scalar(select(func.max(pasien.c.updated_at)))
        diubah = max(sekarang.replace(microsecond=0), (terakhir or sekarang) + timedelta(seconds=1))
        urutan = (sambungan.scalar(select(func.count()).select_from(pasien)) or 0) + 1
        _masukkan(sambungan, berkas_bayi(lahir, diubah, urutan))
    return True


def jumlah(mesin: Engine) -> dict[str, int]:
    """Rows by table."""
    with mesin.connect() as sambungan:
        return {
            tabel.name: sambungan.scalar(select(func.count()).select_from(tabel)) or 0 for tabel in SEMUA.sorted_tables
        }


def _masukkan(sambungan: Connection, berkas: Berkas) -> None:
    for tabel in SEMUA.sorted_tables:
        if baris := berkas.tabel.get(tabel.name):
            sambungan.execute(insert(tabel), baris)
