"""How an index comes about. One rule on all levels: a figure is the weighted mean of its parts.

    points of an indicator = its level x its weight          (PermenPANRB 59/2020, Bab II.B.4, Tabel 10 to 12)
    points of anything else = the points of its parts, added
    value                  = points / weight

The regulation divides by the weight at every step and multiplies by it at the next. Here points are added and each figure is
divided once, for itself: nothing is ever computed from a figure that was rounded. All sums are exact, or an error.

No clock, no file, no framework:

    from terpadu.spbe import instrument, score
    found = score.compute(instrument.by_id("permenpanrb-59-2020"), {1: 3, 2: 3, ...})
    found.index.value, found.predicate
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Context, Decimal, Inexact, InvalidOperation, localcontext
from typing import Literal

from msgspec import Struct

from terpadu.errors import BadInput
from terpadu.spbe import rounding
from terpadu.spbe.instrument import Instrument, Part, check_year
from terpadu.spbe.rounding import USUAL, Rules

Level = int | Decimal
Origin = Literal["official", "recomputed", "self-assessed"]
"""As published; computed here from levels that were published; computed here from an instansi's own levels."""

EXACT = Context(prec=28, traps=[Inexact, InvalidOperation])
"""A sum that would lose a digit is an error, whatever context the caller has."""
NOTHING = Decimal(0)
DIVIDING = Context(prec=28, rounding=ROUND_HALF_UP, traps=[InvalidOperation])


class Figure(Struct, frozen=True, gc=False):
    """A value and all that it came from. `points` is None where a level below is missing.

    A tree that never points back: the collector of cycles need not look at its sixty nodes (three times as fast for a million).
    """

    part: Part
    points: Decimal | None
    parts: tuple[Figure, ...] = ()

    @property
    def value(self) -> Decimal | None:
        """Unrounded; what does not end (19/6) has 28 digits."""
        return None if self.points is None else _divided(self.points, self.part.weight)

    def told(self) -> str:
        """The sum as a person would write it: (3×2.5 + 4×2.5) ÷ 5 = 3.5."""
        terms = " + ".join(f"{_short(one.value)}×{one.part.weight}" for one in self.parts)
        return f"({terms}) ÷ {self.part.weight} = {_short(self.value)}"


class Score(Struct, frozen=True):
    """An assessment computed. `index.value` and `predicate` are None where a level is missing; `missing` says which."""

    instrument: Instrument
    index: Figure
    predicate: str | None
    missing: tuple[int, ...]
    doubts: tuple[str, ...]
    rules: Rules
    origin: Origin

    def figures(self, kind: str) -> tuple[Figure, ...]:
        """All domains, aspects or indicators, in the order of their numbers; incomplete ones too."""
        return tuple(
            sorted((one for one in walk(self.index) if one.part.kind == kind), key=lambda one: one.part.number)
        )

    def printed(self, figure: Figure) -> Decimal | None:
        """A figure with the two decimals of a report."""
        value = figure.value
        return None if value is None else rounding.printed(value, self.rules.rounding)


def compute(
    instrument: Instrument,
    levels: Mapping[int, Level | None],
    *,
    year: int | None = None,
    rules: Rules = USUAL,
    origin: Origin = "self-assessed",
) -> Score:
    """The whole score from indicator -> level. A level that is absent or None is missing, and then there is no index.

    Raises `BadInput` for an indicator that the instrument has not, a level out of its range, or a year out of its force.
    """
    if year is not None:
        check_year(instrument, year)
    check(instrument, levels)
    with localcontext(EXACT):
        index = weigh(instrument.index, levels)
    value = index.value
    return Score(
        instrument=instrument,
        index=index,
        predicate=None if value is None else rounding.called(value, instrument.predicates, rules),
        missing=() if value is not None else missing(instrument, levels),
        doubts=() if value is None else rounding.doubts(value, instrument.predicates),
        rules=rules,
        origin=origin,
    )


def weigh(part: Part, levels: Mapping[int, Level | None]) -> Figure:
    """The rule itself, from the indicators upwards."""
    if part.kind == "indicator":
        level = levels.get(part.number)
        return Figure(part, None if level is None else part.weight * level)
    parts = tuple([weigh(one, levels) for one in part.parts])
    return Figure(part, _added(parts), parts)


def _added(parts: tuple[Figure, ...]) -> Decimal | None:
    total = NOTHING
    for one in parts:
        if one.points is None:
            return None
        total += one.points
    return total


def _divided(points: Decimal, weight: Decimal) -> Decimal:
    found = DIVIDING.divide(points, weight)
    if found == found.to_integral_value():
        return found.quantize(Decimal(1))
    return found.normalize(DIVIDING) if DIVIDING.multiply(found, weight) == points else found


def mean(part: Part, values: Mapping[int, Decimal]) -> Decimal:
    """The same rule from values of the parts directly below: how published figures are held against each other."""
    with localcontext(DIVIDING):
        return sum((one.weight * values[one.number] for one in part.parts), NOTHING) / part.weight


def check(instrument: Instrument, levels: Mapping[int, Level | None]) -> None:
    """Only indicators of the instrument, only levels that it knows. Raises `BadInput` for the first that is not so."""
    for number, level in levels.items():
        if number not in instrument.indicators:
            raise BadInput(
                f"Expected an indicator from 1 to {len(instrument.indicators)} ({instrument.short}), got {number!r}."
            )
        if level is not None and not fits(instrument, number, level):
            raise BadInput(f"Indicator {number}: expected {expected(instrument, number)}, got {level}.")


def fits(instrument: Instrument, number: int, level: Level) -> bool:
    """Is this a level of this indicator? Only scores of other agencies need not be whole."""
    if type(level) is int:
        return instrument.lowest <= level <= instrument.highest
    if not isinstance(level, Decimal) or not level.is_finite() or not instrument.lowest <= level <= instrument.highest:
        return False
    return level == int(level) or (bool(instrument.indicators[number].measured_by) and level == round(level, 10))


def expected(instrument: Instrument, number: int) -> str:
    """What a level of this indicator may be, in words."""
    kind = "a number" if instrument.indicators[number].measured_by else "a whole number"
    return f"{kind} from {instrument.lowest} to {instrument.highest}"


def missing(instrument: Instrument, levels: Mapping[int, Level | None]) -> tuple[int, ...]:
    """The indicators without a level."""
    return tuple(number for number in instrument.indicators if levels.get(number) is None)


def walk(figure: Figure) -> Iterator[Figure]:
    """The figure itself and everything below it, from above."""
    yield figure
    for one in figure.parts:
        yield from walk(one)


def _short(value: Decimal | None) -> str:
    """Four decimals at most; dots say that there are more, which are counted too."""
    if value is None:
        return "?"
    text = f"{value:.4f}".rstrip("0").rstrip(".")
    return text if Decimal(text) == value else f"{text}…"
