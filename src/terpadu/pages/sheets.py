"""The first sheet of an XLSX file, row by row. Looked through before anything parses it: a file may be a bomb.

An XLSX file is a ZIP archive of XML. It is refused where it unpacks to more than the caller allows, holds too many parts, or
declares a document type: no spreadsheet program writes one (ECMA-376 part 2 forbids it), and entities need one.
"""

from __future__ import annotations

import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO, Literal, NamedTuple

from terpadu.errors import BadInput

MOST_PARTS = 1000
CHUNK = 256 * 1024
DECLARATION = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
WIDE = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")
"""How XML in UTF-16 begins, in which a declaration would not be seen. No spreadsheet program writes it."""
OVERLAP = 32
"""Bytes of a chunk that are looked at again with the next one."""


class Bounds(NamedTuple):
    """What is read of a sheet at most, and how many bytes its file may unpack to."""

    rows: int
    columns: int
    unpacked: int


class NoSheet(BadInput):
    """The file is refused whole: it is no workbook, unpacks to too much, or declares entities."""

    def __init__(self, reason: Literal["workbook", "bomb", "entities"], sentence: str) -> None:
        super().__init__(sentence)
        self.reason = reason


def rows(name: str, file: BinaryIO, bounds: Bounds) -> Iterator[tuple[Any, ...]]:
    """The rows of the first sheet as tuples of values; formulas as their last result. Raises `NoSheet` in one sentence."""
    from openpyxl import load_workbook  # it brings numpy: a third of a second that no other command should wait

    check(name, file, bounds.unpacked)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions, which do not concern us
            book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
            sheet = book.worksheets[0]
            sheet.reset_dimensions()  # what a file says of its own size need not be true
            yield from sheet.iter_rows(max_row=bounds.rows, max_col=bounds.columns, values_only=True)
    except BadInput:
        raise
    except Exception as error:  # the library raises what its parsers raise; the file is what is wrong
        raise NoSheet(
            "workbook", f"Expected a sheet that can be read in {name}: {error}. Save it anew as XLSX."
        ) from None


def check(name: str, file: BinaryIO, most: int) -> None:
    """Unpack every part once, in pieces, and keep nothing. Raises `NoSheet` for what no honest file holds."""
    try:
        with zipfile.ZipFile(file) as archive:
            if len(archive.infolist()) > MOST_PARTS:
                raise NoSheet("bomb", f"Expected at most {MOST_PARTS} parts in {name}, got {len(archive.infolist())}.")
            left = most
            for part in archive.infolist():
                left -= _look(name, archive, part, left, most)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise NoSheet("workbook", f"Expected an XLSX file at {name}: {error}. Save it anew as XLSX.") from None


def _look(name: str, archive: zipfile.ZipFile, part: zipfile.ZipInfo, left: int, most: int) -> int:
    """Bytes that a part unpacks to."""
    tail, size = b"", 0
    with archive.open(part) as file:
        while piece := file.read(CHUNK):
            size += len(piece)
            if size > left:
                raise NoSheet(
                    "bomb", f"Expected at most {most // 1024 // 1024} MiB unpacked in {name}, it holds more. Split it."
                )
            if DECLARATION.search(tail + piece) or (not tail and piece.startswith(WIDE)):
                raise NoSheet(
                    "entities",
                    f"Expected plain XML in {name}; {part.filename} declares a document type or entities. Save it anew.",
                )
            tail = piece[-OVERLAP:]
    return size
