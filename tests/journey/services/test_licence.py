"""Driving licence: renewed and posted; a day too late, and nothing paid; a closed day counts only with a decision."""

from __future__ import annotations

import pytest

from tests.lib.country import Country, figure, self_of

pytestmark = pytest.mark.deep


def test_hendra_has_it_renewed_and_posted(land: Country) -> None:
    subject = self_of("hendra", golongan="C", alamat_kirim="JL. BUAH BATU NO. 71")
    walked = land.walk("sim", "SM-HENDRA", subject)
    assert walked.ended is None
    assert walked.facts["sim.berlaku_sampai"] == "2027-01-03"
    licence = walked.results["sim"]
    assert (licence["nomor_sim"], licence["berlaku_sampai"]) == (figure("hendra").nik, "2031-11-24"), "from the issue"
    assert licence["nomor_kirim"].startswith("KIRIM/")


def test_yohana_s_ran_out_yesterday_and_nothing_is_billed(land: Country) -> None:
    bills = land.effects("simponi", "billing")
    walked = land.walk("sim", "SM-YOHANA", self_of("yohana", golongan="A"))
    assert walked.ended is not None
    assert walked.ended[:2] == ("cek", "business-rule")
    assert "SIM baru dengan ujian" in walked.ended.sentence
    assert land.effects("simponi", "billing") == bills


def test_ketut_s_ran_out_on_nyepi_and_needs_a_decision_with_dates(land: Country) -> None:
    before = land.walk("sim", "SM-KETUT-1", self_of("ketut", golongan="C"))
    assert before.facts["sim.berlaku_sampai"] == "2026-03-19"
    assert before.ended is not None
    assert before.ended.act == "cek"
    decision = {
        "nomor": "KEP/1/2026",
        "dari": "2026-03-18",
        "sampai": "2026-03-24",
        "diperpanjang_sampai": "2026-11-30",
    }
    land.officer("polri/sim/keputusan", "KORLANTAS_KEY", decision)
    after = land.walk("sim", "SM-KETUT-2", self_of("ketut", golongan="C"))
    assert after.ended is None
    assert after.results["sim"]["golongan"] == "C"
