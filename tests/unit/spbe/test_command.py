"""`terpadu spbe …` as people and programs call it: what it prints, and its status."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from terpadu.cli.app import app
from tests.lib.spbe import OFFICIAL, PEMDI, SPBE, header, published, write_csv, write_xlsx

EXAMPLE = Path(__file__).parents[3] / "demo/spbe/penilaian.csv"
CASES = [one for one in OFFICIAL["results"] if one["levels"]]


def run(*words: object) -> Result:
    """One call."""
    return CliRunner().invoke(app, ["spbe", *map(str, words)])


@pytest.fixture
def official(tmp_path: Path) -> Path:
    """The two complete official results as assessments."""
    rows: list[Any] = [[one["instansi"], one["year"], *one["levels"]] for one in CASES]
    return write_xlsx(tmp_path / "resmi.xlsx", [header(SPBE), *rows])


def test_scores_as_json_have_unrounded_text_and_the_printed_form(official: Path) -> None:
    done = run("score", official, "--json", "--official")
    assert done.exit_code == 0
    first, second = json.loads(done.stdout)
    assert {"instansi", "tahun", "index", "predicate", "domains", "aspects"} <= first.keys()
    assert (first["instansi"], first["tahun"]) == (CASES[0]["instansi"], 2021)
    assert (first["index"], first["index_printed"], first["predicate"]) == ("2.9475", "2,95", "Baik")
    assert list(first["domains_printed"].values()) == [text.replace(".", ",") for text in CASES[0]["domains"]]
    assert list(first["aspects_printed"].values()) == [text.replace(".", ",") for text in CASES[0]["aspects"]]
    assert first["aspects"]["8"] == "3.166666666666666666666666667"
    assert (first["origin"], first["instrument"], first["instrument_standing"]) == ("recomputed", SPBE.id, "official")
    assert (second["index"], second["predicate"]) == ("1.2", "Kurang")


def test_scores_for_people_come_with_their_derivation(official: Path) -> None:
    done = run("score", official, "--explain")
    assert done.exit_code == 0
    assert "2021   2,95    Baik" in done.stdout
    assert "(2×2.5 + 2×2.5 + 5×2.5 + 4×2.5) ÷ 10 = 3.25, dicetak 3,25" in done.stdout
    assert "tidak dibulatkan 2.9475, dicetak 2,95: Baik" in done.stdout
    assert "dihitung dari penilaian mandiri" in done.stdout


def test_a_bad_row_ends_with_1_and_the_good_ones_are_scored(tmp_path: Path) -> None:
    rows = [header(SPBE), ["Kota Contoh", 2024, *[3] * 47], ["Kota Salah", 2024, *[3] * 46, 9]]
    done = run("score", write_csv(tmp_path / "a.csv", rows), "--json")
    assert done.exit_code == 1
    assert [one["instansi"] for one in json.loads(done.stdout)] == ["Kota Contoh"]
    assert done.stderr == "line 3, column i47: expected a whole number from 1 to 5, found '9'\n"


def test_nothing_is_called_indeks_spbe_2026(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [header(SPBE), ["Kota Contoh", 2026, *[3] * 47]])
    done = run("score", path, "--instrument", SPBE.id, "--json")
    assert (done.exit_code, json.loads(done.stdout)) == (1, [])
    assert "there is no Indeks SPBE 2026. It was ended by PermenPANRB 8/2026 (Indeks Pemdi)" in done.stderr


def test_pemdi_is_scored_with_a_warning_of_its_source(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [header(PEMDI), ["Kota Contoh", 2026, *[3] * 20]])
    done = run("score", path)
    assert (done.exit_code, "3,00    Baik" in done.stdout) == (0, True)
    assert "belum dibandingkan dengan salinan resmi" in done.stderr
    assert json.loads(run("score", path, "--json").stdout)[0]["instrument_standing"] == "secondary"


def test_a_missing_level_is_told_and_gives_null(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [header(SPBE), ["Kota Contoh", 2024, *[3] * 46, ""]])
    assert "tanpa indeks: 1 indikator kosong: 47" in run("score", path).stdout
    (only,) = json.loads(run("score", path, "--json").stdout)
    assert (only["index"], only["index_printed"], only["predicate"], only["missing"]) == (None, None, None, [47])
    assert (only["aspects"]["8"], only["domains"]["4"], only["aspects"]["7"]) == (None, None, "3")


def test_a_doubt_is_told_and_the_rule_can_be_switched(tmp_path: Path) -> None:
    levels = [4 if number in (42, 43, 44) else 3 if number in (11, 12) or number > 31 else 2 for number in range(1, 48)]
    path = write_csv(tmp_path / "a.csv", [header(SPBE), ["Kota Contoh", 2024, *levels]])
    assert "2,60    Cukup  (2.595 is Cukup unrounded" in run("score", path).stdout
    assert "2,60    Baik  (2.595" in run("score", path, "--classify", "printed").stdout
    assert run("score", path, "--classify", "kira-kira").exit_code == 2


def test_the_shortest_way_up_with_its_criteria_and_the_gaps(official: Path) -> None:
    done = run("lift", official, "--target", "sangat baik", "--gaps")
    assert done.exit_code == 0
    assert "2,95 (Baik) -> Sangat Baik (mulai 3,5)" in done.stdout
    assert "Paling sedikit 20 tingkat; sesudahnya 3,53 (Sangat Baik)" in done.stdout
    assert "i44        2        5          +0,09" in done.stdout
    assert "Kriteria tingkat 2 telah terpenuhi dan Layanan Jaringan Dokumentasi" in done.stdout


def test_an_instansi_without_an_index_has_no_plan_and_the_others_do() -> None:
    done = run("lift", EXAMPLE)
    assert done.exit_code == 1
    assert "line 7: Expected a level for every indicator, 47 have none" in done.stderr
    assert done.stdout.count("Sudah tercapai.") == 4


def test_published_tables_are_checked(tmp_path: Path) -> None:
    rows = published(OFFICIAL["results"])
    assert run("check", write_csv(tmp_path / "a.csv", rows)).exit_code == 0
    rows[5][11] = "2.41"
    done = run("check", write_csv(tmp_path / "a.csv", rows))
    assert done.exit_code == 1
    assert "17 baris diperiksa, 1 pertentangan" in done.stdout
    assert "Kementerian 2021, domain 2: published 2.41, recomputed 2.60 to 2.61. Likely: the cell" in done.stdout
    (only,) = json.loads(run("check", tmp_path / "a.csv", "--json").stdout)
    assert (only["figure"], only["published"]) == ("domain 2", "2.41")


def test_instruments_are_listed_and_examined(tmp_path: Path) -> None:
    assert "permenpanrb-59-2020  PermenPANRB 59/2020: 2021 to 2025" in run("instrument").stdout
    text = (Path(EXAMPLE).parents[2] / "src/terpadu/spbe/instruments/permenpanrb-59-2020.toml").read_text()
    (tmp_path / "baru.toml").write_text(text.replace("weight = 12\n", "weight = 13\n"))
    done = run("instrument", tmp_path / "baru.toml")
    assert done.exit_code == 1
    assert "weights of all aspects: expected exactly 100, they add up to 101" in done.stdout
    (tmp_path / "baru.toml").write_text(text)
    done = run("instrument", tmp_path / "baru.toml")
    assert (done.exit_code, "catatan: indicator 3: Salah cetak" in done.stdout) == (0, True)


def test_an_instrument_of_ones_own_can_be_used(tmp_path: Path) -> None:
    text = (Path(EXAMPLE).parents[2] / "src/terpadu/spbe/instruments/permenpanrb-59-2020.toml").read_text()
    (tmp_path / "lain.toml").write_text(text.replace("from = 2.6", "from = 2.7"))
    done = run("score", EXAMPLE, "--instrument", tmp_path / "lain.toml")
    assert "Provinsi Contoh           2024   2,69    Cukup" in done.stdout
    assert run("score", EXAMPLE, "--instrument", "tidak-ada").exit_code == 2
