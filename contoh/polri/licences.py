"""Licences by NIK and class: what runs out when, what must be there before, and the renewal."""

import zlib
from dataclasses import dataclass, replace
from datetime import date, timedelta

from contoh.alat import Refused, Values, needed, not_found
from contoh.orang import TODAY, Licence, Person, Population

AGES = {"A": 17, "C": 17, "CI": 18, "CII": 19}
YEARS = 5


@dataclass(frozen=True)
class Decision:
    """A decision of the traffic corps: licences that ran out on these days may be renewed until then (art. 4(4))."""

    first: date
    last: date
    until: date


class Licences:
    def __init__(self, population: Population) -> None:
        self._people = population.by_nik
        self._figures = {person.nik for _, person in population.figures.by_word}
        self._held = {(one.nik, one.golongan): one for one in _derived(population)}
        self._held |= {(one.nik, one.golongan): one for one in population.figures.licences}
        self._decisions: list[Decision] = []

    def find(self, body: Values) -> Values:
        licence = self._licence(body)
        person = self._people[licence.nik]
        return {
            "nik": licence.nik,
            "nama": person.nama,
            "golongan": licence.golongan,
            "berlaku_sampai": licence.berlaku_sampai.isoformat(),
            "satpas": licence.satpas,
            "alamat": f"{person.address.alamat}, {person.address.area.kabupaten}",
        }

    def may_renew(self, body: Values) -> Values:
        """Raises Refused where a new licence with tests is needed (Perpol 5/2021 article 4(3))."""
        licence = self._licence(body)
        self._check(licence)
        return {"boleh": True, "berlaku_sampai": licence.berlaku_sampai.isoformat(), "satpas": licence.satpas}

    def tests(self, body: Values) -> Values:
        """The newest results of e-Rikkes (health) and e-PPsi (psychology); one in thirty is not fit."""
        nik = needed(body, "nik")
        if nik not in self._people:
            raise not_found("Hasil tes")
        fit = nik in self._figures or zlib.crc32(nik.encode()) % 30 != 11
        day = TODAY - timedelta(days=5)
        results = {"sehat": fit, "lulus_psikologi": True, "tanggal": day.isoformat()}
        return {**results, "nomor_rikkes": f"RKS{day:%y%m%d}{nik[-4:]}", "nomor_ppsi": f"PPS{day:%y%m%d}{nik[-4:]}"}

    def renew(self, body: Values) -> Values:
        licence = self._licence(body)
        self._check(licence)
        if not body.get("ntpn"):
            raise Refused(422, "BELUM_LUNAS", "PNBP belum dibayar")
        if body.get("sehat") is not True or body.get("lulus_psikologi") is not True:
            raise Refused(422, "TES_BELUM_LULUS", "Hasil tes kesehatan dan psikologi harus lulus")
        until = _plus(TODAY, YEARS)
        self._held[licence.nik, licence.golongan] = replace(licence, berlaku_sampai=until)
        sent = {"pos": f"KIRIM/{TODAY:%y%m%d}/{licence.nik[-4:]}"} if body.get("antar") else {}
        return {"nomor_sim": licence.nik, "golongan": licence.golongan, "berlaku_sampai": until.isoformat(), **sent}

    def load_decision(self, body: Values) -> Values:
        """An officer loads the dates of a decision; without one nobody is let through after the last day."""
        days = [_day(body, name) for name in ("dari", "sampai", "diperpanjang_sampai")]
        self._decisions.append(Decision(*days))
        return {"keputusan": len(self._decisions)}

    def _licence(self, body: Values) -> Licence:
        found = self._held.get((needed(body, "nik"), needed(body, "golongan")))
        if found is None:
            raise not_found("SIM golongan itu")
        return found

    def _check(self, licence: Licence) -> None:
        until = licence.berlaku_sampai
        person: Person = self._people[licence.nik]
        years = TODAY.year - person.tanggal_lahir.year
        if years < AGES.get(licence.golongan, 17):
            raise Refused(422, "BELUM_CUKUP_UMUR", "Usia belum cukup untuk golongan SIM itu")
        excused = any(one.first <= until <= one.last and one.until >= TODAY for one in self._decisions)
        if until < TODAY and not excused:
            sentence = "SIM sudah lewat masa berlaku; ajukan SIM baru dengan ujian (Perpol 5/2021 pasal 4 ayat 3)"
            raise Refused(422, "KEDALUWARSA", sentence)


def _derived(population: Population) -> list[Licence]:
    """Every third adult outside the test persons has a class C; they run out over the next five years."""
    figures = {person.nik for _, person in population.figures.by_word}
    adults = [one for one in population.people if TODAY.year - one.tanggal_lahir.year >= 18 and one.nik not in figures]
    return [
        Licence(
            one.nik,
            "C",
            TODAY + timedelta(days=20 + zlib.crc32(one.nik.encode()) % 1700),
            f"SATPAS {one.address.area.kabupaten.split(' ', 1)[1]}",
        )
        for one in adults[::3]
    ]


def _plus(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return date(day.year + years, 3, 1)


def _day(body: Values, name: str) -> date:
    try:
        return date.fromisoformat(needed(body, name))
    except ValueError:
        raise Refused(400, "TANGGAL_SALAH", f"{name} harus yyyy-mm-dd") from None
