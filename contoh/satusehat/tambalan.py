"""JSON-Patch as SATUSEHAT takes it: "replace" of a part that is there, nothing else."""

from __future__ import annotations

import copy
from typing import Any

from contoh.satusehat.aturan import Masalah, Sumber
from contoh.satusehat.bundel import Ditolak


def tambal(sumber: Sumber, langkah: Any) -> Sumber:
    """A changed copy; Ditolak for another operation or a path that leads nowhere (RFC 6901)."""
    baru = copy.deepcopy(sumber)
    if not isinstance(langkah, list) or not langkah:
        raise _salah("Patch must be a list of operations")
    for satu in langkah:
        if not isinstance(satu, dict) or satu.get("op") != "replace" or "value" not in satu:
            raise _salah('Patch operation must be "replace" with a value')
        _ganti(baru, str(satu.get("path")), satu["value"])
    return baru


def _ganti(isi: Any, jalur: str, nilai: Any) -> None:
    *jalan, akhir = [bagian.replace("~1", "/").replace("~0", "~") for bagian in jalur.split("/")[1:]] or [""]
    for bagian in jalan:
        isi = isi[_kunci(isi, bagian)]
    isi[_kunci(isi, akhir)] = nilai


def _kunci(isi: Any, bagian: str) -> str | int:
    if isinstance(isi, dict) and bagian in isi:
        return bagian
    if isinstance(isi, list) and bagian.isdecimal() and int(bagian) < len(isi):
        return int(bagian)
    raise _salah("Patch path does not exist")


def _salah(kalimat: str) -> Ditolak:
    return Ditolak(400, [Masalah("value", kalimat, "Patch.path")])
