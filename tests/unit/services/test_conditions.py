"""Conditions: true, false, or not known; what they name is found before anybody runs them."""

from __future__ import annotations

import pytest

from terpadu.errors import BadInput
from terpadu.services.conditions import called, compiled, holds, paths

KNOWN = {
    "subjek": {"tanggal_lahir_bayi": "2026-11-21"},
    "fakta": {"ibu": {"nama": "RATNA"}},
    "tidak_ada": ["surat_lahir.nomor"],
    "hari_ini": "2026-11-24",
}

ROWS = [
    ("subjek.tanggal_lahir_bayi <= hari_ini", True),
    ("subjek.tanggal_lahir_bayi > hari_ini", False),
    ("'surat_lahir.nomor' in tidak_ada", True),
    ("!has(subjek.nama_bayi)", True),
    ("fakta.ayah.nama == 'BAGAS'", None),
    ("subjek.nama_bayi == 'X'", None),
    ("umur(subjek.tanggal_lahir_bayi, hari_ini)", None),
    ("umur('kemarin', hari_ini) > 3", None),
    ("1 + 'a' == 2", None),
]


@pytest.mark.parametrize(("expression", "said"), ROWS)
def test_a_condition_is_true_false_or_not_known(expression: str, said: bool | None) -> None:
    assert holds(expression, KNOWN) is said


@pytest.mark.parametrize(
    ("expression", "said"), [("subjek.a ==", "CEL expression"), ("orang.nama == 'A'", "orang is none of them")]
)
def test_what_cannot_be_a_condition_is_one_sentence(expression: str, said: str) -> None:
    with pytest.raises(BadInput, match=said) as told:
        compiled(expression)
    assert "\n" not in told.value.sentence


def test_what_a_condition_reads_and_calls() -> None:
    expression = "hari_antara(fakta.bayi.lahir, hari_ini) <= 60 && subjek.catatan != 'fakta.x.y'"
    assert paths(expression) == {("fakta", "bayi.lahir"), ("subjek", "catatan")}
    assert called(expression) == {"hari_antara"}
