"""Published results as rows: `instansi, tahun` and any of `kelompok, i1.., a1.., d1.., indeks, predikat`.

A published figure stands for a band: 2.35 is anything from 2.345 to 2.355, since nobody says how it was rounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from msgspec import Struct

from terpadu.spbe import assessments, instrument, score, tables
from terpadu.spbe.instrument import Instrument, Part
from terpadu.spbe.tables import Cell, Fault, Row

FIGURE = re.compile(r"([ad])(\d{1,2})")
KINDS = {"a": "aspect", "d": "domain"}
INDEX = ("index", 0)
INDEX_NAMES = ("indeks", "index")
PREDICATE_NAMES = ("predikat", "predicate")
MEAN = re.compile(r"rata-rata\s*(.*)", re.IGNORECASE)
Key = tuple[str, int]
"""Which figure: its kind and number."""


class Band(NamedTuple):
    """Where the true value of a published figure lies, both ends included."""

    low: Decimal
    high: Decimal

    def meets(self, other: Band) -> bool:
        """Can both be the same number?"""
        return self.low <= other.high and other.low <= self.high


class Published(Struct, frozen=True):
    """One row as it was published. `mean_of`: the group whose mean it says it is; None for an instansi."""

    line: int
    instansi: str
    year: int
    group: str
    mean_of: str | None
    instrument: Instrument
    levels: dict[int, score.Level]
    figures: dict[Key, Decimal]
    predicate: str
    page: str

    def band(self, part: Part) -> Band | None:
        """The band of a published figure; of an indicator, its level itself. None where it was not published."""
        if part.kind == "indicator":
            level = self.levels.get(part.number)
            return None if level is None else Band(Decimal(level), Decimal(level))
        value = self.figures.get((part.kind, part.number))
        return None if value is None else band(value)


def band(value: Decimal) -> Band:
    """Half a unit of the last decimal to both sides; two decimals at least, since spreadsheets drop zeros."""
    decimals = max(2, -int(value.as_tuple().exponent))
    half = Decimal(5).scaleb(-decimals - 1)
    return Band(value - half, value + half)


def derived(part: Part, row: Published) -> Band | None:
    """What a figure must be: by the levels below it where all are known, exactly; else by the published figures below it."""
    exact = score.weigh(part, row.levels).value
    return from_figures(part, row) if exact is None else Band(exact, exact)


def from_figures(part: Part, row: Published) -> Band | None:
    """What a figure must be by the published figures directly below it; None where one of these is not there."""
    bands = {one.number: row.band(one) or derived(one, row) for one in part.parts}
    return mean(part, bands) if part.parts else None


def mean(part: Part, bands: dict[int, Band | None]) -> Band | None:
    """The weighted mean of bands; None where one is unknown."""
    known = {number: one for number, one in bands.items() if one is not None}
    if len(known) < len(bands):
        return None
    low = score.mean(part, {number: one.low for number, one in known.items()})
    return Band(low, score.mean(part, {number: one.high for number, one in known.items()}))


def read(path: Path, chosen: Instrument | None = None) -> tuple[list[Published], list[Fault]]:
    """A file of published results, and what cannot be read of it."""
    rows: list[Published] = []
    faults: list[Fault] = []
    for row in tables.read(path, assessments.NEEDED):
        one = [row] if isinstance(row, Fault) else _published(row, chosen)
        if isinstance(one, Published):
            rows.append(one)
        else:
            faults += one
    return rows, faults


def _published(row: Row, chosen: Instrument | None) -> Published | list[Fault]:
    faults = [*assessments.name_faults(row)]
    dated = assessments.dated(row, chosen)
    if isinstance(dated, Fault):
        return [*faults, dated]
    year, found = dated
    figures: dict[Key, Decimal] = {}
    levels: dict[int, score.Level] = {}
    faults += [*_figures(row, found, figures), *assessments.levels_of(row, found, levels)]
    name = str(row.cells["instansi"])
    mean = MEAN.fullmatch(name)
    return faults or Published(
        line=row.line,
        instansi=name,
        year=year,
        group=str(row.cells.get("kelompok") or ""),
        mean_of=mean[1].strip() if mean else None,
        instrument=found,
        levels=levels,
        figures=figures,
        predicate=_word(row, PREDICATE_NAMES),
        page=_word(row, ("halaman",)),
    )


def _figures(row: Row, instrument_: Instrument, into: dict[Key, Decimal]) -> Iterator[Fault]:
    known = {(part.kind, part.number) for part in instrument.walk(instrument_.index)}
    for name, cell in row.cells.items():
        found = FIGURE.fullmatch(name)
        key = INDEX if name in INDEX_NAMES else (KINDS[found[1]], int(found[2])) if found else None
        if key is None or cell is None:
            continue
        if key not in known:
            yield Fault(row.line, name, f"nothing: {instrument_.short} has no such figure", tables.shown(cell))
        else:
            yield from _figure(row.line, name, cell, key, into)


def _figure(line: int, name: str, cell: Cell, key: Key, into: dict[Key, Decimal]) -> Iterator[Fault]:
    value = tables.number_of(cell)
    if value is None:
        yield Fault(line, name, "a number such as 2,35", tables.shown(cell))
    else:
        into[key] = Decimal(value)


def _word(row: Row, names: tuple[str, ...]) -> str:
    return next((str(row.cells[name]) for name in names if row.cells.get(name) is not None), "")
