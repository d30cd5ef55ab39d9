"""Offices as they answer through the portal's node, in this process: a table of answers by service, each with its delay.

What real nodes answer is in tests/journey/portal; here the rules are tried.
"""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest

from terpadu.errors import Refused
from terpadu.exchange.client import Told, Why
from terpadu.model.identifiers import ServiceId
from terpadu.pages.agencies import Agencies
from tests.lib.portal_world import forget_agencies

NAMES = {
    "ID/GOV/KEMENDAGRI/DUKCAPIL": ("Dukcapil", "Kemendagri"),
    "ID/GOV/KEMENKES/SATUSEHAT": ("SATUSEHAT", "Kemenkes"),
    "ID/GOV/KEMENDIKBUDRISTEK/DAPODIK": ("Dapodik", "Kemendikbudristek"),
}
ANSWERS: dict[str, Any] = {
    "bayi-menurut-ibu": {"bayi": [{"nomor_ihs": "P1", "tanggal_lahir": "2026-11-21", "jenis_kelamin": "P"}]},
    "penduduk": {"nama": "RATNA WULANDARI", "status_kawin": "KAWIN TERCATAT", "tanggal_lahir": "1994-03-14"},
    "keluarga": {
        "no_kk": "9901010101010003",
        "alamat": "JALAN KENANGA 12",
        "anggota": [
            {"nama": "BAGAS PRAKOSO", "nik": "9901011503920024", "hubungan": "SUAMI"},
            {"nama": "NABILA", "nik": "9901015001140031", "hubungan": "ANAK"},
        ],
    },
    "peserta-didik": {"nama": "NABILAH", "nisn": "5550000001", "tingkat": 6},
}


class Offices:
    """Answers by the last name of a service; a `Refused` refuses; `slow` gives seconds. Keeps what was asked."""

    def __init__(self) -> None:
        self.answers = dict(ANSWERS)
        self.slow: dict[str, float] = {}
        self.asked: list[tuple[str, Any, Why]] = []

    def names(self) -> list[str]:
        """Who was asked, sorted."""
        return sorted(name for name, _, _ in self.asked)

    async def put(self, _agencies: Agencies, service: ServiceId, question: object, why: Why) -> Told:
        name = service.rpartition("/")[2]
        self.asked.append((name, msgspec.to_builtins(question), why))
        await asyncio.sleep(self.slow.get(name, 0))
        answer = self.answers.get(name, Refused("upstream-down", f"{service} is down."))
        if isinstance(answer, Refused):
            raise answer
        return Told(value=answer, number=f"n{len(self.asked)}-{name}", released=len(answer), held=9)


def open_up(patch: pytest.MonkeyPatch) -> Offices:
    """These offices, instead of a node, for one test."""
    offices = Offices()
    agreements = [
        {"service": f"{subsystem}/x", "system": system, "office": office, "purposes": []}
        for subsystem, (system, office) in NAMES.items()
    ]

    async def put(self: Agencies, service: ServiceId, question: object, why: Why) -> Told:
        return await offices.put(self, service, question, why)

    patch.setattr(Agencies, "put", put)
    patch.setattr(Agencies, "agreements", lambda self: agreements)
    forget_agencies()
    return offices
