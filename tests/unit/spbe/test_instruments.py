"""Instruments as data: those that come with the product, and what the validator says of broken ones."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import combinations
from pathlib import Path

import pytest

from terpadu.errors import BadInput
from terpadu.spbe import instrument, score, validating, written
from tests.lib.spbe import PEMDI, SPBE, tiny

TEXT = (instrument.FOLDER / "permenpanrb-59-2020.toml").read_text(encoding="utf-8")


def spoiled(folder: Path, old: str, new: str) -> list[str]:
    """What the validator says of the official instrument with one place changed."""
    assert old in TEXT
    path = folder / "salah.toml"
    path.write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    return validating.problems(written.read(path))


def test_the_instrument_of_2020_has_its_structure() -> None:
    kinds = [len(instrument.parts_of(SPBE, kind)) for kind in ("domain", "aspect", "indicator")]
    assert kinds == [4, 8, 47]
    assert [len(one.parts) for one in instrument.parts_of(SPBE, "aspect")] == [10, 4, 4, 2, 8, 3, 10, 6]
    assert [str(one.weight) for one in instrument.parts_of(SPBE, "domain")] == ["13", "25", "16.5", "45.5"]
    assert {str(one.weight) for one in instrument.parts_of(SPBE, "indicator")} == {"1.3", "2.5", "1.5", "2.75", "3"}
    assert all(len(one.criteria) == 5 for one in SPBE.indicators.values())


def test_levels_have_the_names_of_their_capability() -> None:
    assert SPBE.level_name(1, 4) == "Terpadu dan Terukur"
    assert SPBE.level_name(32, 4) == "Kolaborasi"


def test_the_misprint_stands_as_printed_with_an_erratum() -> None:
    assert [one.number for one in SPBE.indicators.values() if one.erratum] == [3]
    assert SPBE.indicators[3].criteria[2].startswith("Kondisi:")
    assert SPBE.indicators[3].criteria[3].startswith("Kriteria tingkat 2 telah terpenuhi")


def test_the_successor_is_marked_as_from_secondary_sources() -> None:
    assert (PEMDI.standing, PEMDI.figure, PEMDI.first_year, PEMDI.last_year) == ("secondary", "Indeks Pemdi", 2026, None)
    assert [len(one.parts) for one in PEMDI.index.parts] == [2, 2, 4, 4, 2, 4, 2]
    assert {one.kind for one in PEMDI.index.parts} == {"aspect"}
    assert [one.number for one in PEMDI.indicators.values() if one.measured_by] == [5, 6, 7]
    notes = validating.notes(written.read(instrument.FOLDER / "permenpanrb-8-2026.toml"))
    assert "compare it with the official copy" in notes[0]


def test_no_year_has_two_instruments() -> None:
    for one, other in combinations(instrument.installed(), 2):
        assert not [year for year in range(2015, 2040) if one.covers(year) and other.covers(year)]


@pytest.mark.parametrize(("year", "name"), [(2021, SPBE.id), (2025, SPBE.id), (2026, PEMDI.id), (2030, PEMDI.id)])
def test_a_year_has_its_instrument(year: int, name: str) -> None:
    assert instrument.of_year(year).id == name


def test_a_year_without_an_instrument_is_told_which_there_are() -> None:
    with pytest.raises(BadInput, match=r"2021 to 2025.*from 2026.*got 2019"):
        instrument.of_year(2019)
    with pytest.raises(BadInput, match="permenpanrb-59-2020, permenpanrb-8-2026"):
        instrument.by_id("5-2018")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("weight = 1.3\n", "weight = 1.31\n", "weights of all indicators: expected exactly 100, they add up to 100.01"),
        ("weight = 1.3\n", "weight = 1.31\n", "weights of the indicators of aspect 1: expected exactly 13"),
        ("weight = 45.5", "weight = 45", "weights of all domains: expected exactly 100"),
        ("weight = 45.5", "weight = 45", "weights of the aspects of domain 4: expected exactly 45, they add up to 45.5"),
        ("weight = 16.5", "weight = -1", "expected a weight above 0, got -1"),
        ("[[indicator]]\nnumber = 12\n", "[[indicator]]\nnumber = 11\n", "expected the numbers 1 to 47 in order"),
        ("[[indicator]]\nnumber = 1\naspect = 1", "[[indicator]]\nnumber = 1\naspect = 9", "indicator 1: expected one of"),
        ("domain = 4\n", "domain = 5\n", "aspect 7: expected one of the domains 1, 2, 3, 4, got 5"),
        ('levels = "layanan"', 'levels = "proces"', "aspect 7: expected one of the levels proses, layanan, got 'proces'"),
        ('"Terkelola", ', "", "levels 'proses': expected 5 names"),
        ("from = 3.5", "from = 4.3", "predicates: expected falling bounds"),
        ("from = 4.2", "from = 5.2", "nobody reaches 5.2"),
        ("from = 1\n", "from = 1.2\n", "expected the last to begin at the lowest level 1"),
        ('name = "Kurang"', 'name = "Cukup"', "predicates: expected each name once"),
        ('target = "Baik"', 'target = "Bagus"', "target: expected one of the predicates"),
        ("last_year = 2025", "last_year = 2020", "years: expected the last not before the first"),
    ],
)
def test_the_validator_says_what_is_wrong(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert [sentence for sentence in spoiled(tmp_path, old, new) if said in sentence]


def test_a_lost_criterion_is_found(tmp_path: Path) -> None:
    first = SPBE.indicators[1].criteria[0]
    assert spoiled(tmp_path, f'    "{first}",\n', "") == [
        "indicator 1: expected 5 criteria, one for each level, got 4"
    ]
    assert spoiled(tmp_path, f'"{first}"', '" "') == ["indicator 1: a criterion is empty"]


def test_what_holds_together_has_no_problem_and_what_does_not_cannot_be_loaded(tmp_path: Path) -> None:
    for path in instrument.FOLDER.glob("*.toml"):
        assert validating.problems(written.read(path)) == []
    (tmp_path / "salah.toml").write_text(TEXT.replace("weight = 3\n", "weight = 4\n"), encoding="utf-8")
    with pytest.raises(BadInput, match=r"salah\.toml: expected an instrument that holds together; 2 wrong"):
        instrument.load(tmp_path / "salah.toml")


@pytest.mark.parametrize(
    ("text", "said"),
    [("id = ", "Expected TOML"), ("id = 'x'", "missing required field"), (TEXT + "\nzz = 1\n", "unknown field `zz`")],
)
def test_what_has_not_the_form_is_refused_in_one_sentence(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "x.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=re.escape(said)):
        instrument.load(path)
    with pytest.raises(BadInput, match="Name another file"):
        instrument.load(tmp_path / "tidak-ada.toml")


def test_a_new_regulation_is_a_file_also_one_with_a_level_zero(tmp_path: Path) -> None:
    """As PermenPANRB 5/2018 had it: levels begin at 0."""
    found = tiny(tmp_path, [["30", "20"], ["50"]], bound="1.5", lowest=0)
    scored = score.compute(found, {1: 0, 2: 2, 3: 1})
    assert (scored.index.value, scored.predicate) == (Decimal("0.9"), "Kurang")
    with pytest.raises(BadInput, match="from 0 to 2"):
        score.compute(found, {1: 3, 2: 2, 3: 1})
