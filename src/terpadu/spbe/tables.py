"""Tables that people send: CSV, XLSX or JSON, read into rows of cells. What can be used is used, what cannot is named.

A row keeps the line that it came from: the line of a CSV file, the row of a sheet, the place in a JSON list. Column names are
compared without case and blanks. A file is bounded before it is read (`MOST_BYTES`, `MOST_ROWS`, `MOST_COLUMNS`).
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from msgspec import Struct

from terpadu.errors import BadInput
from terpadu.pages import sheets

Cell = str | int | Decimal | None
DELIMITERS = ";,\t|"
MOST_BYTES = 32 * 1024 * 1024
MOST_ROWS = 100_000
MOST_COLUMNS = 200
MOST_UNPACKED = 64 * 1024 * 1024
SHOWN = 60
NUMBER = re.compile(r"[+-]?\d{1,15}(?:[.,]\d{1,15})?")


class Fault(Struct, frozen=True):
    """One thing that cannot be used: where, what was expected, what was found. Column `*` is the whole line."""

    line: int
    column: str
    expected: str
    found: str

    def told(self) -> str:
        """In one line."""
        return f"line {self.line}, column {self.column}: expected {self.expected}, found {self.found}"


class Row(Struct, frozen=True):
    """A line and its cells by column. An empty cell is None."""

    line: int
    cells: dict[str, Cell]


def read(path: Path, needed: Iterable[str]) -> list[Row | Fault]:
    """All rows of a file that has the needed columns. Raises `BadInput` where nothing can be said of any row."""
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise BadInput(f"Expected a file that ends in {', '.join(READERS)}, got {path.name}. Save it as one of these.")
    found = []
    for row in reader(path.name, _bytes(path), set(needed)):
        found.append(row)
        if len(found) > MOST_ROWS:
            raise BadInput(f"Expected at most {MOST_ROWS} rows in {path.name}, there are more. Split the file.")
    return found


def number_of(cell: Cell) -> int | Decimal | None:
    """A number from a cell, with a point or a comma; None where the cell holds no number."""
    if isinstance(cell, str):
        return _plain(Decimal(cell.replace(",", "."))) if NUMBER.fullmatch(cell) else None
    return None if isinstance(cell, bool) else cell


def shown(cell: object) -> str:
    """A cell as an error may show it: short, on one line."""
    if cell is None:
        return "nothing"
    text = str(cell) if isinstance(cell, int | Decimal) else repr(cell)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def column(name: object) -> str:
    """A column's name as it is compared."""
    return re.sub(r"\s+", "", str(name if name is not None else "")).lower()


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            found = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise BadInput(f"Expected a file at {path}: {error.strerror}. Name another.") from None
    if len(found) > MOST_BYTES:
        raise BadInput(f"Expected at most {MOST_BYTES // 1024 // 1024} MiB in {path.name}, it is larger. Split it.")
    return found


def _csv(name: str, raw: bytes, needed: set[str]) -> Iterator[Row | Fault]:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(f"Expected UTF-8 in {name}, byte {error.start + 1} is not. Save it as CSV UTF-8.") from None
    delimiter = max(DELIMITERS, key=text.partition("\n")[0].count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        header = _header(name, next(lines, []), needed)
        before = lines.line_num
        for fields in lines:
            yield from _line(before + 1, header, [field.strip() for field in fields])
            before = lines.line_num
    except csv.Error as error:
        raise BadInput(f"Expected CSV in {name}, line {lines.line_num}: {error}. Correct that line.") from None


def _xlsx(name: str, raw: bytes, needed: set[str]) -> Iterator[Row | Fault]:
    bounds = sheets.Bounds(MOST_ROWS + 2, MOST_COLUMNS, MOST_UNPACKED)
    lines = enumerate(sheets.rows(name, io.BytesIO(raw), bounds), 1)
    header = _header(name, next(lines, (1, ()))[1], needed)
    for number, cells in lines:
        yield from _line(number, header, [_cell(cell) for cell in cells[: len(header)]])


def _json(name: str, raw: bytes, needed: set[str]) -> Iterator[Row | Fault]:
    try:
        items = json.loads(raw, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"Expected JSON in {name}: {error}. Correct that place.") from None
    if not isinstance(items, list):
        raise BadInput(f"Expected a list of objects in {name}, one for each row; got {type(items).__name__}.")
    for number, item in enumerate(items, 1):
        if not isinstance(item, dict) or not needed <= set(map(column, item)):
            yield Fault(number, "*", f"an object with {', '.join(sorted(needed))}", shown(item))
        else:
            yield Row(number, {column(key): _cell(value) for key, value in item.items()})


READERS: dict[str, Callable[[str, bytes, set[str]], Iterator[Row | Fault]]] = {
    ".csv": _csv, ".xlsx": _xlsx, ".json": _json,
}  # fmt: skip


def _header(name: str, cells: Iterable[object], needed: set[str]) -> list[str]:
    header = [column(cell) for cell in cells]
    while header and not header[-1]:
        header.pop()
    named = [one for one in header if one]
    if lacking := sorted(needed - set(named)):
        raise BadInput(f"Expected the columns {', '.join(lacking)} in the first line of {name}; they are not there.")
    if twice := sorted({one for one in named if named.count(one) > 1}):
        raise BadInput(f"Expected each column once in the first line of {name}; {', '.join(twice)} is there twice.")
    if len(header) > MOST_COLUMNS:
        raise BadInput(f"Expected at most {MOST_COLUMNS} columns in {name}, got {len(header)}.")
    return header


def _line(number: int, header: list[str], cells: list[Any]) -> Iterator[Row | Fault]:
    if all(cell in (None, "") for cell in cells):
        return
    if len(cells) != len(header):
        yield Fault(number, "*", f"{len(header)} columns", f"{len(cells)} columns")
        return
    yield Row(number, {name: _cell(cell) for name, cell in zip(header, cells, strict=True) if name})


def _cell(value: Any) -> Cell:
    if value is None or isinstance(value, bool | int | Decimal):
        return value
    if isinstance(value, float):
        return _plain(Decimal(repr(value)))
    return str(value).strip() or None


def _plain(value: Decimal) -> int | Decimal:
    return int(value) if value.is_finite() and value == value.to_integral_value() else value
