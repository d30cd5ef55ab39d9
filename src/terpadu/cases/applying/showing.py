"""What the form shows of each fact: its value and source, that two registers differ, that an office is silent."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, gettext, ngettext
from msgspec import Struct

from terpadu.cases.applying import gathering, holding
from terpadu.cases.applying.correcting import possible
from terpadu.cases.asking import NO
from terpadu.cases.models import Case
from terpadu.cases.offices import said
from terpadu.facts.gathering import Fact, Gathered
from terpadu.facts.vocabulary import Entry as Word
from terpadu.identity.consent.carrying import LACKING
from terpadu.model.identifiers import ServiceId
from terpadu.pages import words
from terpadu.pages.agencies import agencies
from terpadu.pages.templatetags.words import masked
from terpadu.services import names
from terpadu.services.catalogue import Entry
from terpadu.services.offices import office_of
from terpadu.services.standard import Compared

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_PERSONAL = re.compile(r"\d{16}|\d{18}")
"""NIK and KK have 16 digits, NIP 18: never shown whole."""


class Value(Struct, kw_only=True):
    """One register's value among several that differ."""

    value: Any
    office: str
    note: str
    why: str = ""
    ask: str = ""
    address: str = ""


class Row(Struct, kw_only=True):
    """One line of the form. `kind`: `there`, `differs`, `down`, `waiting`, `absent`, `consent`."""

    kind: str
    fact: str
    label: str
    office: str
    value: Any = None
    at: int = 0
    note: str = ""
    tried: list[int] = []
    values: list[Value] = []


class Group(Struct, kw_only=True):
    """Rows under one heading."""

    title: str
    rows: list[Row]


class Shown(Struct, kw_only=True):
    """The whole: groups, how many of which kind, and the offices that were asked, with whether they have answered."""

    groups: list[Group]
    counts: dict[str, int]
    offices: list[tuple[str, bool, str]]

    @property
    def waiting(self) -> bool:
        """Is an office still to answer?"""
        return self.counts.get("waiting", 0) > 0

    @property
    def down(self) -> bool:
        """Is an office silent?"""
        return self.counts.get("down", 0) > 0


def show(case: Case, entry: Entry, found: Gathered) -> Shown:
    """Every fact of the service, in its sections."""
    groups = [
        Group(title=said(section.title), rows=[_row(case, entry, found, fact) for fact in section.facts])
        for section in entry.service.sections
    ]
    rows = [row for group in groups for row in group.rows]
    kinds = {row.kind for row in rows}
    return Shown(
        groups=groups,
        counts={kind: sum(row.kind == kind for row in rows) for kind in kinds},
        offices=_offices(entry, found),
    )


def _row(case: Case, entry: Entry, found: Gathered, name: str) -> Row:
    word, service = _word(name)
    row = Row(kind="there", fact=name, label=said(word.title), office=str(office_of(service)))
    fact = found.facts.get(name)
    if fact is None:
        return _without(case, entry, row, service, found.missing.get(name, holding.PENDING))
    row.value, row.at = worded(entry, name, fact.value), fact.fetched
    other = next((one for one in entry.service.compare if one.fact == name and _differ(found, one)), None)
    if other:
        row.kind, row.values = "differs", _values(case, entry, found, fact, other)
    return row


def _without(case: Case, entry: Entry, row: Row, service: ServiceId, code: str) -> Row:
    """Why a fact is not there: its office has not answered, does not answer, does not have it, or may not say it."""
    if code == holding.PENDING:
        row.kind = "waiting"
    elif code == "not-asked":
        row.kind, row.note = "absent", gettext("Kami tanyakan setelah isian yang diperlukan lengkap.")
    elif code in LACKING:
        row.kind = "consent"
        row.note = gettext("Izin Anda tarik") if code == "withdrawn" else gettext("Belum Anda izinkan")
    elif code in NO:
        row.kind, row.note = "absent", gettext("Tidak tercatat di %(office)s.") % {"office": row.office}
    else:
        row.kind, row.tried = "down", gathering.tried(case, service)
    return row


