"""The register behind the interface: resources by type and id, and what makes two of them the same one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

from contoh.satusehat.aturan import SISTEM_IHS, SISTEM_NIK, SISTEM_NIK_IBU, Sumber, daftar, objek

Sama = tuple[str, ...]
Syarat = Callable[[Sumber], bool]


class Gudang:
    """Resources in memory. Nothing here awaits, so one call is never seen half done."""

    def __init__(self) -> None:
        self._isi: dict[str, dict[str, Sumber]] = {}
        self._milik: dict[str, str] = {}
        self._sama: dict[Sama, str] = {}
        self._urut = 0

    def ambil(self, rujukan: str) -> Sumber | None:
        """The resource that "Type/id" names."""
        jenis, _, nomor = rujukan.partition("/")
        return self._isi.get(jenis, {}).get(nomor)

    def ada(self, rujukan: str) -> bool:
        return self.ambil(rujukan) is not None

    def milik(self, rujukan: str) -> str:
        """The organization that wrote it; empty for what belongs to all."""
        return self._milik.get(rujukan, "")

    def semua(self, jenis: str) -> Iterator[Sumber]:
        yield from self._isi.get(jenis, {}).values()

    def kembaran(self, sumber: Sumber) -> str | None:
        """The "Type/id" that is already held under the same identifier, or with the same content."""
        return self._sama.get(kunci_sama(sumber))

    def nomor_baru(self, jenis: str) -> str:
        """An IHS number for a patient (P99 and nine digits: invented), a UUID for anything else."""
        if jenis != "Patient":
            return str(uuid4())
        self._urut += 1
        return f"P99{self._urut:09d}"

    def simpan(self, sumber: Sumber, nomor: str, milik: str = "") -> Sumber:
        """Put a resource under an id, as a first or a next version."""
        rujukan = f"{sumber['resourceType']}/{nomor}"
        lama = self.ambil(rujukan)
        versi = int(lama["meta"]["versionId"]) + 1 if lama else 1
        utuh = {**sumber, "id": nomor, "meta": {**objek(sumber.get("meta")), "versionId": str(versi)}}
        if sumber["resourceType"] == "Patient":
            utuh["identifier"] = [_ihs(nomor), *(t for t in sumber["identifier"] if t.get("system") != SISTEM_IHS)]
        self._isi.setdefault(sumber["resourceType"], {})[nomor] = utuh
        self._milik.setdefault(rujukan, milik)
        self._sama[kunci_sama(sumber)] = rujukan
        return utuh


def _ihs(nomor: str) -> dict[str, str]:
    return {"use": "official", "system": SISTEM_IHS, "value": nomor}


def kunci_sama(sumber: Sumber) -> Sama:
    """What makes a second delivery the same thing.

    A person: the NIK; a newborn: the mother's NIK, the date and the order of birth. Anything else: its first
    identifier; without one, its whole content.
    """
    jenis = sumber["resourceType"]
    tanda = {str(t.get("system")): str(t.get("value")) for t in daftar(sumber.get("identifier"))}
    if jenis == "Patient" and SISTEM_NIK in tanda:
        return (jenis, SISTEM_NIK, tanda[SISTEM_NIK])
    if jenis == "Patient":
        lahir, urutan = str(sumber.get("birthDate")), str(sumber.get("multipleBirthInteger"))
        return (jenis, SISTEM_NIK_IBU, tanda.get(SISTEM_NIK_IBU, ""), lahir, urutan)
    if tanda:
        return (jenis, *next(iter(tanda.items())))
    return (jenis, sidik(sumber))


def sidik(sumber: Sumber) -> str:
    """A digest of what was sent: without the id and the version that the server added."""
    isi = {kunci: nilai for kunci, nilai in sumber.items() if kunci not in {"id", "meta"}}
    return hashlib.sha256(json.dumps(isi, sort_keys=True).encode()).hexdigest()


def tertutup(sumber: Sumber) -> Sumber:
    """The resource as it is shown: a person's own numbers are masked, as the owner masks them."""
    if sumber["resourceType"] != "Patient":
        return sumber
    return {**sumber, "identifier": [_tutup(tanda) for tanda in sumber["identifier"]]}


def _tutup(tanda: dict[str, Any]) -> dict[str, Any]:
    rahasia = str(tanda.get("system")) in {SISTEM_NIK, SISTEM_NIK_IBU}
    return {**tanda, "value": "################"} if rahasia else tanda
