"""An instrument: what is assessed, with which weights, and what an index is called. Data in `instruments/*.toml`.

A new regulation is a new file there and no new code. `written.py` has the form of a file, `validating.py` what it must hold;
what comes out of `load` is one tree: the index, its domains, their aspects, their indicators, each with its weight in percent.
An instrument without domains (Pemdi) has its aspects directly below the index. Source: PermenPANRB 59/2020, Tabel 3 to 13.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from importlib import resources
from pathlib import Path

from msgspec import Struct

from terpadu.errors import BadInput
from terpadu.spbe import validating
from terpadu.spbe.written import WHOLE, Indicator, Predicate, Standing, Written, read

FOLDER = Path(str(resources.files("terpadu.spbe") / "instruments"))


class Part(Struct, frozen=True):
    """A node of the tree: `kind` is index, domain, aspect or indicator; `weight` in percent of the index."""

    kind: str
    number: int
    name: str
    weight: Decimal
    parts: tuple[Part, ...] = ()


class Instrument(Struct, frozen=True):
    """A validated instrument. `index` is the root of its tree; `predicates` go from the highest to the lowest."""

    id: str
    title: str
    short: str
    figure: str
    first_year: int
    last_year: int | None
    ended_by: str
    standing: Standing
    source: str
    target: str
    lowest: int
    highest: int
    index: Part
    predicates: tuple[Predicate, ...]
    indicators: dict[int, Indicator]
    levels: dict[int, tuple[str, ...]]
    """Indicator -> the names of its levels, the lowest first."""

    def covers(self, year: int) -> bool:
        """Was this the instrument of that year?"""
        return self.first_year <= year <= (self.last_year or year)

    def level_name(self, indicator: int, level: int) -> str:
        """What a level of this indicator is called."""
        return self.levels[indicator][level - self.lowest]


def load(path: Path) -> Instrument:
    """An instrument from its file. Raises `BadInput` that names everything that is wrong with it."""
    written = read(path)
    if wrong := validating.problems(written):
        listed = "\n  ".join(wrong)
        raise BadInput(f"{path.name}: expected an instrument that holds together; {len(wrong)} wrong:\n  {listed}")
    return _built(written)


@lru_cache(maxsize=1)
def installed() -> tuple[Instrument, ...]:
    """All instruments that come with the product, the earliest first."""
    found = (load(path) for path in sorted(FOLDER.glob("*.toml")))
    return tuple(sorted(found, key=lambda one: one.first_year))


def by_id(name: str) -> Instrument:
    """One of them by its id. Raises `BadInput` with the ids that there are."""
    for one in installed():
        if one.id == name:
            return one
    raise BadInput(f"Expected an instrument, one of {', '.join(one.id for one in installed())}; {name!r} is none.")


def of_year(year: int) -> Instrument:
    """The instrument that a year was, or is to be, assessed by. Raises `BadInput` where none is installed."""
    for one in installed():
        if one.covers(year):
            return one
    raise BadInput(
        f"Expected a year that an instrument was in force for ({'; '.join(map(in_force, installed()))}), got {year}."
    )


def check_year(instrument: Instrument, year: int) -> None:
    """Nobody is shown an "Indeks SPBE 2026". Raises `BadInput` that says which instrument the year has."""
    if instrument.covers(year):
        return
    after = f" It was ended by {instrument.ended_by}." if instrument.ended_by and year > instrument.first_year else ""
    raise BadInput(
        f"Expected a year of {in_force(instrument)}, got {year}: there is no {instrument.figure} {year}.{after}"
    )


def in_force(instrument: Instrument) -> str:
    """The years of an instrument, as words."""
    if instrument.last_year is None:
        return f"{instrument.short}: from {instrument.first_year}"
    return f"{instrument.short}: {instrument.first_year} to {instrument.last_year}"


def walk(part: Part) -> Iterator[Part]:
    """The part itself and everything below it, from above."""
    yield part
    for one in part.parts:
        yield from walk(one)


def parts_of(instrument: Instrument, kind: str) -> tuple[Part, ...]:
    """All domains, aspects or indicators in the order of their numbers."""
    return tuple(sorted((one for one in walk(instrument.index) if one.kind == kind), key=lambda one: one.number))


def bounds(instrument: Instrument) -> list[tuple[str, float, float]]:
    """Each predicate from the lowest: its name, from where, and below what (the highest: up to the highest level)."""
    lows = [float(one.least) for one in reversed(instrument.predicates)]
    names = [one.name for one in reversed(instrument.predicates)]
    return list(zip(names, lows, [*lows[1:], float(instrument.highest)], strict=True))


def _built(written: Written) -> Instrument:
    of_aspect = {one.number: one.levels for one in written.aspect}
    return Instrument(
        id=written.id,
        title=written.title,
        short=written.short,
        figure=written.figure,
        first_year=written.first_year,
        last_year=written.last_year,
        ended_by=written.ended_by,
        standing=written.standing,
        source=written.source,
        target=written.target,
        lowest=written.lowest,
        highest=written.highest,
        index=Part("index", 0, written.figure, WHOLE, _tops(written)),
        predicates=written.predicate,
        indicators={one.number: one for one in written.indicator},
        levels={one.number: written.levels[of_aspect[one.aspect]] for one in written.indicator},
    )


def _tops(written: Written) -> tuple[Part, ...]:
    if not written.domain:
        return _aspects(written, None)
    return tuple(
        Part("domain", one.number, one.name, one.weight, _aspects(written, one.number)) for one in written.domain
    )


def _aspects(written: Written, domain: int | None) -> tuple[Part, ...]:
    return tuple(
        Part("aspect", one.number, one.name, one.weight, _indicators(written, one.number))
        for one in written.aspect
        if one.domain == domain
    )


def _indicators(written: Written, aspect: int) -> tuple[Part, ...]:
    return tuple(
        Part("indicator", one.number, one.name, one.weight) for one in written.indicator if one.aspect == aspect
    )
