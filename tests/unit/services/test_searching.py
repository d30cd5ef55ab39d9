"""Search that forgives: a table of what people type, and the service that comes first."""

from __future__ import annotations

from pathlib import Path

import pytest

from terpadu.facts import vocabulary
from terpadu.services.catalogue import load
from terpadu.services.searching import stem
from tests.unit.services import shelf

FOUND = [
    ("kelahiran", "kelahiran", "its name"),
    ("anak saya lahir", "kelahiran", "a sentence"),
    ("lahiran", "kelahiran", "a declared synonym"),
    ("melahirkan", "kelahiran", "other affixes on the same word"),
    ("kelahirn", "kelahiran", "a letter left out"),
    ("akte", "kelahiran", "the old spelling"),
    ("birth", "kelahiran", "English"),
    ("sim", "sim", "a short word"),
    ("perpanjang sim", "sim", "two words"),
    ("memperpanjang SIM", "sim", "prefixes and capitals"),
    ("perpajangan", "sim", "a typing error in a long word"),
    ("driving licence", "sim", "English"),
    ("pindah", "pindah", "a plain word"),
    ("kepindahan", "pindah", "a noun made of it"),
    ("pidah rumah", "pindah", "a typing error beside a right word"),
    ("pind", "pindah", "the beginning of a word"),
]
NOT_FOUND = ["", "   ", "yang untuk", "helikopter", "xyz", "?!", "9901010101010001"]
STEMS = [
    ("memperpanjang", "panjang"), ("perpanjangan", "panjang"), ("melahirkan", "lahir"), ("kelahiran", "lahir"),
    ("pernikahan", "nikah"), ("menikah", "nikah"), ("bekerja", "kerja"), ("pekerjaan", "kerja"), ("kematian", "mati"),
    ("anakku", "anak"), ("sim", "sim"),
]  # fmt: skip


def ask(home: Path, question: str) -> list[str]:
    """The ids that come back, the best first."""
    found = load(shelf.write(home / "layanan"), vocabulary.load())
    return [entry.service.id for entry in found.search(question)]


@pytest.mark.parametrize(("question", "first", "why"), FOUND)
def test_what_people_type_is_found(tmp_path: Path, question: str, first: str, why: str) -> None:
    assert ask(tmp_path, question)[:1] == [first], why


@pytest.mark.parametrize("question", NOT_FOUND)
def test_what_is_not_there_is_not_made_up(tmp_path: Path, question: str) -> None:
    assert ask(tmp_path, question) == []


@pytest.mark.parametrize(("word", "short"), STEMS)
def test_affixes_are_taken_away(word: str, short: str) -> None:
    assert stem(word) == short


def test_a_long_question_costs_no_more(tmp_path: Path) -> None:
    assert ask(tmp_path, "kelahiran " * 5000)[:1] == ["kelahiran"]