def _differ(found: Gathered, compared: Compared) -> bool:
    ours, theirs = found.facts.get(compared.fact), found.facts.get(compared.other)
    return ours is not None and theirs is not None and not _same(ours.value, theirs.value)


def _same(one: Any, other: Any) -> bool:
    both = isinstance(one, str) and isinstance(other, str)
    return names.same(one, other) if both else one == other


def _values(case: Case, entry: Entry, found: Gathered, fact: Fact, compared: Compared) -> list[Value]:
    """The authority's value first: it is used. The other office is asked to put its own right."""
    other = found.facts[compared.other]
    ours, theirs = office_of(fact.source), office_of(other.source)
    used = gettext("Dipakai untuk pengajuan ini, karena %(office)s yang berwenang.") % {"office": ours.system}
    ask = gettext("Minta %(office)s memperbarui") % {"office": theirs.office}
    address = reverse("applying:wrong", args=[case.service, case.reference, other.name]) if possible() else ""
    return [
        Value(value=worded(entry, fact.name, fact.value), office=str(ours), note=words.moment(fact.fetched), why=used),
        Value(
            value=worded(entry, other.name, other.value), office=str(theirs), note=words.moment(other.fetched),
            ask=ask, address=address,
        ),
    ]  # fmt: skip


def worded(entry: Entry, name: str, value: Any) -> Any:
    """A value as people read it: dates in words, yes and no, a register's code by the service's own sentences."""
    if isinstance(value, bool):
        return gettext("Ya") if value else gettext("Tidak")
    if isinstance(value, int | float):
        return words.decimal(value, 2) if isinstance(value, float) else words.count(value)
    if isinstance(value, list):
        return _listed(entry, name, value)
    if isinstance(value, dict):
        parts = _address(value) if "jalan" in value else [str(worded(entry, name, one)) for one in value.values()]
        return ", ".join(part for part in parts if part)
    text = str(value)
    if _PERSONAL.fullmatch(text):
        return masked(text)
    return words.day(text) if _is_date(text) else entry.messages[get_language() or "id"].value(name, text)


def _listed(entry: Entry, name: str, values: list[Any]) -> str:
    """People by their names, counted; what else has a name by it; anything else one after the other."""
    named = [one["nama"] for one in values if isinstance(one, dict) and "nama" in one]
    if values and len(named) == len(values):
        people = ", ".join(map(str, named))
        if "nik" not in values[0]:
            return people
        count = ngettext("%(count)d orang", "%(count)d orang", len(values)) % {"count": len(values)}
        return f"{count}: {people}"
    return "; ".join(str(worded(entry, name, one)) for one in values)


def _address(value: dict[str, Any]) -> list[str]:
    """An address as on the form F-1.03, without its code."""
    round_about = f"RT {value.get('rt') or '-'}/RW {value.get('rw') or '-'}"
    wider = ("kelurahan", "kecamatan", "kabupaten", "provinsi")
    return [str(value["jalan"]), round_about, *(str(value.get(name) or "") for name in wider)]


def _is_date(text: str) -> bool:
    if not _DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _word(name: str) -> tuple[Word, ServiceId]:
    """A fact of the vocabulary and the service that it comes from."""
    vocabulary = agencies().vocabulary
    word = vocabulary.facts[name]
    return word, vocabulary.questions[word.question].service


def _offices(entry: Entry, found: Gathered) -> list[tuple[str, bool, str]]:
    """Each office once: has it answered?"""
    answered: dict[str, bool] = {}
    for name in entry.service.asked_facts:
        office = str(office_of(_word(name)[1]))
        answered[office] = answered.get(office, True) and found.missing.get(name) != holding.PENDING
    return [(office, done, "") for office, done in answered.items()]
