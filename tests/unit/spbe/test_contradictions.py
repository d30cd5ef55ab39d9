"""Published tables: the official ones hold together, and every planted error is found with its likely cause."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from terpadu.spbe import contradictions, published
from terpadu.spbe.contradictions import Contradiction
from tests.lib.spbe import OFFICIAL, SPBE, header, write_csv, write_json, write_xlsx
from tests.lib.spbe import published as as_table

ROWS = as_table(OFFICIAL["results"])
COLUMNS = {name: place for place, name in enumerate(ROWS[0])}


def at(name: str, year: int) -> int:
    """The line of a published row."""
    return next(line for line, row in enumerate(ROWS, 1) if (row[0], row[1]) == (name, year))


def found(path: Path, rows: list[list[Any]]) -> list[Contradiction]:
    """What a table contradicts itself in."""
    read, faults = published.read(write_csv(path / "hasil.csv", rows))
    assert faults == []
    return contradictions.find(read)


def planted(path: Path, name: str, year: int, **cells: str) -> list[Contradiction]:
    """What is found with some cells of one official row changed."""
    rows = [list(row) for row in ROWS]
    for column, value in cells.items():
        rows[at(name, year) - 1][COLUMNS[column]] = value
    return found(path, rows)


def test_the_official_tables_of_2021_and_2022_hold_together(tmp_path: Path) -> None:
    assert len(ROWS) == 18
    assert found(tmp_path, ROWS) == []


@pytest.mark.parametrize("form", [write_xlsx, write_json])
def test_figures_as_numbers_are_read_with_two_decimals(tmp_path: Path, form: Any) -> None:
    """A sheet says 3.9 where 3,90 was printed: that is not a figure with one decimal."""
    rows = [ROWS[0], *([float(cell) if "." in str(cell) else cell for cell in row] for row in ROWS[1:])]
    rows[1][COLUMNS["d4"]] = 3.7
    path = form(tmp_path / f"a.{'xlsx' if form is write_xlsx else 'json'}", rows)
    (only,) = contradictions.find(published.read(path)[0])
    assert (only.figure, only.published, only.recomputed) == ("domain 4", "3.7", "3.61 to 3.62")


@pytest.mark.parametrize(
    ("name", "year", "cells", "figure", "recomputed", "cause"),
    [
        ("Rata-rata Kementerian", 2021, {"d2": "2.41"}, "domain 2", "2.60 to 2.61",
         "the cell of this domain is wrong: the index follows from 2.60 to 2.61"),
        ("Rata-rata LPNK", 2022, {"a7": "3.85"}, "domain 4", "3.74 to 3.75",
         "one of its aspects (7, 8) is wrong: the index follows from the domain as published"),
        ("Rata-rata Kota", 2021, {"indeks": "2.11"}, "index", "2.28 to 2.29",
         "the index was copied from line 10, Rata-rata Kabupaten 2021"),
        ("Rata-rata Kota", 2022, {"indeks": "2.05"}, "index", "2.50 to 2.51",
         "the index does not follow from its domains: it is mistyped, or older than they are"),
        ("Pemerintah Kota Bandar Lampung", 2021, {"predikat": "Cukup"}, "predicate", "Kurang", "of another row"),
        ("Rata-rata Kota", 2021, {"d3": "12.6"}, "domain 3", "1 to 5", "the cell is mistyped"),
    ],
)  # fmt: skip
def test_a_planted_error_is_found_with_its_cause(
    tmp_path: Path, name: str, year: int, cells: dict[str, str], figure: str, recomputed: str, cause: str
) -> None:
    told = planted(tmp_path, name, year, **cells)
    first = next(one for one in told if one.figure == figure)
    assert (first.line, first.recomputed) == (at(name, year), recomputed)
    assert cause in first.cause


def test_a_cell_copied_from_the_next_row_is_told(tmp_path: Path) -> None:
    line = at("Rata-rata Kementerian", 2022)
    (only,) = planted(tmp_path, "Rata-rata Kementerian", 2022, d3=ROWS[line][COLUMNS["d3"]])
    assert (only.figure, only.published) == ("domain 3", "1.64")
    assert only.cause.endswith(f"and it is the one of line {line + 1}, Rata-rata LPNK 2022")


def test_a_copied_column_is_found_where_only_the_index_is_its_own(tmp_path: Path) -> None:
    rows = [list(row) for row in ROWS]
    source, target = at("Rata-rata Provinsi", 2022), at("Rata-rata Kabupaten", 2022)
    rows[target - 1][2:14] = rows[source - 1][2:14]
    (only,) = found(tmp_path, rows)
    assert (only.line, only.figure) == (target, "index")
    assert only.cause == f"the row was copied from line {source}, Rata-rata Provinsi 2022"


def test_a_copied_column_is_found_with_its_index_too(tmp_path: Path) -> None:
    rows = [list(row) for row in ROWS]
    rows[at("Rata-rata Kabupaten", 2022) - 1][2:15] = rows[at("Rata-rata Provinsi", 2022) - 1][2:15]
    (only,) = found(tmp_path, rows)
    assert (only.line, only.figure) == (at("Rata-rata Kabupaten", 2022), "all figures")


def test_levels_show_that_a_figure_was_rounded_first(tmp_path: Path) -> None:
    """Domain 4 was cut to 3.60, and the index computed from that: 2.943 in place of 2.9475."""
    case = OFFICIAL["results"][0]
    columns = [*header(SPBE), "d1", "d2", "d3", "d4", "indeks"]
    row = [case["instansi"], 2021, *case["levels"], "3.00", "3.00", "1.00", "3.60", "2.94"]
    told = found(tmp_path, [columns, row])
    assert [(one.figure, one.published, one.recomputed) for one in told] == [
        ("index", "2.94", "2.95"), ("domain 4", "3.60", "3.61"),
    ]  # fmt: skip
    assert told[0].cause == "it was computed from domains that had been rounded before"


def test_a_mean_is_held_against_the_members_that_name_their_group(tmp_path: Path) -> None:
    head = ["instansi", "tahun", "kelompok", "d1", "d2", "d3", "d4", "indeks"]
    members = [
        ["Kota A", 2022, "Kota", "3.00", "3.00", "1.00", "3.61", "2.95"],
        ["Kota B", 2022, "Kota", "1.00", "1.00", "1.00", "1.44", "1.20"],
        ["Kabupaten C", 2022, "Kabupaten", "1.00", "1.00", "1.00", "1.44", "1.20"],
    ]
    right = ["Rata-rata Kota", 2022, "", "2.00", "2.00", "1.00", "2.53", "2.08"]
    national = ["Rata-rata Nasional", 2022, "", "1.67", "1.67", "1.00", "2.16", "1.78"]
    assert found(tmp_path, [head, *members, right, national]) == []
    right[3] = "2.10"
    told = found(tmp_path, [head, *members, right, national])
    assert [(one.figure, one.published, one.recomputed) for one in told] == [("domain 1", "2.10", "2.00 to 2.01")]
    assert "the mean of these 2 is another" in told[0].cause


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    rows = [["instansi", "tahun", "a9", "indeks"], ["Kota", 2022, "1.00", "dua"], ["Kota", 2026, "", "2.00"]]
    read, faults = published.read(write_csv(tmp_path / "a.csv", rows), SPBE)
    assert read == []
    assert [fault.told().split(" found")[0] for fault in faults] == [
        "line 2, column a9: expected nothing: PermenPANRB 59/2020 has no such figure,",
        "line 2, column indeks: expected a number such as 2,35,",
        "line 3, column tahun: expected a year of PermenPANRB 59/2020: 2021 to 2025, got 2026: there is no Indeks SPBE 2026."
        " It was ended by PermenPANRB 8/2026 (Indeks Pemdi),",
    ]
