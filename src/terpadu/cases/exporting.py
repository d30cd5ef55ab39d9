"""What stands on an officer's page, as a table for a spreadsheet: the same lines, nothing more of anybody."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from terpadu.cases import showing_office
from terpadu.identity.models import Person
from terpadu.pages.words import day

PLACES = ("mine", "free", "elsewhere", "others")
"""The lists of the queue, in their order on the page."""


def head() -> list[str]:
    """Names of the columns, in the page's language."""
    return [
        _("Nomor urusan"),
        _("Tugas"),
        _("Nama layanan"),
        _("Nama instansi"),
        _("Paling lambat"),
        _("Lewat batas"),
        _("Pada siapa"),
    ]


def queue(person: Person) -> list[list[str]]:
    """A row for each task of this person's offices, as the queue's page has them."""
    where = {
        "mine": _("Pada Anda"),
        "free": _("Belum diambil"),
        "elsewhere": _("Di sistem instansi Anda"),
        "others": _("Pada rekan Anda"),
    }
    told = showing_office.queue(person)
    return [_row(line, where[place]) for place in PLACES for line in told.get(place, ())]


def _row(line: dict[str, Any], where: str) -> list[str]:
    cells = (line["task"].case.reference, line["title"], line["service"], line["office"])
    return [*map(str, cells), day(line["due"]) if line["due"] else "", _("ya") if line["late"] else "", where]
