"""What an account rests on: a match that says yes or no, whose parent somebody is, and who looked afterwards."""

from __future__ import annotations

import pytest

from tests.lib.country import Country, figure, self_of

pytestmark = pytest.mark.deep

DUKCAPIL = "ID/GOV/KEMENDAGRI/DUKCAPIL"


def test_an_identity_is_matched_field_by_field_and_nothing_is_given(land: Country) -> None:
    claim = self_of("ketut", nama_ibu=figure("ketut").nama_ibu)
    good = land.ask(f"{DUKCAPIL}/cocokkan", claim, "pembuktian-identitas")
    assert good == {"nik": True, "nama": True, "tanggal_lahir": True, "nama_ibu": True}
    other = land.ask(f"{DUKCAPIL}/cocokkan", {**claim, "nama_ibu": "SIAPA SAJA"}, "pembuktian-identitas")
    assert other == {**good, "nama_ibu": False}


def test_a_mother_is_found_on_her_child_s_card(land: Country) -> None:
    card = land.ask(f"{DUKCAPIL}/keluarga", {"nik": figure("maryam").nik}, "perwakilan-anak")
    children = [one["nama"] for one in card["anggota"] if one["nama_ibu"] == figure("maryam").nama]
    assert children == ["DIMAS", "LALA"]


def test_every_office_says_who_looked(land: Country) -> None:
    """The questions above are in Dukcapil's own journal, with what for and on which ground."""
    told = land.ask(f"{DUKCAPIL}/getAccesses", {"nik": figure("ketut").nik}, "siapa-melihat")
    looks = [one for one in told["looks"] if one["purpose"] == "pembuktian-identitas"]
    assert {(one["office"], one["basis"]) for one in looks} == {("KemenPANRB", "UU 24/2013 pasal 58; Perpres 82/2023")}
