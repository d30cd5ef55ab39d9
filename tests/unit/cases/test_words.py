"""What pages of a case say: an agency's own words without ours, people counted and schools not, a moment as SIMPONI writes it."""

from __future__ import annotations

from typing import Any

import pytest

from terpadu.cases.applying.showing import worded
from terpadu.cases.deciding import NO_OF_A_SYSTEM, own_words
from terpadu.cases.payments.templatetags.payments import said_by_simponi
from terpadu.connectors.errors import MEANING, failed


def test_the_exchange_says_no_as_the_portal_reads_it() -> None:
    assert set(NO_OF_A_SYSTEM) == {MEANING[code] for code in ("not-found", "mismatch", "business-rule")}


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        (failed("business-rule", "SIM", "Sudah lewat; ajukan baru: ujian").sentence, "Sudah lewat; ajukan baru: ujian."),
        (failed("not-found", "SIM").sentence, ""),
        (failed("business-rule", "SIM", "HTTP 422").sentence, ""),
        (failed("business-rule", "SIM", "HTTP 422; Usia kurang").sentence, "Usia kurang."),
        ("Expected 'fakta.jkn.aktif' to hold before this is done; it does not.", ""),
        ("Status Perkawinan Tidak Sesuai", "Status Perkawinan Tidak Sesuai"),
    ],
)  # fmt: skip
def test_a_reason_repeats_the_agencys_own_words_alone(sentence: str, words: str) -> None:
    assert own_words(sentence) == words


def test_people_are_counted_and_schools_are_named() -> None:
    entry: Any = None
    people, schools = [{"nik": "9", "nama": "SARI"}, {"nik": "8", "nama": "ANDI"}], [{"npsn": "1", "nama": "SMA A"}]
    assert worded(entry, "keluarga.anggota", people) == "2 orang: SARI, ANDI"
    assert worded(entry, "sekolah.daftar", schools) == "SMA A"


@pytest.mark.parametrize(
    ("written", "said"),
    [("2026-12-01 14:43:52", "1 Desember 2026 pukul 14.43"), ("2026-12-01", "1 Desember 2026"), ("31/12/2026", "31/12/2026")],
)
def test_a_moment_of_simponi_is_said_in_words(written: str, said: str) -> None:
    assert said_by_simponi(written) == said
