"""Facts gathered: in parallel, once, with deadlines; what is missing is named with the reason, never invented."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from terpadu.errors import BadInput, Refused
from terpadu.facts.gathering import Gathered, gather
from terpadu.facts.vocabulary import Vocabulary
from tests.lib.offices import SUBJECT, WHY, Offices, words

NOW = 1_800_000_000_000


@pytest.fixture
def vocabulary(tmp_path: Path) -> Vocabulary:
    """The four authorities' words."""
    return words(tmp_path)


def gathered(vocabulary: Vocabulary, offices: Offices, *wanted: str, **known: Any) -> Gathered:
    """Gather about the person."""
    return asyncio.run(gather(vocabulary, wanted, {"subjek": SUBJECT, **known}, WHY, offices.ask, lambda: NOW))


def test_a_fact_says_where_it_came_from(vocabulary: Vocabulary) -> None:
    found = gathered(vocabulary, offices := Offices(), "orang.nama")
    fact = found.facts["orang.nama"]
    assert (fact.value, fact.source, fact.fetched, fact.number) == ("ADA", "ID/GOV/A/DUK/penduduk", NOW, "n-1-penduduk")
    assert offices.asked == [("penduduk", {"nik": SUBJECT["nik"]}, WHY)]
    assert found.missing == {}


def test_two_facts_of_one_authority_are_one_question(vocabulary: Vocabulary) -> None:
    found = gathered(vocabulary, offices := Offices(), "orang.nama", "orang.lahir", "orang.nama")
    assert offices.names() == ["penduduk"]
    assert found.tree() == {"orang": {"nama": "ADA", "lahir": "1986-04-12"}}


def test_authorities_are_asked_together(vocabulary: Vocabulary) -> None:
    gathered(vocabulary, offices := Offices(), "orang.nama", "keluarga.nomor")
    assert offices.most == 2


def test_a_question_that_needs_other_facts_waits_for_all_of_them(vocabulary: Vocabulary) -> None:
    found = gathered(vocabulary, offices := Offices(), "keluarga.desil", "orang.nama", "keluarga.nomor")
    assert sorted(offices.names()[:2]) == ["keluarga", "penduduk"]
    assert offices.asked[2][:2] == ("desil", {"no_kk": "99", "nama": "ADA"})
    assert found.facts["keluarga.desil"].value == 3
    assert [one.name for one in found.asked] == [*(one.name for one in found.asked[:2]), "desil"]


def test_an_authority_that_is_down_is_missing_and_the_others_stand(vocabulary: Vocabulary) -> None:
    down = Refused("upstream-down", "Dukcapil does not answer; ask again later.")
    found = gathered(vocabulary, Offices(penduduk=down), "orang.nama", "orang.lahir", "keluarga.nomor")
    assert found.missing == {"orang.nama": "upstream-down", "orang.lahir": "upstream-down"}
    assert found.tree() == {"keluarga": {"nomor": "99"}}
    assert next(one.sentence for one in found.asked if one.name == "penduduk") == down.sentence


def test_an_authority_that_never_answers_costs_its_own_deadline_only(vocabulary: Vocabulary) -> None:
    found = gathered(vocabulary, Offices(penduduk=None, keluarga=None), "orang.nama", "keluarga.nomor")
    assert found.missing == {"orang.nama": "peer-timeout", "keluarga.nomor": "peer-timeout"}
    assert "within 0.2 s" in found.asked[0].sentence


def test_what_depends_on_something_missing_is_not_asked(vocabulary: Vocabulary) -> None:
    down = Refused("upstream-down", "Down.")
    offices = Offices(penduduk=down)
    found = gathered(vocabulary, offices, "keluarga.desil", "orang.nama", "keluarga.nomor")
    assert found.missing == {"orang.nama": "upstream-down", "keluarga.desil": "not-asked"}
    assert "desil" not in offices.names()


def test_what_nobody_said_about_the_person_is_not_asked(vocabulary: Vocabulary) -> None:
    found = gathered(vocabulary, offices := Offices(), "bayar.lunas", "orang.nama", hasil={})
    assert found.missing == {"bayar.lunas": "not-asked"}
    assert offices.names() == ["penduduk"]


def test_an_answer_without_the_value_is_missing_not_invented(vocabulary: Vocabulary) -> None:
    found = gathered(vocabulary, Offices(penduduk={"lahir": "x"}), "orang.nama", "orang.lahir")
    assert found.missing == {"orang.nama": "not-found"}
    assert found.tree() == {"orang": {"lahir": "x"}}


@pytest.mark.parametrize("answer", [{"no_kk": "99"}, {"no_kk": "99", "anggota": 7}, {"no_kk": "99", "anggota": None}])
def test_an_answer_of_another_form_loses_that_fact_alone(vocabulary: Vocabulary, answer: Any) -> None:
    found = gathered(vocabulary, Offices(keluarga=answer), "keluarga.nomor", "keluarga.besar")
    assert found.missing == {"keluarga.besar": "not-found"}
    assert found.tree() == {"keluarga": {"nomor": "99"}}


def test_false_and_nought_are_values(vocabulary: Vocabulary) -> None:
    found = gathered(vocabulary, Offices(bayar={"lunas": False}), "bayar.lunas", hasil={"tagih": {"kode": "82"}})
    assert found.facts["bayar.lunas"].value is False
    assert found.missing == {}


def test_a_fact_that_the_vocabulary_does_not_know_is_one_sentence(vocabulary: Vocabulary) -> None:
    with pytest.raises(BadInput, match=r"'orang.hobi' is none\.$"):
        gathered(vocabulary, Offices(), "orang.hobi")


def test_nothing_wanted_asks_nobody(vocabulary: Vocabulary) -> None:
    assert gathered(vocabulary, offices := Offices()) == Gathered({}, {}, ())
    assert offices.asked == []
