"""From offices' answers to what a page shows: each look once, by its owner's record, newest first."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from django.utils.translation import get_language
from msgspec import Struct

from terpadu.facts.vocabulary import Vocabulary
from terpadu.identity.looks.asking import SUFFIX, Office
from terpadu.identity.looks.models import Answer
from terpadu.model.identifiers import ServiceId, subsystem_of

_LIST_PART = re.compile(r"\[[^\]]*\]")
"""`bayi[-1].nomor` and `bayi[].nomor` are the agreement's field `bayi.nomor`."""
RECENT = timedelta(days=30)


class Field(NamedTuple):
    """A piece of data that was told; `matched`: only whether it fits."""

    label: str
    matched: bool


class Look(Struct, frozen=True, kw_only=True):
    """One look. `office` looked, by its subsystem `system` (`ours`: the portal, for the person); `owner` holds the data;
    `refused`: got nothing."""

    number: str
    at: datetime
    office: str
    system: str
    ours: bool
    owner: str
    question: str
    purpose: str
    basis: str
    case: str
    fields: tuple[Field, ...]
    refused: bool
    answered: bool
    questioned: bool


class Silent(NamedTuple):
    """An office that has not answered, and until when its looks are known."""

    name: str
    tried: datetime
    known_until: datetime | None
    code: str


class Overview(NamedTuple):
    """All that is known: the looks, who has not answered, how often this list itself was read."""

    looks: tuple[Look, ...]
    silent: tuple[Silent, ...]
    readings: int

    def recent(self, now: datetime) -> tuple[int, int, int]:
        """Of the last 30 days: looks, offices that looked, refusals."""
        new = [look for look in self.looks if look.at > now - RECENT]
        seen = [look for look in new if not look.refused]
        return len(seen), len({look.office for look in seen}), len(new) - len(seen)


FILTERS: dict[str, Callable[[Look], bool]] = {
    "semua": lambda look: True,
    "urusan": lambda look: bool(look.case),
    "tanpa": lambda look: not look.case,
    "ditolak": lambda look: look.refused,
    "ditanyakan": lambda look: look.questioned,
}
"""Names in the address -> which looks."""


def overview(
    answers: Iterable[tuple[Office, Answer]], questioned: set[str], vocabulary: Vocabulary, own: str
) -> Overview:
    """Put the answers of all offices together. `own` is the portal's subsystem."""
    everything = list(answers)
    found = _once([look for _, answer in everything for look in answer.looks])
    owners = {subsystem_of(office.service): office for office, _ in everything}
    shown = [look for look in found if not look["service"].endswith(SUFFIX)]
    looks = sorted((_look(look, owners, questioned, vocabulary, own) for look in shown), key=lambda one: one.at)
    silent = [Silent(office.name, one.tried, one.answered, one.code) for office, one in everything if one.code]
    return Overview(tuple(reversed(looks)), tuple(silent), len(found) - len(shown))


def _once(looks: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Both ends and several systems of one node tell the same exchange: the owner's record counts."""
    found: dict[str, dict[str, Any]] = {}
    for look in looks:
        if look["number"] not in found or look["direction"] != "out":
            found[look["number"]] = look
    return list(found.values())


def _look(
    look: dict[str, Any], owners: dict[Any, Office], questioned: set[str], vocabulary: Vocabulary, own: str
) -> Look:
    service = ServiceId(look["service"])
    owner = owners.get(subsystem_of(service))
    return Look(
        number=look["number"],
        at=datetime.fromtimestamp(look["at"] / 1000, UTC),
        office=look["office"],
        system=look["consumer"],
        ours=look["consumer"] == own,
        owner=owner.system if owner else str(subsystem_of(service)),
        question=look["question"],
        purpose=look["purpose_title"],
        basis=look["basis"],
        case=look["case"] or "",
        fields=() if look["code"] else tuple(_field(service, field, vocabulary) for field in look["fields"]),
        refused=bool(look["code"]),
        answered=look["answered"],
        questioned=look["number"] in questioned,
    )


def _field(service: ServiceId, field: str, vocabulary: Vocabulary) -> Field:
    matched = any(one.matches for one in vocabulary.questions.values() if one.service == service)
    return Field(field_label(service, field, vocabulary), matched)


def field_label(service: ServiceId, field: str, vocabulary: Vocabulary) -> str:
    """A field of a service in the words of the vocabulary and the page's language, else by its own name."""
    asked = {name for name, question in vocabulary.questions.items() if question.service == service}
    entries = [entry for entry in vocabulary.facts.values() if entry.question in asked]
    titles = [entry.title for entry in entries if _LIST_PART.sub("", entry.value) == field]
    if not titles:
        return field.replace("_", " ").replace(".", ": ")
    return titles[0].en if get_language() == "en" else titles[0].id
