"""The vocabulary: what comes with the product holds together; what is wrong in a file is one sentence that names it."""

from __future__ import annotations

from pathlib import Path

import pytest

from terpadu.errors import BadInput
from terpadu.facts.vocabulary import compiled, evaluate, load, questions_of, value
from tests.lib.offices import WORDS, words


def test_the_products_own_vocabulary_holds_together() -> None:
    found = load()
    assert len(found.facts) > 20
    for name, entry in found.facts.items():
        assert name.count(".") == 1
        assert entry.question in found.questions
        assert all((entry.title.id, entry.title.en))
    asked = {entry.question for entry in found.facts.values()}
    assert set(found.questions) == asked, "a question that gives no fact is asked by nobody"


WRONG = [
    ("[question.penduduk]\n", "[question.penduduk]\nhobi = 1\n", "kata.toml: expected a vocabulary of facts: .*hobi"),
    ('question = "desil"', 'question = "desi"', "the fact 'keluarga.desil' to name a question; 'desi' is none"),
    ('value = "desil"', 'value = "desil["', "JMESPath expression, got 'desil\\['"),
    ('"fakta.orang.nama"', '"fakta..nama"', "JMESPath expression, got 'fakta..nama'"),
    ('"ID/GOV/B/SOS/desil"', '"desil"', "The question 'desil': "),
    ("seconds = 0.2", "seconds = 0", "seconds"),
    ("seconds = 0.2", "seconds = 61", "seconds"),
    ("[question.desil]", "[question.desil", "kata.toml: expected a vocabulary of facts"),
]


@pytest.mark.parametrize(("right", "wrong", "said"), WRONG)
def test_what_is_wrong_is_one_sentence(tmp_path: Path, right: str, wrong: str, said: str) -> None:
    assert right in WORDS
    with pytest.raises(BadInput, match=said) as told:
        words(tmp_path, WORDS.replace(right, wrong))
    assert "\n" not in told.value.sentence


def test_a_name_stands_in_one_file_only(tmp_path: Path) -> None:
    (tmp_path / "lain.toml").write_text(WORDS)
    with pytest.raises(BadInput, match=r"lain\.toml: expected 'penduduk' in one file only; it stands in two\."):
        words(tmp_path)


def test_bytes_that_are_no_text_are_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "rusak.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(BadInput, match=r"rusak\.toml: expected"):
        load(tmp_path)


def test_questions_of_facts_are_grouped(tmp_path: Path) -> None:
    found = questions_of(words(tmp_path), ["orang.nama", "keluarga.nomor", "orang.lahir"])
    assert found == {"penduduk": ["orang.nama", "orang.lahir"], "keluarga": ["keluarga.nomor"]}


def test_an_expression_gives_nothing_where_the_form_is_another() -> None:
    assert value("length(a)", {"a": 7}) is None
    assert value("a", {"a": 0}) == 0
    assert evaluate({"x": "a", "y": "b", "z": "length(a)"}, {"a": 0}) == {"x": 0}
    with pytest.raises(BadInput, match="JMESPath"):
        compiled("a[")
