"""What the population register (Dukcapil, Kemendagri) is asked about accounts. It is asked each time; nothing of it is copied."""

from __future__ import annotations

from datetime import date
from typing import Any

import structlog
from msgspec import Struct

from terpadu.errors import Refused
from terpadu.exchange.client import Why
from terpadu.model.identifiers import ServiceId
from terpadu.pages.agencies import agencies

MATCH = ServiceId("ID/GOV/KEMENDAGRI/DUKCAPIL/cocokkan")
FAMILY = ServiceId("ID/GOV/KEMENDAGRI/DUKCAPIL/keluarga")
PROOF, PARENTS = "pembuktian-identitas", "perwakilan-anak"
"""Purposes, as agreements name them."""
NO = frozenset(("not-found", "mismatch", "business-rule"))
"""How the register says that there is nobody like this. Anything else says nothing about the person."""
_log = structlog.get_logger("terpadu.proving")


class Claim(Struct, frozen=True, kw_only=True):
    """What a person says of themselves. `mother` is empty where the register doesn't match it."""

    nik: str
    name: str
    birth_date: date
    mother: str = ""

    def __repr__(self) -> str:
        return "Claim(…)"


class Answer(Struct, frozen=True):
    """Does it match, and by which exchange was it said (empty: the register said no with a code)."""

    matches: bool
    number: str


class Silent(Exception):
    """The register, or the way to it, did not answer: try again later."""


def matches_mothers() -> bool:
    """Does our agreement let the register match the mother's name too? Raises `Silent`."""
    try:
        agreed = agencies().agreements()
    except Refused as error:
        raise _silent(error) from None
    mine = (one for one in agreed if one["service"] == MATCH and PROOF in {each["id"] for each in one["purposes"]})
    return any("nama_ibu" in one["fields"] for one in mine)


def match(claim: Claim) -> Answer:
    """Ask for yes or no, field by field. Raises `Silent`."""
    asked = {"nik": claim.nik, "nama": claim.name, "tanggal_lahir": claim.birth_date.isoformat()}
    if claim.mother:
        asked["nama_ibu"] = claim.mother
    try:
        told = agencies().ask(MATCH, asked, Why(purpose=PROOF))
    except Refused as error:
        if error.code in NO:
            return Answer(False, "")
        raise _silent(error) from None
    return Answer(all(told.value.get(name) is True for name in asked), told.number)


class Member(Struct, frozen=True, kw_only=True):
    """One line of a family card."""

    nik: str
    name: str
    relation: str
    birth_date: date
    father: str
    mother: str

    def __repr__(self) -> str:
        return "Member(…)"


def family_of(nik: str) -> tuple[list[Member], str]:
    """The members of the card on which this NIK stands, and the exchange. Raises `Silent`; nobody: an empty list."""
    try:
        told = agencies().ask(FAMILY, {"nik": nik}, Why(purpose=PARENTS))
    except Refused as error:
        if error.code in NO:
            return [], ""
        raise _silent(error) from None
    return [_member(line) for line in told.value.get("anggota", [])], told.number


def _member(line: dict[str, Any]) -> Member:
    return Member(
        nik=line["nik"],
        name=line["nama"],
        relation=line["hubungan"],
        birth_date=date.fromisoformat(line["tanggal_lahir"]),
        father=line.get("nama_ayah") or "",
        mother=line.get("nama_ibu") or "",
    )


def _silent(error: Refused) -> Silent:
    _log.warning("proving.silent", code=error.code)
    return Silent(error.code)
