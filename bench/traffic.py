"""What is sent and answered: one kilobyte of JSON each way, about invented people."""

from __future__ import annotations

import json

CLIENT = "ID/GOV/1/app"
PROVIDER = "ID/GOV/9/pop"
PERSONS = 1000
KIBIBYTE = 1024
WITHHELD = "catatan_petugas"
"""The one field of the answer that the agreement does not name: the cut really happens."""

_ANSWER = {
    "nik": "9900000000000001",
    "nama": "Penduduk Rekaan",
    "tempat_lahir": "Kota Contoh",
    "tanggal_lahir": "1990-01-02",
    "jenis_kelamin": "P",
    "agama": "-",
    "status_kawin": "BELUM KAWIN",
    "pekerjaan": "PELAJAR/MAHASISWA",
    "pendidikan": "SLTA/SEDERAJAT",
    "golongan_darah": "O",
    "alamat": "Jalan Percobaan Nomor 1, RT 001 RW 002",
    "kelurahan": "Kelurahan Umpama",
    "kecamatan": "Kecamatan Andai",
    "kota": "Kota Contoh",
    "provinsi": "Provinsi Rekaan",
    "kode_pos": "00000",
    "nama_ibu": "Ibu Rekaan",
    "nama_ayah": "Ayah Rekaan",
    "keterangan": "",
    WITHHELD: "tidak untuk dibagikan",
}
"""Twenty fields."""

FIELDS = tuple(name for name in _ANSWER if name != WITHHELD)


def answer() -> str:
    """What the old system answers to everybody, 1 KiB."""
    return _padded(_ANSWER, "keterangan")


def question(person: int) -> str:
    """A request about one invented person, 1 KiB."""
    asked = {"nik": f"99{person:014}", "nama": f"Penduduk {person}", "tanggal_lahir": "1990-01-02", "alasan": ""}
    return _padded(asked, "alasan")


def path(service: str) -> str:
    """The X-Road path of a question to a service; nginx gets the same."""
    return f"/r1/{PROVIDER}/{service}/cari"


def headers(token: str) -> dict[str, str]:
    """What the calling system sends."""
    return {"Content-Type": "application/json", "X-Road-Client": CLIENT, "Terpadu-Token": token}


def _padded(fields: dict[str, str], name: str) -> str:
    def dumped(text: str) -> str:
        return json.dumps({**fields, name: text}, separators=(",", ":"))

    return dumped("x" * (KIBIBYTE - len(dumped(""))))
