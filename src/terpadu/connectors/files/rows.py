"""CSV, one line a row: what can be read is used, what cannot is named: line, column, expected, found."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import BinaryIO

from msgspec import Struct

from terpadu.connectors.files.description import Column
from terpadu.errors import Refused

LONGEST = 65_536
"""Bytes of a line."""
MOST_FAULTS = 1000
SHOWN = 60
DELIMITERS = ";,\t|"


class Fault(
    Struct, frozen=True, rename={"line": "baris", "column": "kolom", "expected": "diharapkan", "found": "ditemukan"}
):
    """One row that cannot be used, told to who sent it. Lines count from 1, the header being the first."""

    line: int
    column: str
    expected: str
    found: str


class Row(Struct, frozen=True):
    """One row that can be used, and its line."""

    line: int
    values: dict[str, str]


def read(file: BinaryIO, columns: Mapping[str, Column]) -> Iterator[Row | Fault]:
    """Every row of a file whose header has the declared columns, in any order and case; other columns stay out.

    Raises Refused("content") for a header that lacks one: then there is nothing to be said of rows.
    """
    header, delimiter = _header(file, columns)
    for line, raw in _lines(file, 2):
        if raw.strip():
            yield _row(line, raw, header, delimiter, columns)


def answers(file: BinaryIO, needed: str) -> list[Row]:
    """The readable rows of the other side's answer, whole. Raises Refused("content") where `needed` is no column of it."""
    header, delimiter = _header(file, {needed: Column()} if needed else {})
    found = (_row(line, raw, header, delimiter, {}) for line, raw in _lines(file, 2) if raw.strip())
    return [row for row in found if isinstance(row, Row)]


def write(rows: Iterable[Mapping[str, str]], columns: Iterable[str], delimiter: str) -> Iterator[bytes]:
    """The file as the other side reads it: UTF-8, CRLF, quotes where they are needed."""
    names = list(columns)
    yield _joined(names, delimiter)
    for row in rows:
        yield _joined([row.get(name, "") for name in names], delimiter)


def _header(file: BinaryIO, columns: Mapping[str, Column]) -> tuple[list[str], str]:
    raw = file.readline(LONGEST).removeprefix(b"\xef\xbb\xbf")
    text = raw.decode("utf-8", "replace").strip()
    found = [([name.strip().upper() for name in _split(text, delimiter) or ()], delimiter) for delimiter in DELIMITERS]
    fitting = [one for one in found if set(columns) <= set(one[0])]
    if fitting:
        return max(fitting, key=lambda one: len(one[0]))
    raise Refused(
        "content",
        f"Expected a CSV file whose first line names the columns {', '.join(columns)} (separated by ; or ,), got "
        f"{_shown(text)}; correct the first line.",
    )


def _lines(file: BinaryIO, first: int) -> Iterator[tuple[int, bytes]]:
    number = first
    while raw := file.readline(LONGEST):
        yield number, raw
        while raw and not raw.endswith(b"\n"):
            raw = file.readline(LONGEST)
        number += 1


def _row(line: int, raw: bytes, header: list[str], delimiter: str, columns: Mapping[str, Column]) -> Row | Fault:
    if not raw.endswith(b"\n") and len(raw) >= LONGEST:
        return Fault(line, "*", f"at most {LONGEST} bytes", "a longer line")
    try:
        text = raw.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError as error:
        return Fault(line, "*", "UTF-8", f"the byte 0x{raw[error.start]:02x} at place {error.start + 1}")
    fields = _split(text, delimiter)
    if fields is None:
        return Fault(line, "*", "each quote closed on its line", _shown(text))
    if len(fields) != len(header):
        return Fault(line, "*", f"{len(header)} columns", f"{len(fields)} columns")
    return _checked(line, {name: field.strip() for name, field in zip(header, fields, strict=True)}, columns)


def _checked(line: int, found: dict[str, str], columns: Mapping[str, Column]) -> Row | Fault:
    for name, column in columns.items():
        if not re.fullmatch(column.pattern, found[name]):
            return Fault(line, name, column.expected, _shown(found[name]))
    return Row(line, {name: found[name] for name in columns} if columns else found)


def _split(text: str, delimiter: str) -> list[str] | None:
    if "\0" in text or "\r" in text:
        return None
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return None


def _joined(fields: list[str], delimiter: str) -> bytes:
    quoted = ('"' + field.replace('"', '""') + '"' if _needs_quotes(field, delimiter) else field for field in fields)
    return (delimiter.join(quoted) + "\r\n").encode()


def _needs_quotes(field: str, delimiter: str) -> bool:
    return any(sign in field for sign in (delimiter, '"', " ", "\t"))


def _shown(text: str) -> str:
    return repr(text if len(text) <= SHOWN else text[:SHOWN] + "…")
