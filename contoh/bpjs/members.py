"""The members: for test persons as written down, for all others derived from card, job and decile."""

import zlib
from dataclasses import replace

from contoh.orang import Membership, Person, Population

SEGMENTS = {
    "PPU": ("13", "PEKERJA PENERIMA UPAH"),
    "PBPU": ("14", "PEKERJA BUKAN PENERIMA UPAH"),
    "PBI": ("21", "PBI (APBN)"),
}
_EMPLOYED = ("KARYAWAN SWASTA", "PEGAWAI NEGERI SIPIL (PNS)", "GURU")
MONTHLY = {"1": 150_000, "2": 100_000, "3": 35_000}
"""Contributions of self-paying members a month (Perpres 64/2020), class 3 after the state's share."""


class Members:
    """Who is a member now; acts change it."""

    def __init__(self, population: Population) -> None:
        self._people = dict(population.by_nik)
        self._known = {one.nik: one for one in population.figures.memberships}
        self._families = population.by_kk

    def find(self, nik: str) -> tuple[Membership, Person] | None:
        person = self._people.get(nik)
        if person is None:
            return None
        member = self._known.get(nik) or self._derived(person)
        return None if member is None else (member, person)

    def _derived(self, person: Person) -> Membership | None:
        if person.no_jkn is None:
            return None
        segment = self._segment(person)
        kelas = "3" if segment == "PBI" else str(1 + zlib.crc32(person.no_kk.encode()) % 3)
        owing = segment == "PBPU" and zlib.crc32(person.nik.encode()) % 11 == 4
        return Membership(person.nik, person.no_jkn, segment, kelas, not owing, 3 * MONTHLY[kelas] if owing else 0)

    def _segment(self, person: Person) -> str:
        family = self._families.get(person.no_kk)
        if family and family.desil <= 4:
            return "PBI"
        jobs = {self._people[nik].pekerjaan for nik in family.members} if family else {person.pekerjaan}
        return "PPU" if jobs & set(_EMPLOYED) else "PBPU"

    def enter(self, newborn: Membership, person: Person) -> None:
        self._people[person.nik], self._known[person.nik] = person, newborn

    def change(self, nik: str, **values: object) -> None:
        found = self.find(nik)
        if found:
            self._known[nik] = replace(found[0], **values)  # type: ignore[arg-type]
