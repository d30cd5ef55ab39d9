"""Where published figures cannot all be true, and what most likely happened. Recomputed from what was published, bands and all.

A contradiction is told only where no rounding explains it: each published figure stands for a band of values, and two bands
that should be the same do not meet. A likely cause is a guess for whoever looks it up in the decree; it changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from msgspec import Struct

from terpadu.spbe import rounding
from terpadu.spbe.instrument import Part, walk
from terpadu.spbe.published import INDEX, Band, Key, Published, band, derived, mean

NATIONAL = "nasional"
ENOUGH = 4
"""Figures that must be equal before two rows are called copies: fewer are equal by chance."""

Figures = frozenset[tuple[Key, Decimal]]
"""All that a row says below its index."""


class Contradiction(Struct, frozen=True):
    """A published figure (`origin` official), what the others make of it (recomputed), and the likely cause."""

    line: int
    instansi: str
    year: int
    figure: str
    published: str
    recomputed: str
    cause: str

    def told(self) -> str:
        """In one line."""
        return (
            f"line {self.line}, {self.instansi} {self.year}, {self.figure}: published {self.published}, "
            f"recomputed {self.recomputed}. Likely: {self.cause}."
        )


class Table(Struct, frozen=True):
    """All rows, also by line and by their figures, so that copies are found at once."""

    rows: Sequence[Published]
    by_line: dict[int, Published]
    by_figures: dict[Figures, list[Published]]

    def near(self, row: Published) -> Iterator[Published]:
        """The rows directly above and below."""
        return (self.by_line[line] for line in (row.line - 1, row.line + 1) if line in self.by_line)


def find(published: Sequence[Published]) -> list[Contradiction]:
    """Everything that cannot be true, row by row."""
    by_figures: dict[Figures, list[Published]] = {}
    for row in published:
        by_figures.setdefault(_figures(row), []).append(row)
    rows = Table(published, {row.line: row for row in published}, by_figures)
    found = []
    for row in published:
        found += [*_out_of_range(row), *_parts(row, rows), *_predicate(row), *_means(row, rows), *_copied(row, rows)]
    return found


def _out_of_range(row: Published) -> Iterator[Contradiction]:
    low, high = row.instrument.lowest, row.instrument.highest
    for part in _above_indicators(row):
        value = row.figures.get((part.kind, part.number))
        if value is not None and not low <= value <= high:
            yield _told(row, part, f"{low} to {high}", "the cell is mistyped: no mean of levels lies out there")


def _parts(row: Published, rows: Table) -> Iterator[Contradiction]:
    for part in _above_indicators(row):
        wanted = _unmet(row, part)
        if wanted is not None and not _explained(row, part, wanted):
            yield _told(row, part, _shown(wanted), _cause(row, part, wanted, rows))


def _unmet(row: Published, part: Part) -> Band | None:
    """What a published figure should be, where it is not that."""
    own, wanted = row.band(part), derived(part, row)
    return wanted if own is not None and wanted is not None and not own.meets(wanted) else None


def _explained(row: Published, part: Part, wanted: Band) -> bool:
    """An index that follows once the one wrong figure below it is put right is itself no contradiction.

    Not where the levels are known: then the index is held against these, exactly.
    """
    if part.kind != "index" or wanted.low == wanted.high:
        return False
    return any((right := _unmet(row, one)) is not None and _index_if(row, one, right) for one in part.parts)


def _cause(row: Published, part: Part, wanted: Band, rows: Table) -> str:
    if twin := _same_figures(row, rows):
        return f"the row was copied from line {twin.line}, {twin.instansi} {twin.year}"
    if _rounded_before(row, part, wanted):
        return f"it was computed from {part.parts[0].kind}s that had been rounded before"
    if part.kind == "index":
        return _cause_of_index(row, part, rows)
    if _index_if(row, part, wanted):
        return f"the cell of this {part.kind} is wrong: the index follows from {_shown(wanted)}{_neighbour(row, part, rows)}"
    if _index_if(row, part, row.band(part)) and part.parts[0].kind != "indicator":
        below = ", ".join(str(one.number) for one in part.parts)
        return (
            f"one of its {part.parts[0].kind}s ({below}) is wrong: the index follows from the {part.kind} as published"
        )
    return f"the cell is wrong{_neighbour(row, part, rows)}"


def _rounded_before(row: Published, part: Part, wanted: Band) -> bool:
    """The levels are known, and the published figure follows from the printed figures below it instead."""
    if wanted.low != wanted.high or not part.parts or part.parts[0].kind == "indicator":
        return False
    values = {one.number: row.figures.get((one.kind, one.number)) for one in part.parts}
    middle = mean(part, {number: None if value is None else Band(value, value) for number, value in values.items()})
    return middle is not None and rounding.printed(middle.low) == row.figures[(part.kind, part.number)]


def _cause_of_index(row: Published, part: Part, rows: Table) -> str:
    value = row.figures[INDEX]
    for other in rows.near(row):
        if other.figures.get(INDEX) == value:
            return f"the index was copied from line {other.line}, {other.instansi} {other.year}"
    return f"the index does not follow from its {part.parts[0].kind}s: it is mistyped, or older than they are"


def _index_if(row: Published, part: Part, instead: Band | None) -> bool:
    """Does the published index follow when this one figure is that?"""
    index = row.instrument.index
    published = row.band(index)
    if part not in index.parts or published is None:
        return False
    found = mean(index, {one.number: instead if one == part else row.band(one) for one in index.parts})
    return found is not None and published.meets(found)


def _predicate(row: Published) -> Iterator[Contradiction]:
    value = row.figures.get(INDEX)
    if not row.predicate or value is None or not row.instrument.lowest <= value <= row.instrument.highest:
        return
    low, high = (max(end, Decimal(row.instrument.lowest)) for end in band(value))
    possible = {rounding.predicate(one, row.instrument.predicates) for one in (low, value, high)}
    if row.predicate.lower() not in {one.lower() for one in possible}:
        right = rounding.predicate(value, row.instrument.predicates)
        cause = f"the predicate is of another row, or of another instrument than {row.instrument.short}"
        yield Contradiction(row.line, row.instansi, row.year, "predicate", row.predicate, right, cause)


def _means(row: Published, rows: Table) -> Iterator[Contradiction]:
    """A row that says it is a mean, against the rows of its group in this table."""
    members = [] if row.mean_of is None else [one for one in rows.rows if _belongs(one, row)]
    for part in _above_indicators(row):
        own = row.band(part)
        bands = [one for member in members if (one := member.band(part)) is not None]
        if own is None or not bands or len(bands) < len(members):
            continue
        low, high = (sum(ends, Decimal()) / len(bands) for ends in zip(*bands, strict=True))
        if not own.meets(Band(low, high)):
            cause = f"the mean of these {len(bands)} is another: a member is not in this table, or the cell is wrong"
            yield _told(row, part, _shown(Band(low, high)), cause)


def _belongs(member: Published, mean: Published) -> bool:
    """Only rows that name their group: a table without groups does not say that it holds all members."""
    if member.mean_of is not None or not member.group or member.year != mean.year:
        return False
    return (mean.mean_of or "").lower() in (NATIONAL, member.group.lower())


def _copied(row: Published, rows: Table) -> Iterator[Contradiction]:
    """Two groups never have the same means; the later one of the table is told."""
    twin = None if row.mean_of is None else _same_figures(row, rows)
    if twin is not None and twin.line < row.line and not any(_parts(row, rows)):
        cause = f"the row was copied from line {twin.line}, {twin.instansi} {twin.year}"
        yield Contradiction(row.line, row.instansi, row.year, "all figures", "the same", "not computable", cause)


def _same_figures(row: Published, rows: Table) -> Published | None:
    mine = _figures(row)
    if len(mine) < ENOUGH or len({value for _, value in mine}) == 1:
        return None
    return next((other for other in rows.by_figures[mine] if other.line != row.line), None)


def _figures(row: Published) -> Figures:
    return frozenset((key, value) for key, value in row.figures.items() if key != INDEX)


def _neighbour(row: Published, part: Part, rows: Table) -> str:
    key = (part.kind, part.number)
    for other in rows.near(row):
        if other.figures.get(key) == row.figures[key]:
            return f", and it is the one of line {other.line}, {other.instansi} {other.year}"
    return ""


def _above_indicators(row: Published) -> list[Part]:
    return [part for part in walk(row.instrument.index) if part.kind != "indicator"]


def _shown(found: Band) -> str:
    low, high = rounding.printed(found.low), rounding.printed(found.high)
    return str(low) if low == high else f"{low} to {high}"


def _told(row: Published, part: Part, recomputed: str, cause: str) -> Contradiction:
    figure = f"{part.kind} {part.number}" if part.number else part.kind
    published = str(row.figures[(part.kind, part.number)])
    return Contradiction(row.line, row.instansi, row.year, figure, published, recomputed, cause)
