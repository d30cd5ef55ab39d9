"""Social aid: eligible with the reason; refused, objected, granted; refused for a son in the police."""

from __future__ import annotations

import pytest

from contoh.orang import make
from tests.lib.country import Country, self_of

pytestmark = pytest.mark.deep


def test_maryam_is_eligible(land: Country) -> None:
    walked = land.walk("bansos", "BS-MARYAM", self_of("maryam"), acts=["ajukan"], agrees=True)
    assert walked.ended is None
    assert walked.facts["keluarga.desil"] == 2
    assert {walked.facts[f"silang.{name}"] for name in ("asn", "polri", "pensiunan", "upah", "usaha")} == {False}
    assert (walked.results["ajukan"]["putusan"], walked.results["ajukan"]["alasan"]) == ("LAYAK", [])


def test_nothing_is_cross_checked_into_a_decision_without_consent(land: Country) -> None:
    walked = land.walk("bansos", "BS-MARYAM-0", self_of("maryam"), acts=["ajukan"])
    assert walked.ended is not None
    assert walked.ended[:2] == ("ajukan", "mismatch")
    assert walked.missing == {f"silang.{name}": "consent" for name in ("asn", "polri", "pensiunan", "upah", "usaha")}


def test_darto_is_refused_objects_and_is_granted_after_the_visit(land: Country) -> None:
    subject = self_of("darto", alasan_sanggah="Rumah dan penghasilan kami tidak seperti tercatat")
    first = land.walk("bansos", "BS-DARTO", subject, acts=["ajukan"], agrees=True)
    decision = first.results["ajukan"]
    assert decision["putusan"] == "DITOLAK"
    assert decision["alasan"] == [
        {"kode": "A1", "sumber": "DTSEN", "kalimat": "Desil keluarga 7, PKH untuk desil 1 sampai 4"}
    ]
    assert decision["sanggah_sampai"] == "2026-12-24"
    walked = land.walk("bansos", "BS-DARTO", subject, agrees=True)
    assert walked.ended is None
    assert walked.results["sanggah"]["status"] == "MENUNGGU KUNJUNGAN BPS"
    assert (walked.results["periksa_ulang"]["desil"], walked.results["periksa_ulang"]["putusan"]) == (3, "LAYAK")


def test_lestari_s_son_joined_the_police(land: Country) -> None:
    walked = land.walk("bansos", "BS-LESTARI", self_of("lestari", disabilitas=1), acts=["ajukan"], agrees=True)
    assert walked.facts["silang.polri"] is True
    [reason] = walked.results["ajukan"]["alasan"]
    assert (reason["kode"], reason["sumber"]) == ("A3", "Polri")


def test_a_civil_servant_on_the_card_and_every_other_reason_is_told(land: Country) -> None:
    mother = make(families=1).hero.mother
    walked = land.walk("bansos", "BS-HERO", {"nik": mother.nik}, acts=["ajukan"], agrees=True)
    assert walked.facts["silang.asn"] is True
    told = {(one["kode"], one["sumber"]) for one in walked.results["ajukan"]["alasan"]}
    assert {("A3", "BKN"), ("A1", "DTSEN")} <= told
