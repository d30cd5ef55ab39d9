"""Police record certificate: same day; stopped before paying; issued although something is held."""

from __future__ import annotations

import pytest

from tests.lib.country import Country, self_of

pytestmark = pytest.mark.deep


def test_bagus_pays_and_has_it(land: Country) -> None:
    walked = land.walk("skck", "SK-BAGUS", self_of("bagus", nomor_permohonan="SKCK/SK-BAGUS", keperluan="Berkas CPNS"))
    assert walked.ended is None
    assert walked.results["terbit"] | {"nomor_skck": ""} == {
        "nomor_skck": "", "status": "TERBIT", "kesatuan": "POLRES SLEMAN", "catatan_kepolisian": "TIDAK ADA",
        "isi_catatan": None, "berlaku_sampai": "2027-05-25",
    }  # fmt: skip


def test_ratna_in_arrears_is_stopped_before_she_pays(land: Country) -> None:
    bills = land.effects("simponi", "billing")
    walked = land.walk("skck", "SK-RATNA", self_of("ratna", nomor_permohonan="SKCK/SK-RATNA"))
    assert (walked.facts["jkn.aktif"], walked.facts["jkn.tunggakan"]) == (False, 210_000)
    assert walked.ended is not None
    assert walked.ended[:2] == ("billing", "mismatch")
    assert land.effects("simponi", "billing") == bills


def test_agung_has_it_issued_with_the_record(land: Country) -> None:
    walked = land.walk("skck", "SK-AGUNG", self_of("agung", nomor_permohonan="SKCK/SK-AGUNG"))
    assert walked.ended is None
    assert walked.results["terbit"]["status"] == "TERBIT"
    assert walked.results["terbit"]["catatan_kepolisian"] == "ADA"
    assert "2019" in walked.results["terbit"]["isi_catatan"]
