"""Tables for spreadsheets, which run what looks like a formula: every text cell that could begin one is written as text.

A cell is dangerous where it begins with = + - @, TAB or CR (OWASP, CSV injection), in their full-width forms too, and after
leading spaces or marks without width, since spreadsheets skip those. An apostrophe before it makes it text; numbers given
as numbers stay numbers.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.http import HttpResponse

DANGEROUS = re.compile(r"[\s\ufeff\u200b-\u200f\u2060]*[=+\-@＝＋－＠]|\s*?[\t\r\n]")
MARK = "\N{BYTE ORDER MARK}"
"""Without it a spreadsheet guesses the encoding."""


def cell(value: object) -> str:
    """One cell, harmless. Numbers as they are; None empty."""
    if value is None:
        return ""
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return str(value)
    text = str(value)
    return f"'{text}" if DANGEROUS.match(text) else text


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A whole table; every cell in quotes, lines end as RFC 4180 wants."""
    written = io.StringIO()
    writer = csv.writer(written, quoting=csv.QUOTE_ALL)
    for row in (head, *rows):
        writer.writerow([cell(value) for value in row])
    return MARK + written.getvalue()


def download(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """The table as a file named `name`, without personal data in that name."""
    return HttpResponse(
        table(head, rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
