"""Rows as careless hands leave them: each is one reason for which SATUSEHAT refuses the visit or the birth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Cacat:
    """What is wrong, in which table, and the RuleNumber with which SATUSEHAT (the stand-in) refuses it."""

    nama: str
    tabel: str
    ganti: Mapping[str, Any]
    aturan: int


CACAT_KUNJUNGAN = (
    Cacat("tanpa dokter", "kunjungan", {"kd_dokter": None}, 10119),
    Cacat("tanpa poli", "kunjungan", {"kd_poli": None}, 10120),
    Cacat("selesai tanpa waktu keluar", "kunjungan", {"tgl_keluar": None, "jam_keluar": None}, 10124),
    Cacat("pindahan data sebelum 2014", "kunjungan", {"tgl_registrasi": date(2013, 5, 17)}, 99003),
    Cacat("kunjungan milik faskes lain", "kunjungan", {"ihs_organization": "9900002"}, 10117),
)
CACAT_KELAHIRAN = (
    Cacat("NIK ibu kurang satu angka", "kelahiran", {"no_ktp_ibu": "990101000000000"}, 99006),
    Cacat("urutan kembar kosong", "kelahiran", {"kembar_ke": None}, 99007),
)
