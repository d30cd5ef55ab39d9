"""Tables as people send them: what is read, what is named, and files that mean harm."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from terpadu.errors import BadInput
from terpadu.pages import sheets
from terpadu.spbe import assessments, tables
from tests.lib.spbe import PEMDI, SPBE, header, write_csv, write_json, write_xlsx

THREES = [3] * 47
MEBIBYTE = 1024 * 1024
GOOD = [header(SPBE), ["Kota Contoh", 2024, *THREES], ["Kabupaten Contoh", 2023, *THREES]]
WRITERS: dict[str, Callable[[Path, list[list[Any]]], Path]] = {
    "csv": write_csv, "xlsx": write_xlsx, "json": write_json,
}  # fmt: skip


@pytest.fixture(params=WRITERS)
def write(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[list[list[Any]]], Path]:
    """Writes rows in each of the three forms."""
    return lambda rows: WRITERS[request.param](tmp_path / f"tabel.{request.param}", rows)


def told(path: Path, **chosen: Any) -> list[str]:
    """The faults of a file, each in its line."""
    return [fault.told() for fault in assessments.read(path, **chosen).faults]


def test_all_forms_give_the_same_assessments(write: Callable[[list[list[Any]]], Path]) -> None:
    found = assessments.read(write(GOOD))
    assert found.faults == []
    assert [(one.instansi, one.year, one.instrument.id) for one in found.assessments] == [
        ("Kota Contoh", 2024, SPBE.id), ("Kabupaten Contoh", 2023, SPBE.id)
    ]  # fmt: skip
    assert found.assessments[0].levels == dict.fromkeys(range(1, 48), 3)


def test_bad_rows_are_named_and_good_ones_are_kept(write: Callable[[list[list[Any]]], Path]) -> None:
    bad = ["Kota Salah", 2024, *THREES[:45], 6, "x"]
    path = write([*GOOD, bad, ["Kota Lain", 2024, *THREES]])
    found = assessments.read(path)
    assert [one.instansi for one in found.assessments] == ["Kota Contoh", "Kabupaten Contoh", "Kota Lain"]
    line = 3 if path.suffix == ".json" else 4
    shown = "'6'" if path.suffix == ".csv" else "6"
    assert told(path) == [
        f"line {line}, column i46: expected a whole number from 1 to 5, found {shown}",
        f"line {line}, column i47: expected a whole number from 1 to 5, found 'x'",
    ]


def test_an_empty_cell_is_a_missing_level_not_a_fault(write: Callable[[list[list[Any]]], Path]) -> None:
    (only,) = assessments.read(write([header(SPBE), ["Kota Contoh", 2024, *THREES[:46], ""]])).assessments
    assert 47 not in only.levels


def test_pemdi_takes_fractions_with_a_comma_where_another_agency_measures(tmp_path: Path) -> None:
    row = ["Kota Contoh", 2026, 3, 3, 3, 3, "2,75", "3.5", *[3] * 14]
    (only,) = assessments.read(write_csv(tmp_path / "a.csv", [header(PEMDI), row])).assessments
    assert (only.levels[5], only.levels[6], only.instrument.id) == (Decimal("2.75"), Decimal("3.5"), PEMDI.id)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (["", 2024, *THREES], "line 2, column instansi: expected the name of an instansi, found nothing"),
        (["Kota\x1b[31m", 2024, *THREES], "column instansi: expected the name of an instansi"),
        (["x" * 301, 2024, *THREES], "column instansi: expected the name of an instansi"),
        (["Kota", "24", *THREES], "line 2, column tahun: expected a year such as 2024, found '24'"),
        (["Kota", "", *THREES], "column tahun: expected a year such as 2024, found nothing"),
        (["Kota", 2019, *THREES], "column tahun: expected a year that an instrument was in force for"),
        (["Kota", 2026, *THREES], "column i21 to i47 (27): expected only i1 to i20, the indicators of PermenPANRB 8/2026"),
        (["Kota", 2024, *THREES[:46]], "line 2, column *: expected 49 columns, found 48 columns"),
        (["Kota", 2024, *THREES[:46], "2,5"], "column i47: expected a whole number from 1 to 5, found '2,5'"),
        (["Kota", 2024, *THREES[:46], "9" * 90], "column i47: expected a whole number from 1 to 5, found '999"),
    ],
)
def test_each_fault_has_its_sentence(tmp_path: Path, row: list[Any], said: str) -> None:
    found = told(write_csv(tmp_path / "a.csv", [header(SPBE), row]))
    assert len(found) == 1
    assert said in found[0]


def test_an_instrument_that_was_chosen_is_held_to_its_years(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [header(SPBE), ["Kota", 2026, *THREES]])
    assert "there is no Indeks SPBE 2026. It was ended by PermenPANRB 8/2026" in told(path, chosen=SPBE)[0]


def test_one_instansi_has_one_row_a_year(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [*GOOD, GOOD[1]])
    assert told(path) == ["line 4, column instansi, tahun: expected one row for an instansi and a year, "
                          "found the same as in line 2"]  # fmt: skip


def test_columns_are_found_in_any_order_case_and_delimiter(tmp_path: Path) -> None:
    rows = [list(reversed([str(name).upper() for name in header(SPBE)])), list(reversed(GOOD[1]))]
    for delimiter in ",;\t|":
        assert len(assessments.read(write_csv(tmp_path / "a.csv", rows, delimiter)).assessments) == 1


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    rows = [[*header(SPBE)[:-1], "catatan"], ["Kota", 2024, *THREES[:46], "nanti"]]
    assert told(write_csv(tmp_path / "a.csv", rows)) == [
        "line 2, column i47: expected the columns i1 to i47, the indicators of PermenPANRB 59/2020, found no such column"
    ]


def test_lines_are_those_of_the_file_also_after_a_break_within_quotes(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [header(SPBE), ["Kota\nSatu", 2024, *THREES], ["Kota", "x", *THREES]])
    assert [one.line for one in assessments.read(path).faults] == [2, 4]


@pytest.mark.parametrize(
    ("name", "raw", "said"),
    [
        ("a.pdf", b"", "ends in .csv, .xlsx, .json"),
        ("a.csv", b"", "Expected the columns instansi, tahun in the first line"),
        ("a.csv", b"instansi,tahun,i1,i1\n", "Expected each column once"),
        ("a.csv", b"instansi,tahun\n\xff,1", "Expected UTF-8 in a.csv, byte 16 is not"),
        ("a.csv", b'instansi,tahun\n"x', "Expected CSV in a.csv"),
        ("a.csv", b"instansi,tahun" + b",x" * 300, "is there twice"),
        ("a.json", b"{", "Expected JSON"),
        ("a.json", b"[" * 100_000, "Expected JSON"),
        ("a.json", b"{}", "Expected a list of objects"),
        ("a.xlsx", b"PK", "Expected an XLSX file"),
    ],
)
def test_a_file_that_says_nothing_of_rows_is_refused(tmp_path: Path, name: str, raw: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(raw)
    with pytest.raises(BadInput, match=said):
        assessments.read(tmp_path / name)


def test_a_file_that_is_not_there_or_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadInput, match="No such file"):
        assessments.read(tmp_path / "a.csv")
    path = write_csv(tmp_path / "a.csv", GOOD)
    monkeypatch.setattr(tables, "MOST_ROWS", 1)
    with pytest.raises(BadInput, match="at most 1 rows"):
        assessments.read(path)
    monkeypatch.setattr(tables, "MOST_BYTES", 100)
    with pytest.raises(BadInput, match="it is larger"):
        assessments.read(path)


def test_json_items_that_are_no_rows_are_named(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps([7, {"instansi": "Kota"}, {"instansi": "Kota", "tahun": True}]))
    assert [fault.line for fault in assessments.read(path).faults] == [1, 2, 3]


def altered(path: Path, change: Callable[[str, bytes], bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An XLSX file with its parts changed."""
    made = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(made, "w", compression) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return made.getvalue()


