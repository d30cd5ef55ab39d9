"""Filling the tables: the hospital's patients with their visits, this year's births, and the careless rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from random import Random
from typing import Any

from contoh.orang import TODAY, Birth, Death, Hospital, Person, Population
from contoh.satusehat.faskes import DOKTER, RUANG, id_ruang
from contoh.simrs.cacat import CACAT_KELAHIRAN, CACAT_KUNJUNGAN, Cacat

Baris = dict[str, Any]
PASIEN_TERBANYAK = 150
PENYAKIT = ("J06.9", "I10", "A09", "K30", "E11.9", "M54.5", "R50.9", "L20.9")
RAWAT_LAHIR = timedelta(hours=30)
TETAP: Mapping[str, Any] = {}
"""Nothing changed."""


@dataclass
class Berkas:
    """Rows by table, in the order in which they may be inserted."""

    rumah_sakit: Hospital
    acak: Random
    tabel: dict[str, list[Baris]] = field(default_factory=dict)

    def tambah(self, tabel: str, **baris: Any) -> None:
        self.tabel.setdefault(tabel, []).append(baris)

    def nomor(self, tabel: str) -> int:
        return len(self.tabel.get(tabel, ())) + 1


def berkas_awal(penduduk: Population, seed: int) -> Berkas:
    """All rows of a hospital on the morning before the hero's child is known to it."""
    lahir_hero = penduduk.hero.baby
    berkas = Berkas(lahir_hero.hospital, Random(seed))
    _tetapan(berkas)
    pasien = [orang for orang in penduduk.people if orang.address.area.kabupaten == berkas.rumah_sakit.kabupaten]
    for orang, cacat in _berpasangan(pasien[:PASIEN_TERBANYAK], CACAT_KUNJUNGAN):
        berobat(berkas, orang, cacat.ganti if cacat else TETAP)
    lain = [lahir for lahir in penduduk.births if lahir.hospital == berkas.rumah_sakit and lahir != lahir_hero]
    for lahir in lain:
        melahirkan(berkas, lahir, lahir.waktu_lahir + RAWAT_LAHIR)
    for cacat in CACAT_KELAHIRAN:
        lahir = replace((*lain, lahir_hero)[0], nomor_surat=f"SKL/CACAT/{cacat.aturan}")
        melahirkan(berkas, lahir, lahir.waktu_lahir + RAWAT_LAHIR, ganti=cacat.ganti)
    for wafat in penduduk.figures.deaths:
        if wafat.hospital == berkas.rumah_sakit:
            berkas.tambah("kematian", **_kematian(wafat, penduduk.by_nik[wafat.nik].nama))
    return berkas


def berkas_bayi(lahir: Birth, diubah: datetime, urutan: int) -> Berkas:
    """The rows that one birth adds. `urutan` keeps its numbers apart from those already there."""
    berkas = Berkas(lahir.hospital, Random(urutan))
    berkas.tabel = {tabel: [] for tabel in ("pasien", "kunjungan", "kelahiran", "diagnosa")}
    melahirkan(berkas, lahir, diubah, rekam=f"B{urutan:06d}", rawat=f"{diubah:%Y/%m/%d}/{900000 + urutan:06d}")
    return berkas


