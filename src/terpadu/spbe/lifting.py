"""What-if: the fewest levels that lift an index to a target, and the gaps that are left. Proven against brute force in tests.

One level up in an indicator adds its weight to the points, whatever level it had. So each level costs one and brings a fixed
gain, and the best k levels are the k heaviest that are left: taking the heaviest first is exact, not a guess. Among equally
heavy ones the lowest level goes first, since its next criterion asks least; any other of the same weight would do as well.

Indicators that another agency measures (Pemdi 5, 6, 7) are left alone: how its score becomes a level is not known here.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from msgspec import Struct

from terpadu.errors import BadInput
from terpadu.spbe import rounding
from terpadu.spbe.instrument import Instrument
from terpadu.spbe.score import Score, compute
from terpadu.spbe.written import Predicate


class NoPlan(BadInput):
    """There is no index to lift, or no way up to the target."""


class Step(Struct, frozen=True):
    """One level up: the criterion that must be met, and what the index gains by it."""

    indicator: int
    name: str
    reached: int
    level_name: str
    criterion: str
    gain: Decimal


class Plan(Struct, frozen=True):
    """The fewest steps to a predicate; `after` is the score when all of them are taken. No steps: it is reached already."""

    target: str
    needed: Decimal
    steps: tuple[Step, ...]
    before: Score
    after: Score


class Gap(Struct, frozen=True):
    """How far an indicator is from its highest level, and what all of it would bring."""

    indicator: int
    name: str
    level: Decimal
    highest: int
    gain: Decimal


def plan(score: Score, target: str = "") -> Plan:
    """The fewest levels to the target predicate (empty: the instrument's own target). Raises `NoPlan`."""
    if score.index.points is None:
        listed = ", ".join(map(str, score.missing))
        raise NoPlan(f"Expected a level for every indicator, {listed} have none: without an index there is no plan.")
    aim = _predicate(score.instrument, target or score.instrument.target)
    steps, after = _climb(score, aim)
    return Plan(aim.name, aim.least, steps, score, after)


def _predicate(instrument: Instrument, name: str) -> Predicate:
    for one in instrument.predicates:
        if one.name.lower() == name.lower():
            return one
    listed = ", ".join(one.name for one in instrument.predicates)
    raise BadInput(f"Expected a predicate of {instrument.short}, one of {listed}; {name!r} is none.")


def gaps(score: Score) -> tuple[Gap, ...]:
    """All indicators below their highest level, those that would bring most first."""
    instrument = score.instrument
    found = []
    for figure in score.figures("indicator"):
        level = figure.value
        if level is not None and level < instrument.highest:
            gain = (instrument.highest - level) * figure.part.weight / 100
            found.append(Gap(figure.part.number, figure.part.name, level, instrument.highest, gain))
    return tuple(sorted(found, key=lambda gap: (-gap.gain, gap.indicator)))


def _climb(score: Score, aim: Predicate) -> tuple[tuple[Step, ...], Score]:
    levels = {one.part.number: one.value for one in score.figures("indicator")}
    index, rules = score.index.value or Decimal(), score.rules
    steps: list[Step] = []
    for step in _heaviest_first(score):
        if rounding.counted(index, rules) >= aim.least:
            break
        steps.append(step)
        index += step.gain
        levels[step.indicator] = Decimal(step.reached)
    if rounding.counted(index, rules) < aim.least:
        raise NoPlan(f"Expected {aim.name} ({aim.least}) to be within reach; all levels that can rise give {index}.")
    return tuple(steps), compute(score.instrument, levels, rules=rules, origin=score.origin)


def _heaviest_first(score: Score) -> list[Step]:
    weights = {one.part.number: one.part.weight for one in score.figures("indicator")}
    return sorted(_steps(score), key=lambda one: (-weights[one.indicator], one.reached, one.indicator))


def _steps(score: Score) -> Iterator[Step]:
    instrument = score.instrument
    for figure in score.figures("indicator"):
        told = instrument.indicators[figure.part.number]
        if told.measured_by or figure.value is None:
            continue
        for reached in range(int(figure.value) + 1, instrument.highest + 1):
            yield Step(
                indicator=told.number,
                name=told.name,
                reached=reached,
                level_name=instrument.level_name(told.number, reached),
                criterion=told.criteria[reached - instrument.lowest] if told.criteria else "",
                gain=told.weight / 100,
            )
