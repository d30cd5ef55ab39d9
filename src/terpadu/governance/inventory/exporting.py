"""The inventory as a file: the same columns as an import, so that it can be edited and brought back."""

from __future__ import annotations

import io
from collections.abc import Iterator

from django.db.models import QuerySet
from django.http import HttpResponse

from terpadu.governance.inventory.columns import COLUMNS
from terpadu.governance.models import Application
from terpadu.pages import csv

MOST_IN_A_BOOK = 5000
"""Rows of an XLSX: writing one takes a page's time; a longer list leaves as CSV."""
HEAD = [column.name for column in COLUMNS]
_BOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def as_csv(entries: QuerySet[Application]) -> HttpResponse:
    """All of them."""
    return csv.download("inventaris.csv", HEAD, _rows(entries))


def as_book(entries: QuerySet[Application]) -> HttpResponse:
    """The first `MOST_IN_A_BOOK`. No cell is a formula: text that could begin one is written as text."""
    from openpyxl import Workbook  # not before somebody wants one: it brings numpy to every process of the portal

    book = Workbook(write_only=True)
    sheet = book.create_sheet("inventaris")
    sheet.append(HEAD)
    for row in _rows(entries[:MOST_IN_A_BOOK]):
        sheet.append([cell if isinstance(cell, int) else csv.cell(cell) for cell in row])
    written = io.BytesIO()
    book.save(written)
    return HttpResponse(
        written.getvalue(),
        content_type=_BOOK,
        headers={"Content-Disposition": 'attachment; filename="inventaris.xlsx"'},
    )


def _rows(entries: QuerySet[Application]) -> Iterator[tuple[object, ...]]:
    return entries.values_list(*(column.field for column in COLUMNS)).iterator(chunk_size=2000)
