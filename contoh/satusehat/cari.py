"""Search: which parameters a type takes, and what each of them means."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from contoh.satusehat.aturan import Masalah, Sumber, daftar, jalan, objek
from contoh.satusehat.gudang import Gudang

CUKUP_PASIEN = ({"identifier"}, {"name", "birthdate", "gender"})
"""A patient search gives the identifier (with or without name and birthdate), or all of the second set."""
PENGATUR = {"_count", "_format", "_totalMethod", "_sort"}


def temukan(gudang: Gudang, jenis: str, tanya: Mapping[str, str]) -> list[Sumber] | Masalah:
    """The resources of a type for which every parameter holds; an issue when it may not be asked that way."""
    syarat = {nama: nilai for nama, nilai in tanya.items() if nama not in PENGATUR}
    asing = syarat.keys() - ARTI.keys()
    if asing:
        return Masalah("not-supported", f"Unknown search parameter: {min(asing)}", f"{jenis}.{min(asing)}")
    if jenis == "Patient" and not any(cukup <= syarat.keys() for cukup in CUKUP_PASIEN):
        kalimat = "Search needs identifier, or name with birthdate and gender"
        return Masalah("required", kalimat, "Patient.identifier")
    if not syarat:
        return Masalah("required", "Search needs at least one parameter", f"{jenis}.id")
    return [satu for satu in gudang.semua(jenis) if all(ARTI[nama](satu, nilai) for nama, nilai in syarat.items())]


def _tanda(sumber: Sumber, nilai: str) -> bool:
    sistem, _, nomor = nilai.rpartition("|")
    return any(
        tanda.get("system") == sistem and tanda.get("value") == nomor for tanda in daftar(sumber.get("identifier"))
    )


def _nama(sumber: Sumber, nilai: str) -> bool:
    return any(nilai.casefold() in satu.get("text", "").casefold() for satu in daftar(sumber.get("name")))


def _lahir(sumber: Sumber, nilai: str) -> bool:
    return str(sumber.get("birthDate", "")).startswith(nilai)


def _menunjuk(bagian: str, jenis: str) -> Callable[[Sumber, str], bool]:
    def cocok(sumber: Sumber, nilai: str) -> bool:
        dicari = nilai if "/" in nilai else f"{jenis}/{nilai}"
        return objek(sumber.get(bagian)).get("reference") == dicari

    return cocok


def _sandi(sumber: Sumber, nilai: str) -> bool:
    dicari = nilai.rpartition("|")[2]
    return dicari in set(_semua_sandi(sumber))


def _semua_sandi(sumber: Sumber) -> Iterator[str]:
    return (str(isi) for _, kunci, isi in jalan(sumber.get("code"), "code") if kunci == "code")


ARTI: dict[str, Callable[[Sumber, str], bool]] = {
    "identifier": _tanda,
    "name": _nama,
    "birthdate": _lahir,
    "gender": lambda sumber, nilai: sumber.get("gender") == nilai,
    "subject": _menunjuk("subject", "Patient"),
    "patient": _menunjuk("subject", "Patient"),
    "encounter": _menunjuk("encounter", "Encounter"),
    "code": _sandi,
    "status": lambda sumber, nilai: sumber.get("status") == nilai,
    "_id": lambda sumber, nilai: sumber["id"] == nilai,
}
