"""A decree's table brought in: each row's verdict, embargo, and what leaves as open data."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from typer.testing import CliRunner

from terpadu.cli.app import app
from terpadu.errors import BadInput
from terpadu.spbe import naming
from terpadu.spbe.models import Decree, Result
from terpadu.spbe.publishing import Verdict, publish
from tests.lib.spbe import write_csv, write_xlsx

pytestmark = pytest.mark.django_db
HEAD = ["instansi", "tahun", "d1", "d2", "d3", "d4", "indeks", "predikat", "halaman"]
ROWS: list[list[Any]] = [
    HEAD,
    ["Kementerian Koordinator Bidang Perekonomian", 2021, "3.00", "3.00", "1.00", "3.61", "2.95", "Baik", "12"],
    ["Pemerintah Kota Bandar Lampung", 2021, "1.00", "1.00", "1.00", "1.44", "1.20", "Kurang", "40"],
]


def decree(number: str = "Keputusan 1/2021", hours: int = -1) -> Decree:
    """A decree that may be shown since an hour, or from so many hours on."""
    moment = timezone.now().replace(minute=0, second=0, microsecond=0) + dt.timedelta(hours=hours)
    return Decree(number=number, dated=dt.date(2021, 12, 31), source="https://contoh.invalid", public_from=moment)


def brought(folder: Path, rows: list[list[Any]], under: Decree | None = None) -> list[Verdict]:
    """The verdicts of a table."""
    return publish(write_csv(folder / "hasil.csv", rows), under or decree())


def asked(path: str, **headers: str) -> Any:
    """What the interface answers."""
    return Client().get(path, headers={"Host": "localhost", **headers})


def results(path: str = "/api/spbe/hasil.json") -> list[dict[str, Any]]:
    """The results that anybody may see."""
    found: list[dict[str, Any]] = asked(path).json()["hasil"]
    return found


def test_results_are_taken_as_they_were_printed(tmp_path: Path) -> None:
    assert [one.status for one in brought(tmp_path, ROWS)] == ["taken", "taken"]
    city, ministry = results()
    assert (city["kode"], city["instansi"], city["jenis"], city["provinsi"]) == ("18.71", "Kota Bandar Lampung", "kota", "18")
    assert (ministry["kode"], ministry["indeks"], ministry["predikat"]) == ("kemenko-perekonomian", "2.95", "Baik")
    assert (ministry["keputusan"], ministry["halaman"]) == ("Keputusan 1/2021", "12")
    assert ministry["angka"] == {"d1": "3.00", "d2": "3.00", "d3": "1.00", "d4": "3.61"}


def test_the_same_file_twice_changes_nothing_and_a_sheet_says_the_same(tmp_path: Path) -> None:
    brought(tmp_path, ROWS)
    assert [one.status for one in brought(tmp_path, ROWS)] == ["same", "same"]
    numbers = [ROWS[0], *([float(cell) if "." in str(cell) else cell for cell in row] for row in ROWS[1:])]
    assert {one.status for one in publish(write_xlsx(tmp_path / "a.xlsx", numbers), decree())} == {"same"}
    assert Result.objects.count() == 2


def test_each_row_that_is_refused_says_why(tmp_path: Path) -> None:
    rows = [
        *ROWS,
        ["Kota Atlantis", 2021, *ROWS[2][2:]],
        ["Rata-rata Kota", 2021, *ROWS[2][2:]],
        ["Kota Bandung", 2026, *ROWS[2][2:]],
        ["Kota Bandung", 2021, "1.00", "1.00", "1.00", "1.44", "", "Kurang", ""],
        ["Kota Jakarta Pusat", 2021, *ROWS[2][2:]],
    ]
    refused = [one for one in brought(tmp_path, rows) if one.status == "refused"]
    found = {one.line: one.reason for one in reversed(refused)}
    assert set(found) == {4, 5, 6, 7, 8}
    assert "expected an instansi that is listed, found 'Kota Atlantis'" in found[4]
    assert "found a mean: Rata-rata Kota" in found[5]
    assert "column d1: expected nothing: PermenPANRB 8/2026 has no such figure" in found[6]
    assert "line 7: expected an index from 1 to 5, found None" in found[7]
    assert "found 'Kota Jakarta Pusat'" in found[8]
    assert Result.objects.count() == 2


@pytest.mark.parametrize(
    ("place", "cell", "said"),
    [
        (6, "12.6", "expected an index from 1 to 5, found 12.6"),
        (7, "Lumayan", "expected a predicate of PermenPANRB 59/2020, found 'Lumayan'"),
        (7, "", "expected a predicate of PermenPANRB 59/2020, found ''"),
        (8, "9" * 21, "expected a page, found '999"),
    ],
)
def test_what_no_decree_can_say_is_refused_before_the_database(tmp_path: Path, place: int, cell: str, said: str) -> None:
    row = [*ROWS[1]]
    row[place] = cell
    (only,) = brought(tmp_path, [HEAD, row])
    assert (only.status, said in only.reason) == ("refused", True), only.reason


def test_an_index_with_all_its_decimals_is_kept(tmp_path: Path) -> None:
    row = [*ROWS[1]]
    row[6] = "2,947500000000001"
    brought(tmp_path, [HEAD, row])
    assert [one["indeks"] for one in results()] == ["2.947500000000001"]


def test_the_command_brings_a_table_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("terpadu.cli.spbe.begin", lambda portal: None)  # this process has its portal already
    path = write_csv(tmp_path / "hasil.csv", [*ROWS, ["Kota Atlantis", *ROWS[2][1:]]])
    words = ["spbe", "publish", "portal.toml", str(path), "--decree", "Keputusan 9", "--dated", "2021-12-31", "--public"]
    done = CliRunner().invoke(app, [*words, "2022-01-10T09:00+07:00"])
    assert (done.exit_code, done.stdout) == (1, "2 baris masuk, 0 sudah ada, 1 ditolak\n")
    assert done.stderr == "line 4: expected an instansi that is listed, found 'Kota Atlantis'\n"
    assert len(results()) == 2
    refused = CliRunner().invoke(app, [*words, "2022-01-10"])
    assert (refused.exit_code, "Expected a moment with its offset" in refused.stderr) == (2, True)


def test_other_figures_under_the_same_decree_are_refused(tmp_path: Path) -> None:
    brought(tmp_path, ROWS)
    other = [HEAD, [*ROWS[1][:6], "2.96", "Baik", "12"]]
    (only,) = brought(tmp_path, other)
    assert only.status == "refused"
    assert "stands under this decree with other figures" in only.reason
    assert [one["indeks"] for one in results()] == ["1.20", "2.95"]
    assert [one.status for one in brought(tmp_path, other, decree("Keputusan 2/2022"))] == ["taken"]
    assert len(results()) == 3


def test_what_cannot_be_true_is_published_with_a_sentence_beside_it(tmp_path: Path) -> None:
    rows = [HEAD, [*ROWS[1][:6], "3.95", "Baik", "12"]]
    (only,) = brought(tmp_path, rows)
    assert (only.status, "does not follow from its domains" in only.reason) == ("taken", True)
    (result,) = results()
    assert result["indeks"] == "3.95"
    index, predicate = result["pertentangan"]
    assert "index: published 3.95, recomputed 2.94 to 2.95." in index
    assert "predicate: published Baik, recomputed Sangat Baik." in predicate


def test_nothing_is_seen_before_its_moment(tmp_path: Path) -> None:
    brought(tmp_path, ROWS, decree(hours=3))
    assert results() == []
    assert "Bandar Lampung" not in asked("/api/spbe/hasil.csv").content.decode()
    Decree.objects.update(public_from=timezone.now())
    assert len(results()) == 2


def test_a_decree_is_not_moved_by_a_second_file(tmp_path: Path) -> None:
    brought(tmp_path, ROWS, decree(hours=3))
    with pytest.raises(BadInput, match="as it was brought in"):
        brought(tmp_path, ROWS, decree(hours=-1))
    assert results() == []


def test_results_are_never_deleted(tmp_path: Path) -> None:
    brought(tmp_path, ROWS)
    for rows in (Result.objects.all(), Result.objects.first(), Decree.objects.first()):
        with pytest.raises(BadInput, match="stay as evidence"):
            rows.delete()


def test_the_table_for_spreadsheets_has_all_columns_and_runs_nothing(tmp_path: Path) -> None:
    brought(tmp_path, ROWS, decree("=1+1"))
    answer = asked("/api/spbe/hasil.csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    city, ministry = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert (ministry["indeks"], ministry["tahun"], city["pertentangan"]) == ("2.95", "2021", "0")
    assert ministry["keputusan"] == "'=1+1"


def test_the_interface_keeps_its_form(tmp_path: Path) -> None:
    brought(tmp_path, ROWS)
    answer = asked("/api/spbe/hasil.json")
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert asked("/api/spbe/hasil.json", **{"If-None-Match": answer["ETag"]}).status_code == 304
    assert len(results("/api/spbe/hasil.json?tahun=2021")) == 2
    assert results("/api/spbe/hasil.json?tahun=2022") == []
    for strange in ("?tahun=abc", "?tahun=", "?tahun=99999", "?year=2021", "?tahun=2021&tahun=2022"):
        for form in ("json", "csv"):
            refused = asked(f"/api/spbe/hasil.{form}{strange}")
            assert (refused.status_code, refused["Content-Type"]) == (400, "application/problem+json")
    assert Client().post("/api/spbe/hasil.json", headers={"Host": "localhost"}).status_code == 405


def test_the_description_leads_to_both_forms() -> None:
    body = json.loads(asked("/api/spbe/dcat.jsonld").content)
    assert body["@type"] == "dcat:Dataset"
    for one in body["dcat:distribution"]:
        path = "/api/" + one["dcat:downloadURL"]["@id"].partition("/api/")[2]
        assert one["dcat:mediaType"]["@id"].endswith(asked(path)["Content-Type"].partition(";")[0])


@pytest.mark.parametrize(
    ("name", "key"),
    [
        *[("Kab. Bogor", "32.01"), ("Pemerintah Kabupaten Bogor", "32.01"), ("KOTA  BOGOR", "32.71"), ("32.71", "32.71")],
        *[("Jawa Barat", "32"), ("Pemerintah Provinsi Jawa Barat", "32"), ("DKI Jakarta", "31"), ("D.I. Yogyakarta", "34")],
        *[("Kementerian Komunikasi dan Informatika", "kominfo"), ("Badan Pusat Statistik", "bps"), ("bps", "bps")],
        *[("Bogor", None), ("Kota Administrasi Jakarta Pusat", None), ("", None), ("Kementerian", None)],
    ],
)
def test_a_name_means_one_instansi_or_none(name: str, key: str | None) -> None:
    found = naming.known(name)
    assert (found.key if found else None) == key


def test_every_instansi_is_found_by_its_own_name() -> None:
    everything = {one.key: one for one in naming._all().values()}
    assert len([one for one in everything.values() if one.kind in ("provinsi", "kabupaten", "kota")]) == 546
    assert all(naming.known(one.name) == one for one in everything.values())
