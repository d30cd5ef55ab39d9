"""Where the marks of the pictures lie: numbers for SVG, as text with a point, whatever the language of the page."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal

from msgspec import Struct

from terpadu.spbe.instrument import Instrument

LEFT, RIGHT, TOP, FOOT = 24.0, 290.0, 24.0, 190.0
"""The ground of the history, in a picture of 360 by 224."""
CENTRE, RADIUS, LABELS = (180.0, 130.0), 96.0, 114.0
"""The ground of the radar, in a picture of 360 by 260."""


class Mark(Struct, frozen=True):
    """A place with the number that stands there."""

    x: str
    y: str
    value: Decimal
    label: str = ""


class Bound(Struct, frozen=True):
    """A line at which a predicate begins."""

    y: str
    value: Decimal
    target: bool


class History(Struct, frozen=True):
    """`line`: the points of a polyline through the marks; `bounds` without the lowest level."""

    marks: list[Mark]
    line: str
    bounds: list[Bound]


class Radar(Struct, frozen=True):
    """`area`: the points of the values; `rings`: a polygon for each level; `axes`: the ends, with the number of the aspect."""

    area: str
    rings: list[str]
    axes: list[Mark]
    labels: list[Mark]


def history(years: Sequence[tuple[int, Decimal]], rules: Instrument) -> History:
    """An index over its years; a year without a result leaves its place empty."""
    first, span = years[0][0], max(1, years[-1][0] - years[0][0])
    alone = len(years) == 1
    marks = [
        Mark(
            _text((LEFT + RIGHT) / 2 if alone else LEFT + 16 + (RIGHT - LEFT - 32) * (year - first) / span),
            _text(_height(index, rules)),
            index,
            str(year),
        )
        for year, index in years
    ]
    bounds = [
        Bound(_text(_height(one.least, rules)), one.least, one.name == rules.target)
        for one in rules.predicates
        if one.least > rules.lowest
    ]
    return History(marks, " ".join(f"{one.x},{one.y}" for one in marks), bounds)


def radar(values: Sequence[Decimal], rules: Instrument) -> Radar:
    """The aspects in the order of their numbers, the first above, clockwise; the centre is the lowest level less one."""
    parts = len(values)
    levels = range(rules.lowest, rules.highest + 1)
    full = rules.highest - rules.lowest + 1
    reach = [RADIUS * (float(value) - rules.lowest + 1) / full for value in values]
    rings = [[RADIUS * (level - rules.lowest + 1) / full] * parts for level in levels]
    return Radar(
        _points(reach),
        [_points(ring) for ring in rings],
        _ends(values, [RADIUS] * parts),
        _ends(values, [LABELS] * parts),
    )


def _ends(values: Sequence[Decimal], reach: Sequence[float]) -> list[Mark]:
    places = _places(reach)
    return [
        Mark(_text(x), _text(y), value, str(number))
        for number, (value, (x, y)) in enumerate(zip(values, places, strict=True), 1)
    ]


def _points(reach: Sequence[float]) -> str:
    return " ".join(f"{_text(x)},{_text(y)}" for x, y in _places(reach))


def _places(reach: Sequence[float]) -> list[tuple[float, float]]:
    turns = [2 * math.pi * number / len(reach) for number in range(len(reach))]
    return [
        (CENTRE[0] + far * math.sin(turn), CENTRE[1] - far * math.cos(turn))
        for far, turn in zip(reach, turns, strict=True)
    ]


def _height(value: Decimal, rules: Instrument) -> float:
    return FOOT - (FOOT - TOP) * float(value - rules.lowest) / (rules.highest - rules.lowest)


def _text(number: float) -> str:
    return f"{number:.1f}"
