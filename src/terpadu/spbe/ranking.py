"""The ranking of a year: which results, in which order, and the filters as addresses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, QuerySet, Window
from django.db.models.functions import Rank
from django.utils.translation import gettext_lazy as _
from msgspec import Struct

from terpadu.spbe import instrument
from terpadu.spbe.models import Result

GROUPS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "provinsi": (_("Provinsi"), ("provinsi",)),
    "kabupaten": (_("Kabupaten"), ("kabupaten",)),
    "kota": (_("Kota"), ("kota",)),
    "pusat": (_("Kementerian dan lembaga"), ("Kementerian", "LPNK", "Lembaga Lain")),
}
"""Word of the address -> what it is called, and the kinds of instansi in it. No word: all of them."""


class Asked(Struct, frozen=True):
    """A year that has public results (None: there are none at all) and a group, empty for all."""

    year: int | None
    group: str
    years: tuple[int, ...]

    def address(self, **changed: object) -> str:
        """The same question with something else in it."""
        parts = {"tahun": self.year, "kelompok": self.group} | changed
        return "?" + urlencode({name: value for name, value in parts.items() if value})


def asked(parts: Mapping[str, str], now: datetime) -> Asked:
    """What is asked for; what is not there gives the latest year, and all groups."""
    years = tuple(Result.objects.public(now).order_by("-year").values_list("year", flat=True).distinct())
    wished = parts.get("tahun", "")
    year = next((one for one in years if str(one) == wished), years[0] if years else None)
    group = parts.get("kelompok", "")
    return Asked(year, group if group in GROUPS else "", years)


def found(question: Asked, now: datetime) -> QuerySet[Result]:
    """The results in their order, equal ones on one rank."""
    results: QuerySet[Result] = Result.objects.newest(now).filter(year=question.year or 0)
    if question.group:
        results = results.filter(instansi__kind__in=GROUPS[question.group][1])
    ranked = results.annotate(rank=Window(Rank(), order_by=F("index").desc()))
    return ranked.select_related("instansi", "decree").order_by("rank", "instansi__name")


def filters(question: Asked) -> list[tuple[Any, list[dict[str, Any]]]]:
    """Years and groups as links."""
    groups = [_choice(_("Semua"), question.address(kelompok=""), not question.group)]
    groups += [
        _choice(name, question.address(kelompok=word), word == question.group) for word, (name, _k) in GROUPS.items()
    ]
    return [(_("Tahun"), years(question)), (_("Kelompok"), groups)]


def years(question: Asked) -> list[dict[str, Any]]:
    """Each year that has public results, as a link."""
    return [_choice(one, question.address(tahun=one), one == question.year) for one in question.years]


def counted(results: QuerySet[Result], year: int) -> list[tuple[str, int]]:
    """How many have each predicate of the year's instrument, the highest first."""
    names = Counter(name.lower() for name in results.order_by().values_list("predicate", flat=True))
    return [(one.name, names[one.name.lower()]) for one in instrument.of_year(year).predicates]


def _choice(label: Any, address: str, current: bool) -> dict[str, Any]:
    return {"label": label, "address": address, "current": current}