def berobat(berkas: Berkas, orang: Person, ganti: Mapping[str, Any]) -> None:
    """A patient and one finished outpatient visit of this autumn; half of the visits share a save with the next."""
    ke, acak = berkas.nomor("pasien"), berkas.acak
    datang = datetime.combine(TODAY, time(8)) - timedelta(days=90 - ke // 2, minutes=-acak.randrange(240))
    pulang = datang + timedelta(minutes=acak.randrange(20, 180))
    diubah = datetime.combine(datang.date(), time(16, ke // 2 % 60))
    rekam, rawat = f"{ke:06d}", f"{datang:%Y/%m/%d}/{ke:06d}"
    berkas.tambah("pasien", **_pasien(orang, rekam, ke), updated_at=diubah)
    kunjungan = _kunjungan(rekam, rawat, (datang, pulang), ("POLIUM", "Ralan"), berkas.rumah_sakit)
    berkas.tambah("kunjungan", **(kunjungan | {"updated_at": diubah} | (dict(ganti) or _belum_selesai(ke))))
    berkas.tambah("diagnosa", no_rawat=rawat, kd_penyakit=acak.choice(PENYAKIT), prioritas=1, updated_at=diubah)


def melahirkan(
    berkas: Berkas,
    lahir: Birth,
    diubah: datetime,
    *,
    ganti: Mapping[str, Any] = TETAP,
    rekam: str = "",
    rawat: str = "",
) -> None:
    """A newborn as a patient without a NIK, its stay, the note of birth, and Z38.0 (single, born in hospital)."""
    ke = berkas.nomor("kunjungan")
    rekam, rawat = rekam or f"B{ke:06d}", rawat or f"{lahir.waktu_lahir:%Y/%m/%d}/{ke:06d}"
    pulang = lahir.waktu_lahir + RAWAT_LAHIR
    berkas.tambah("pasien", **_bayi(lahir, rekam), updated_at=diubah)
    kunjungan = _kunjungan(rekam, rawat, (lahir.waktu_lahir, pulang), ("PERINA", "Ranap"), lahir.hospital)
    berkas.tambah("kunjungan", **kunjungan, updated_at=diubah)
    berkas.tambah("kelahiran", **({**_kelahiran(lahir, rekam, rawat), "updated_at": diubah} | dict(ganti)))
    berkas.tambah("diagnosa", no_rawat=rawat, kd_penyakit="Z38.0", prioritas=1, updated_at=diubah)


def _tetapan(berkas: Berkas) -> None:
    rs = berkas.rumah_sakit
    berkas.tambah("setting", kode_ppk=f"PPK{rs.kode}", nama_instansi=rs.nama, ihs_organization=rs.kode)
    for kode, nama in RUANG.items():
        berkas.tambah("poliklinik", kd_poli=kode, nm_poli=nama, ihs_location=id_ruang(rs.kode, kode))
    for ke, (nomor, nama) in enumerate(DOKTER.items(), 1):
        berkas.tambah("dokter", kd_dokter=f"D{ke:03d}", nm_dokter=nama, ihs_practitioner=nomor)


def _berpasangan(orang: list[Person], cacat: tuple[Cacat, ...]) -> Iterator[tuple[Person, Cacat | None]]:
    """Each careless row once, spread over the patients; where these are too few, some come twice."""
    langkah = max(len(orang) // len(cacat), 1)
    rusak = {ke * langkah: satu for ke, satu in enumerate(cacat)}
    yield from ((orang[ke % len(orang)], rusak.get(ke)) for ke in range(max(len(orang), len(cacat))))


def _pasien(orang: Person, rekam: str, ke: int) -> Baris:
    return {
        "no_rkm_medis": rekam,
        "nm_pasien": orang.nama.title() if ke % 7 == 0 else orang.nama,
        "no_ktp": "-" if ke % 23 == 0 else orang.nik,
        "jk": orang.jenis_kelamin,
        "tmp_lahir": orang.tempat_lahir,
        "tgl_lahir": orang.tanggal_lahir,
        "alamat": f"{orang.address.alamat} RT {orang.address.rt}/{orang.address.rw}",
        "nm_ibu": orang.nama_ibu,
        "tgl_daftar": TODAY - timedelta(days=400 + ke),
    }


def _bayi(lahir: Birth, rekam: str) -> Baris:
    return {
        "no_rkm_medis": rekam,
        "nm_pasien": lahir.nama,
        "no_ktp": "",
        "jk": lahir.jenis_kelamin,
        "tmp_lahir": lahir.tempat_lahir,
        "tgl_lahir": lahir.waktu_lahir.date(),
        "alamat": None,
        "nm_ibu": lahir.nama.removeprefix("BAYI NY. "),
        "tgl_daftar": lahir.waktu_lahir.date(),
    }


def _belum_selesai(ke: int) -> Baris:
    """A few visits were called off, and a few are not over."""
    if ke % 31 == 0:
        return {"stts": "Batal"}
    return {"stts": "Belum", "tgl_keluar": None, "jam_keluar": None} if ke % 37 == 0 else {}


def _kunjungan(rekam: str, rawat: str, masa: tuple[datetime, datetime], tempat: tuple[str, str], rs: Hospital) -> Baris:
    (datang, pulang), (poli, lanjut) = masa, tempat
    return {
        "no_rawat": rawat,
        "no_rkm_medis": rekam,
        "tgl_registrasi": datang.date(),
        "jam_reg": datang.time(),
        "tgl_keluar": pulang.date(),
        "jam_keluar": pulang.time(),
        "kd_poli": poli,
        "kd_dokter": "D002",
        "status_lanjut": lanjut,
        "stts": "Sudah",
        "ihs_organization": rs.kode,
    }


def _kematian(wafat: Death, nama: str) -> Baris:
    return {
        "no_skm": wafat.nomor_surat,
        "no_ktp": wafat.nik,
        "nm_pasien": nama,
        "tgl_meninggal": wafat.waktu.date(),
        "jam_meninggal": wafat.waktu.time(),
        "tempat": wafat.tempat,
        "sebab": wafat.sebab,
        "updated_at": wafat.waktu + timedelta(hours=2),
    }


def _kelahiran(lahir: Birth, rekam: str, rawat: str) -> Baris:
    return {
        "no_skl": lahir.nomor_surat,
        "no_rkm_medis": rekam,
        "no_rawat": rawat,
        "no_ktp_ibu": lahir.nik_ibu,
        "no_ktp_ayah": lahir.nik_ayah or "-",
        "tgl_lahir": lahir.waktu_lahir.date(),
        "jam_lahir": lahir.waktu_lahir.time(),
        "bb_lahir": str(lahir.berat_gram),
        "pb_lahir": str(lahir.panjang_cm),
        "anak_ke": lahir.anak_ke,
        "kembar_ke": lahir.kembar_ke,
    }