def _entities(name: str, raw: bytes) -> bytes:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
    return raw.replace(b"<worksheet", bomb + b"<worksheet", 1) if "sheet1" in name else raw


def _wide(name: str, raw: bytes) -> bytes:
    return raw.decode().encode("utf-16") if "sheet1" in name else raw


def _large(name: str, raw: bytes) -> bytes:
    return raw + b" " * MEBIBYTE if "sheet1" in name else raw


@pytest.mark.parametrize(
    ("change", "said"),
    [(_entities, "declares a document type"), (_wide, "declares a document type"), (_large, "MiB unpacked")],
)
def test_a_bomb_is_refused_before_anything_parses_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[str, bytes], bytes], said: str
) -> None:
    raw = altered(write_xlsx(tmp_path / "a.xlsx", GOOD), change)
    assert len(raw) < MEBIBYTE / 50
    monkeypatch.setattr("openpyxl.load_workbook", lambda *_, **__: pytest.fail("it was parsed"))
    with pytest.raises(BadInput, match=said):
        list(sheets.rows("a.xlsx", io.BytesIO(raw), sheets.Bounds(10, 10, MEBIBYTE)))


def test_a_declaration_across_two_pieces_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = altered(write_xlsx(tmp_path / "a.xlsx", GOOD), _entities)
    monkeypatch.setattr(sheets, "CHUNK", 5)
    with pytest.raises(BadInput, match="declares a document type"):
        sheets.check("a.xlsx", io.BytesIO(raw), MEBIBYTE)


def test_a_cell_far_away_does_not_make_a_file_endless(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MOST_ROWS", 1000)
    path = write_xlsx(tmp_path / "a.xlsx", GOOD)
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    path.write_bytes(altered(path, lambda _, raw: raw.replace(b"</sheetData>", far)))
    assert len(assessments.read(path).assessments) == 2


def test_a_file_with_many_parts_is_refused(tmp_path: Path) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for number in range(sheets.MOST_PARTS + 1):
            archive.writestr(f"{number}.xml", "<a/>")
    with pytest.raises(BadInput, match="at most 1000 parts"):
        sheets.check("a.xlsx", made, MEBIBYTE)


def test_an_archive_that_is_no_sheet_is_refused_in_one_sentence(tmp_path: Path) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("x.xml", "<a/>")
    (tmp_path / "a.xlsx").write_bytes(made.getvalue())
    with pytest.raises(BadInput, match="Save it anew as XLSX"):
        assessments.read(tmp_path / "a.xlsx")
