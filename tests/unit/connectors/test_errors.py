"""Every way of failing has one code, and no sentence carries a person's number or an old system's tricks."""

from __future__ import annotations

import pytest

from terpadu.connectors.description import Failures
from terpadu.connectors.errors import MEANING, NORMAL, STATUS, by_status, declared, failed, quoted
from terpadu.connectors.expressions import holds, value
from terpadu.errors import CODES, BadInput

STATUSES = (
    (301, "upstream-garbage"), (304, "upstream-garbage"), (400, "business-rule"), (401, "upstream-auth"),
    (403, "upstream-auth"), (404, "not-found"), (405, "upstream-garbage"), (409, "business-rule"),
    (410, "not-found"), (415, "upstream-garbage"), (422, "business-rule"), (429, "upstream-retry"),
    (500, "upstream-down"), (502, "upstream-down"), (503, "upstream-retry"), (504, "upstream-down"),
    (600, "upstream-garbage"),
)  # fmt: skip


@pytest.mark.parametrize(("status", "code"), STATUSES)
def test_a_status_has_one_meaning(status: int, code: str) -> None:
    assert by_status(status, "Uji").code == code


def test_every_code_of_the_normal_form_is_known_and_explained() -> None:
    names = {name.replace("_", "-") for name in NORMAL}
    assert names == set(MEANING)
    assert names | set(STATUS.values()) <= set(CODES)
    assert set(NORMAL) | {"reason"} == set(Failures.__struct_fields__)


def test_what_is_wrong_with_the_system_comes_before_what_it_says() -> None:
    failures = Failures(not_found="data == `[]`", upstream_auth="kode == `100`", reason="pesan")
    refusal = declared(failures, {"data": [], "kode": 100, "pesan": "Token salah"}, "Uji")
    assert refusal is not None
    assert (refusal.code, refusal.sentence) == (
        "upstream-auth", "Uji does not accept the node's credentials; renew them: Token salah.",
    )  # fmt: skip
    assert declared(failures, {"data": [1], "kode": 0}, "Uji") is None


def test_a_service_s_conditions_stand_beside_those_of_its_system() -> None:
    wider = Failures(upstream_quota="plain(pesan) == 'kuota akses hari ini telah habis'", reason="pesan")
    for pesan in ("Kuota Akses Hari ini telah Habis", "KUOTA  AKSES HARI INI\tTELAH HABIS "):
        refusal = declared(Failures(not_found="pesan"), {"pesan": pesan}, "Uji", wider)
        assert refusal is not None
        assert refusal.code == "upstream-quota"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("NIK 9901015204869001 tidak ada", "NIK … tidak ada"),
        ("990101-520486-9001", "…"),
        ("(RuleNumber: 10117)", "(RuleNumber: 10117)"),
        ("dua  blank\r\nX-Palsu: 1\x1b[31m", "dua blank X-Palsu: 1 [31m"),
        ("\u202etxet\u0000", "txet"),
        ("a" * 1000, "a" * 600),
    ],
)
def test_an_old_system_s_words_are_made_fit(said: str, shown: str) -> None:
    assert quoted(said) == shown


def test_a_sentence_ends_once() -> None:
    assert (
        failed("business-rule", "Uji", quoted("Sudah ada.")).sentence == "Uji refused by a rule of its own: Sudah ada."
    )


@pytest.mark.parametrize(
    ("expression", "of", "found"),
    [
        ("plain(a)", {"a": "IP Client  Tidak terdaftar"}, "ip client tidak terdaftar"),
        ("plain(a)", {}, None),
        ("iso_date(a)", {"a": "12-04-1986"}, "1986-04-12"),
        ("iso_date(a)", {"a": "31-02-1986"}, None),
        ("dmy_date(a)", {"a": "1986-04-12"}, "12-04-1986"),
        ('pick(`{"1": "satu"}`, a)', {"a": 1}, "satu"),
        ('pick(`{"1": "satu"}`, a)', {"a": "2"}, None),
        ("where(rows, 'nik', cari)", {"rows": [{"nik": "1"}, {"nik": "2"}, 3], "cari": "2"}, [{"nik": "2"}]),
        ("where(rows, 'nik', cari)", {"rows": [{"nik": None}], "cari": None}, []),
        ("where(rows, 'nik', cari)", {}, []),
        ("first_match(a, '([0-9]+)')", {"a": "Sesuai (93)"}, "93"),
        ("starts_with(a, 'Sesuai')", {}, None),
    ],
)
def test_the_functions_of_the_files(expression: str, of: object, found: object) -> None:
    assert value(expression, of) == found


@pytest.mark.parametrize(
    ("of", "true"), [(True, True), (0, True), ("x", True), (False, False), ("", False), ([], False), (None, False)]
)
def test_truth_is_jmespath_s(of: object, true: bool) -> None:
    assert holds("a", {"a": of}) is true


def test_a_wrong_expression_is_told_with_its_text() -> None:
    with pytest.raises(BadInput, match=r"JMESPath expression, got 'a\[': "):
        value("a[", {})
