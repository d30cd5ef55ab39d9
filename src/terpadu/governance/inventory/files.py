"""Reading inventory files row by row: CSV in UTF-8, or the first sheet of an XLSX. Never the whole file in memory.

A row comes with the number of the line on which it begins, as people see it in an editor or a spreadsheet.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from terpadu.errors import BadInput
from terpadu.governance.inventory.columns import BY_NAME, NEEDED
from terpadu.pages import sheets

LARGEST = 64 << 20
MOST_UNPACKED = 512 << 20
MOST_ROWS = 200_000
MOST_CELLS = 100
_DELIMITERS = ";,\t"
_ASK = "see docs/how-to/import-inventory.md for the columns"


class NoTable(BadInput):
    """The file itself cannot be read: a key of `telling.REASONS`, and what was found."""

    def __init__(self, reason: str, found: object, sentence: str) -> None:
        super().__init__(sentence)
        self.reason, self.found = reason, str(found)[:300]


class Row(NamedTuple):
    """One row: its line in the file, its cells by column."""

    line: int
    cells: dict[str, str]


def kind_of(path: Path) -> str:
    """`xlsx` or `csv`, by the first bytes. Raises `NoTable`."""
    size = path.stat().st_size
    if size > LARGEST:
        raise NoTable(
            "size", f"{size >> 20} MB", f"Expected a file of at most {LARGEST >> 20} MB, got {size >> 20} MB; split it."
        )
    with path.open("rb") as file:
        return "xlsx" if file.read(4) == b"PK\x03\x04" else "csv"


def rows(path: Path, kind: str, after: int = 0) -> Iterator[Row]:
    """The rows below the header whose line is beyond `after`. Raises `NoTable` for what is no such table."""
    lines = _sheet(path) if kind == "xlsx" else _csv(path)
    header: Sequence[str] | None = None
    for count, (line, cells) in enumerate(lines):
        if count > MOST_ROWS:
            raise NoTable("rows", MOST_ROWS, f"Expected at most {MOST_ROWS} rows, got more; split the file.")
        if header is None:
            header = _header(cells)
        elif line > after and any(cell.strip() for cell in cells):
            yield Row(line, _named(header, cells))
    if header is None:
        raise NoTable("empty", "", f"Expected a header in the first line, got an empty file; {_ASK}.")


def _named(header: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    """Cells under their columns. A cell beyond the header keeps its text under no name, so that nothing is lost unseen."""
    beyond = " ".join(cell for cell in cells[len(header) :] if cell.strip())
    return dict(zip(header, cells, strict=False)) | ({"": beyond} if beyond else {})


def _header(cells: Sequence[str]) -> list[str]:
    names = [cell.strip().lower() for cell in cells]
    while names and not names[-1]:
        names.pop()
    unknown = [name for name in names if name not in BY_NAME]
    twice = sorted({name for name in names if names.count(name) > 1})
    absent = sorted(NEEDED - set(names))
    for reason, wrong, told in (
        ("unknown", unknown, "unknown columns"), ("twice", twice, "columns named twice"), ("absent", absent, "a header without"),
    ):  # fmt: skip
        if wrong:
            named = ", ".join(name[:40] for name in wrong[:8])
            raise NoTable(
                reason, named, f"Expected the columns of the inventory in line 1, got {told} {named}; {_ASK}."
            )
    return names


def _csv(path: Path) -> Iterator[tuple[int, list[str]]]:
    with path.open("r", encoding="utf-8-sig", newline="") as file:
        try:
            first = file.readline(10_000)
            file.seek(0)
            reader = csv.reader(file, delimiter=max(_DELIMITERS, key=first.count), strict=True)
            before = 0
            for cells in reader:
                yield before + 1, cells[:MOST_CELLS]
                before = reader.line_num
        except UnicodeDecodeError as error:
            wrong = f"0x{error.object[error.start]:02x}"
            raise NoTable("bytes", wrong, f"Expected UTF-8, got the byte {wrong}; save the file as UTF-8.") from None
        except csv.Error as error:
            raise NoTable(
                "csv", before + 1, f"Expected a CSV file, got {error} after line {before}; correct the line."
            ) from None


def _sheet(path: Path) -> Iterator[tuple[int, list[str]]]:
    bounds = sheets.Bounds(MOST_ROWS + 2, MOST_CELLS, MOST_UNPACKED)
    with path.open("rb") as file:
        try:
            for number, cells in enumerate(sheets.rows(path.name, file, bounds), 1):
                yield number, [_shown(cell) for cell in cells]
        except sheets.NoSheet as error:
            raise NoTable(error.reason, "", error.sentence) from None


def _shown(value: object) -> str:
    """A cell as people see it; a whole number has no decimals."""
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
