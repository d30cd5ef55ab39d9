"""A verdict for every row; nothing is lost, nothing doubled, also when the import is killed."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from openpyxl import Workbook

from terpadu.governance.history import COMMAND
from terpadu.governance.inventory import exporting, files, importing, telling
from terpadu.governance.inventory.columns import COLUMNS, read_row
from terpadu.governance.inventory.judging import judge
from terpadu.governance.models import Application, Batch, Record, Verdict
from terpadu.governance.stages import Stage
from tests.lib import inventory
from tests.unit.governance.conftest import AGENCY, make_application, manager

pytestmark = pytest.mark.django_db
HEAD = "instansi,nama_instansi,kode,nama,fungsi,biaya,status\n"
ROW = f"{AGENCY},Kabupaten Telaga Wening,APL-1,SIMPEG,Mencatat pegawai,1.240.000.000,dipakai\n"


def whole(batch: Batch) -> Batch:
    return list(importing.carry(batch))[-1]


def bring(folder: Path, text: str, member: str = "", name: str = "inventaris.csv") -> Batch:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return whole(importing.begin(file, name, member, manager(member) if member else None))


def results(batch: Batch) -> list[str]:
    return [one.result for one in batch.verdicts.all()]


def test_a_row_is_made_then_the_same_then_updated(tmp_path: Path) -> None:
    assert results(bring(tmp_path, HEAD + ROW)) == ["baru"]
    entry = Application.objects.get()
    assert (entry.cost, entry.stage) == (1_240_000_000, Stage.IN_USE)
    assert results(bring(tmp_path, HEAD + ROW)) == ["sama"]
    assert results(bring(tmp_path, HEAD + ROW.replace("SIMPEG", "SIMPEG Baru"))) == ["diperbarui"]
    assert Application.objects.get().name == "SIMPEG Baru"
    kinds = [(one.kind, one.office, one.changes) for one in Record.objects.all()]
    assert kinds == [("imported", "perintah", {}), ("updated", "perintah", {"name": ["SIMPEG", "SIMPEG Baru"]})]


def test_columns_that_a_file_does_not_have_stay_as_they_are(tmp_path: Path) -> None:
    make_application(users=12)
    bring(tmp_path, HEAD + ROW)
    assert Application.objects.get().users == 12


def test_a_bad_row_is_named_with_line_column_expected_and_found(tmp_path: Path) -> None:
    bad = ROW.replace("1.240.000.000", "dua juta").replace("APL-1", "APL-2")
    long = '"' + "a\nb" + '"'
    batch = bring(tmp_path, HEAD + ROW.replace("Mencatat pegawai", long) + bad)
    assert results(batch) == ["baru", "tidak-diterima"]
    (told,) = telling.sentences(telling.refused(batch).get())
    assert told == (
        "Baris 4, kolom biaya: diharapkan jumlah rupiah, misalnya 1240000000 atau 1.240.000.000; ditemukan dua juta."
    )
    assert Application.objects.count() == 1


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("fungsi", "Data milik 9901015204869001 saja"),
        ("instansi", "KEMENKES"),
        ("status", "hidup"),
        ("nama", ""),
        ("nama", "x" * 201),
        ("nama", "Sim\x07peg"),
        ("kode_layanan", "RAB.02.03"),
        ("kode_layanan", "RAL.2"),
        ("sejak", "19"),
        ("pengguna", "1.24.000"),
    ],
)
def test_each_column_refuses_what_it_does_not_expect(column: str, cell: str) -> None:
    cells = {"instansi": AGENCY, "nama_instansi": "K", "kode": "1", "nama": "A", "fungsi": "B"} | {column: cell}
    _values, problems = read_row(cells)
    assert [problem.column for problem in problems] == [column]


def test_rows_of_another_member_and_stages_that_need_a_step_are_refused(tmp_path: Path) -> None:
    make_application(code="APL-9", stage=Stage.IN_USE)
    foreign = ROW.replace(AGENCY, "ID/GOV/POLRI")
    ended = ROW.replace("APL-1", "APL-9").replace("dipakai", "diakhiri")
    reported = ROW.replace("APL-1", "APL-5").replace("dipakai", "dilaporkan")
    batch = bring(tmp_path, HEAD + foreign + ROW + ended + reported, member=AGENCY)
    assert results(batch) == ["tidak-diterima", "tidak-diterima", "tidak-diterima", "baru"]
    columns = [one["column"] for verdict in telling.refused(batch) for one in verdict.problems]
    assert columns == ["instansi", "status", "status"]
    assert Application.objects.get(code="APL-5").stage == Stage.REPORTED
    assert Application.objects.get(code="APL-9").stage == Stage.IN_USE


def test_a_cell_beyond_the_header_is_not_lost_unseen(tmp_path: Path) -> None:
    batch = bring(tmp_path, HEAD + ROW.rstrip("\n") + ",lebih\n")
    assert results(batch) == ["tidak-diterima"]
    assert telling.problems(telling.refused(batch).get())[0].found == "lebih"


def test_the_same_entry_twice_in_a_file_is_one_entry(tmp_path: Path) -> None:
    batch = bring(tmp_path, HEAD + ROW + ROW.replace("SIMPEG", "SIMPEG 2") + ROW.replace("SIMPEG", "SIMPEG 2"))
    assert results(batch) == ["baru", "diperbarui", "sama"]
    assert [one.name for one in Application.objects.all()] == ["SIMPEG 2"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("instansi,kode\n", "absent"),
        (HEAD.strip() + ",warna\n", "unknown"),
        (HEAD.strip() + ",kode\n", "twice"),
        (HEAD + '"tak tertutup\n', "csv"),
    ],
)
def test_a_file_that_is_no_inventory_is_refused_as_a_whole(tmp_path: Path, text: str, reason: str) -> None:
    file = tmp_path / "x.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(files.NoTable) as refused:
        importing.begin(file, "x.csv", "", None)
    assert refused.value.reason == reason
    assert str(telling.REASONS[reason])
    assert not Batch.objects.exists()


def test_a_file_that_breaks_later_keeps_the_verdicts_before_it(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes((HEAD + ROW * 700).encode() + b"\xff,\n")
    batch = whole(importing.begin(file, "x.csv", "", None))
    assert (batch.state, batch.problem["reason"]) == (Batch.State.UNREADABLE, "bytes")
    assert "UTF-8" in telling.file_problem(batch)
    assert len(results(batch)) == importing.PIECE


def test_a_workbook_is_read_like_a_csv(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(HEAD.strip().split(","))
    book.active.append([*ROW.strip().split(",")[:5], 1240000000.0, "dipakai"])
    book.save(tmp_path / "x.xlsx")
    batch = whole(importing.begin(tmp_path / "x.xlsx", "x.xlsx", "", None))
    assert (batch.kind, results(batch)) == ("xlsx", ["baru"])
    assert Application.objects.get().cost == 1_240_000_000


def test_a_workbook_with_entities_is_not_opened(tmp_path: Path) -> None:
    import zipfile

    with zipfile.ZipFile(tmp_path / "x.xlsx", "w") as package:
        package.writestr("xl/workbook.xml", '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a/>')
    with pytest.raises(files.NoTable, match="entities"):
        importing.begin(tmp_path / "x.xlsx", "x.xlsx", "", None)


def test_entities_are_seen_wherever_and_however_they_are_written(tmp_path: Path) -> None:
    import zipfile

    for raw in ((" " * 10_000 + "<!ENTITY b 'c'>").encode(), '<?xml version="1.0"?><!DOCTYPE a><a/>'.encode("utf-16")):
        with zipfile.ZipFile(tmp_path / "x.xlsx", "w") as package:
            package.writestr("xl/workbook.xml", raw)
        with pytest.raises(files.NoTable) as refused:
            importing.begin(tmp_path / "x.xlsx", "x.xlsx", "", None)
        assert refused.value.reason == "entities"


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_is_exported_comes_back_as_it_was_and_holds_no_formula(tmp_path: Path, form: str) -> None:
    make_application(name="=HYPERLINK(1)", users=7, cost=5, since=2019)
    answer = (exporting.as_book if form == "xlsx" else exporting.as_csv)(Application.objects.all())
    file = tmp_path / f"x.{form}"
    file.write_bytes(answer.content)
    (row,) = files.rows(file, files.kind_of(file))
    assert row.cells["nama"] == "'=HYPERLINK(1)"
    batch = whole(importing.begin(file, file.name, "", None))
    assert results(batch) == ["sama"]


def test_a_killed_import_goes_on_where_it_stood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "PIECE", 10)
    file = tmp_path / "many.csv"
    inventory.write(file, 45)
    going = importing.carry(importing.begin(file, "many.csv", "", None))
    next(going), next(going)
    going.close()
    assert (Application.objects.count(), Verdict.objects.count()) == (20, 20)
    again = importing.begin(file, "many.csv", "", None)
    assert Batch.objects.count() == 1
    done = whole(again)
    assert (done.state, done.rows, Application.objects.count()) == (Batch.State.DONE, 45, 45)
    lines = list(done.verdicts.values_list("line", flat=True))
    assert lines == list(range(2, 47))
    assert not importing.path(done).exists()


def test_two_at_work_on_one_file_do_each_row_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "PIECE", 10)
    file = tmp_path / "many.csv"
    inventory.write(file, 30)
    batch = importing.begin(file, "many.csv", "", None)
    first, second = importing.carry(batch), importing.carry(batch)
    next(first)
    assert list(second) == []
    done = list(first)[-1]
    assert (done.rows, Verdict.objects.count(), Record.objects.count()) == (30, 30, 30)


def test_the_worker_takes_what_pages_brought_and_leaves_the_command_its_own(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text(HEAD + ROW.replace(",dipakai", ",dilaporkan"), encoding="utf-8")
    importing.begin(file, "x.csv", "", None)
    assert importing.work_once() == 0
    mine = importing.begin(file, "x.csv", AGENCY, manager())
    assert importing.work_once() == 2
    mine.refresh_from_db()
    assert (mine.state, results(mine)) == (Batch.State.DONE, ["baru"])


def test_every_column_of_a_file_names_a_field_once() -> None:
    assert len({column.field for column in COLUMNS}) == len(COLUMNS) == 22
    fields = {field.name for field in Application._meta.get_fields()}
    assert {column.field for column in COLUMNS} <= fields


def test_a_row_of_the_command_is_the_operators(tmp_path: Path) -> None:
    batch = Batch(name="x", digest="x", kind="csv", member="")
    work = judge(batch, [files.Row(2, dict(zip(HEAD.strip().split(","), next(csv.reader([ROW])), strict=True)))], COMMAND)
    assert (work.made[0].stage, work.records[0].office) == (Stage.IN_USE, "perintah")
