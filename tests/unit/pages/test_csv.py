"""No cell of an export is a formula."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest

from terpadu.pages import csv as safe


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
@pytest.mark.parametrize("before", ["", " ", "\u00a0", "\u3000 ", "\t"])
def test_what_could_begin_a_formula_becomes_text(start: str, before: str) -> None:
    assert safe.cell(f"{before}{start}cmd|' /C calc'!A0").startswith("'")


@pytest.mark.parametrize(
    ("value", "written"), [(-3, "-3"), (Decimal("-2.50"), "-2.50"), (2.99, "2.99"), (None, ""), ("Ani", "Ani")]
)
def test_numbers_and_plain_words_stay(value: object, written: str) -> None:
    assert safe.cell(value) == written


def test_a_quote_and_a_separator_do_not_open_a_cell() -> None:
    rows = [['a","=1+1', "x;=2+2", "baris\r\n=3+3"]]
    read = list(csv.reader(io.StringIO(safe.table(["a", "b", "c"], rows).removeprefix(safe.MARK), newline="")))
    assert read == [["a", "b", "c"], *rows]


def test_the_download_is_utf8_with_its_mark() -> None:
    answer = safe.download("layanan.csv", ["nama"], [["Bantuan Subsidi – Ärzte"]])
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert answer["Content-Disposition"] == 'attachment; filename="layanan.csv"'
