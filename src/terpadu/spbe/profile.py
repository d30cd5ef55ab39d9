"""One instansi over its years: the newest result, the ones before, and who stands beside it in the ranking."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from msgspec import Struct

from terpadu.pages import words
from terpadu.spbe import drawing, instrument, naming, ranking
from terpadu.spbe.instrument import Instrument
from terpadu.spbe.models import Instansi, Result

BESIDE = 2
"""How many are shown above and below in the ranking."""
Value = tuple[str, str, str]
"""What a figure is of, its weight and its value, as a row of a table."""


class Profile(Struct, frozen=True):
    """`history`: one result a year, the latest last; empty where nothing is public. `group`: the word of its ranking."""

    name: str
    group: str
    history: Sequence[Result]

    @property
    def newest(self) -> Result | None:
        """The result of its latest year."""
        return self.history[-1] if self.history else None


def find(key: str, now: datetime) -> Profile | None:
    """The profile of an instansi that is listed, or that a decree once named; None for any other key."""
    one = Instansi.objects.filter(pk=key).first() or naming.known(key)
    if one is None or one.key != key:
        return None
    history = Result.objects.newest(now).filter(instansi=key).select_related("instansi", "decree").order_by("year")
    group = next((word for word, (_called, kinds) in ranking.GROUPS.items() if one.kind in kinds), "")
    return Profile(one.name, group, list(history))


def told(found: Profile, now: datetime) -> dict[str, Any]:
    """What the page says of the newest result; nothing where there is none."""
    newest = found.newest
    if newest is None:
        return {}
    rules = instrument.by_id(newest.instrument)
    same = [one for one in found.history if one.instrument == newest.instrument]
    target = next(one.least for one in rules.predicates if one.name == rules.target)
    return {
        "newest": newest,
        "instrument": rules,
        "bounds": instrument.bounds(rules),
        "target": target,
        "reached": newest.index >= target,
        "before": same[-2] if len(same) > 1 else None,
        "change": _change(same),
        "picture": drawing.history([(one.year, one.index) for one in same], rules),
        "others": len(same) < len(found.history),
        "domain_columns": [_("Domain"), (_("Bobot"), "number"), (_("Nilai"), "number")],
        "aspect_columns": [_("Aspek"), (_("Bobot"), "number"), (_("Nilai"), "number")],
        "domains": values(newest, rules, "domain"),
        "aspects": values(newest, rules, "aspect"),
        "radar": _radar(newest, rules),
        **_ranked(found, newest.year, now),
    }


def values(result: Result, rules: Instrument, kind: str) -> list[Value]:
    """The published figures of one kind, as a table has them."""
    return [
        (f"{one.number}. {one.name}", f"{words.decimal(one.weight, 1)}%", words.decimal(Decimal(result.figures[key])))
        for one in instrument.parts_of(rules, kind)
        if (key := f"{kind[0]}{one.number}") in result.figures
    ]


def _radar(result: Result, rules: Instrument) -> drawing.Radar | None:
    """Only where every aspect is published: a gap would look like a value."""
    keys = [f"a{one.number}" for one in instrument.parts_of(rules, "aspect")]
    if any(key not in result.figures for key in keys):
        return None
    return drawing.radar([Decimal(result.figures[key]) for key in keys], rules)


def _change(same: Sequence[Result]) -> str:
    """The step since the year before, with its sign; empty where there is none to compare with."""
    if len(same) < 2:
        return ""
    step: Decimal = same[-1].index - same[-2].index
    return ("+" if step > 0 else "−" if step < 0 else "") + words.decimal(abs(step))


def _ranked(found: Profile, year: int, now: datetime) -> dict[str, Any]:
    rows: list[Any] = list(ranking.found(ranking.Asked(year, found.group, (year,)), now))
    own = next(row for row in rows if row == found.newest)
    place = rows.index(own)
    return {
        "rank": own.rank,
        "among": len(rows),
        "group_name": ranking.GROUPS[found.group][0] if found.group else "",
        "neighbours": rows[max(0, place - BESIDE) : place + BESIDE + 1],
    }
