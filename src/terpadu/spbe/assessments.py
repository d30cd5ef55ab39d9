"""Rows of a table as assessments: `instansi, tahun, i1, i2, ...`. Every cell that is wrong is named, not the first alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from terpadu.errors import BadInput
from terpadu.spbe import instrument as instruments
from terpadu.spbe import score, tables
from terpadu.spbe.instrument import Instrument
from terpadu.spbe.score import Level
from terpadu.spbe.tables import Cell, Fault, Row

NEEDED = ("instansi", "tahun")
LONGEST_NAME = 300
YEAR = re.compile(r"[12][0-9]{3}")
INDICATOR = re.compile(r"i(\d{1,3})")


class Assessment(Struct, frozen=True):
    """One instansi in one year. `levels`: indicator -> level; what is empty is absent."""

    line: int
    instansi: str
    year: int
    instrument: Instrument
    levels: dict[int, Level]


class Table(Struct, frozen=True):
    """What a file held: assessments that can be scored, and what is wrong with the other rows."""

    assessments: list[Assessment]
    faults: list[Fault]


def read(path: Path, chosen: Instrument | None = None) -> Table:
    """A whole file. Without `chosen`, each row is of the instrument of its year."""
    found = Table([], [])
    first: dict[tuple[str, int], int] = {}
    for row in tables.read(path, NEEDED):
        one = row if isinstance(row, Fault) else _assessment(row, chosen)
        if isinstance(one, Assessment) and (line := first.setdefault((one.instansi, one.year), one.line)) != one.line:
            one = Fault(
                one.line, "instansi, tahun", "one row for an instansi and a year", f"the same as in line {line}"
            )
        if isinstance(one, Assessment):
            found.assessments.append(one)
        else:
            found.faults.extend([one] if isinstance(one, Fault) else one)
    return found


def dated(row: Row, chosen: Instrument | None) -> tuple[int, Instrument] | Fault:
    """A row's year and the instrument that it is measured by: the chosen one, if it was in force, else that of the year."""
    year = year_of(row)
    if isinstance(year, Fault):
        return year
    try:
        instrument = chosen or instruments.of_year(year)
        instruments.check_year(instrument, year)
    except BadInput as error:
        return Fault(row.line, "tahun", expected(error), str(year))
    return year, instrument


def _assessment(row: Row, chosen: Instrument | None) -> Assessment | list[Fault]:
    faults = [*name_faults(row)]
    found = dated(row, chosen)
    if isinstance(found, Fault):
        return [*faults, found]
    year, instrument = found
    levels: dict[int, Level] = {}
    faults += _columns_of(row, instrument)
    faults += levels_of(row, instrument, levels)
    return faults or Assessment(row.line, str(row.cells["instansi"]), year, instrument, levels)


def name_faults(row: Row) -> Iterator[Fault]:
    """A name that a table and a terminal can show."""
    name = row.cells.get("instansi")
    if not isinstance(name, str) or not name.isprintable() or len(name) > LONGEST_NAME:
        yield Fault(row.line, "instansi", "the name of an instansi", tables.shown(name))


def year_of(row: Row) -> int | Fault:
    """The year, as a number of four digits."""
    cell = row.cells.get("tahun")
    if isinstance(cell, bool) or not YEAR.fullmatch(str(cell)):
        return Fault(row.line, "tahun", "a year such as 2024", tables.shown(cell))
    return int(str(cell))


def _columns_of(row: Row, instrument: Instrument) -> Iterator[Fault]:
    absent = [number for number in instrument.indicators if f"i{number}" not in row.cells]
    if absent:
        yield Fault(row.line, _columns(absent), f"the columns {_known(instrument)}", "no such column")


def levels_of(row: Row, instrument: Instrument, into: dict[int, Level]) -> Iterator[Fault]:
    """The levels of a row into `into`; what is none of this instrument's comes back as a fault."""
    given = {int(found[1]): cell for name, cell in row.cells.items() if (found := INDICATOR.fullmatch(name))}
    more = [number for number, cell in given.items() if number not in instrument.indicators and cell is not None]
    if more:
        yield Fault(row.line, _columns(more), f"only {_known(instrument)}", "more levels")
    for number in instrument.indicators:
        if (cell := given.get(number)) is not None:
            yield from _level(row.line, instrument, number, cell, into)


def _known(instrument: Instrument) -> str:
    return f"i1 to i{len(instrument.indicators)}, the indicators of {instrument.short}"


def _level(line: int, instrument: Instrument, number: int, cell: Cell, into: dict[int, Level]) -> Iterator[Fault]:
    level = tables.number_of(cell)
    if level is None or not score.fits(instrument, number, level):
        yield Fault(line, f"i{number}", score.expected(instrument, number), tables.shown(cell))
    else:
        into[number] = level


def _columns(numbers: Iterable[int]) -> str:
    listed = [f"i{number}" for number in numbers]
    return ", ".join(listed) if len(listed) <= 4 else f"{listed[0]} to {listed[-1]} ({len(listed)})"


def expected(error: BadInput) -> str:
    """The sentence of an error as what a fault expected."""
    return error.sentence.removeprefix("Expected ").rstrip(".")
