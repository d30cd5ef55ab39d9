"""Marriage: from the KUA's record without an upload; nothing recorded yet; the last marriage still stands."""

from __future__ import annotations

import pytest

from tests.lib.country import Country, figure, self_of

pytestmark = pytest.mark.deep


def test_fajar_and_aisyah_upload_nothing(land: Country) -> None:
    subject = self_of("fajar", nik_pasangan=figure("aisyah").nik)
    alone = land.walk("perkawinan", "KW-FAJAR", subject)
    assert alone.ended is not None
    assert alone.ended[:2] == ("catat", "mismatch"), "both have to confirm"
    walked = land.walk("perkawinan", "KW-FAJAR", {**subject, "pasangan_setuju": True})
    assert walked.ended is None
    assert walked.missing == {}
    assert walked.facts["perkawinan.tanggal"] == "2026-11-14"
    assert walked.results["catat"]["status_kawin"] == "KAWIN TERCATAT"
    assert walked.results["ktp"]["status_kawin"] == walked.results["ktp_pasangan"]["status_kawin"] == "KAWIN TERCATAT"
    card = land.ask("ID/GOV/KEMENDAGRI/DUKCAPIL/keluarga", {"nik": figure("aisyah").nik}, "pemutakhiran-perkawinan")
    assert card["no_kk"] == walked.results["catat"]["no_kk"] != figure("aisyah").no_kk


def test_maria_and_thomas_are_in_no_record_yet(land: Country) -> None:
    subject = self_of("maria", nik_pasangan=figure("thomas").nik, pasangan_setuju=True)
    walked = land.walk("perkawinan", "KW-MARIA", subject)
    assert walked.missing["perkawinan.nomor"] == "not-found"
    assert walked.ended is not None
    assert walked.ended[:2] == ("catat", "mismatch"), "the civil record comes first"
    couple = {"nik_suami": figure("thomas").nik, "nik_istri": figure("maria").nik, "tanggal_nikah": "2026-09-15"}
    stated = land.walk("perkawinan", "KW-MARIA-2", {**subject, **couple, "jenis": "BELUM TERCATAT"})
    assert stated.ended is None
    assert stated.results["ktp"]["status_kawin"] == "KAWIN BELUM TERCATAT", "a statement, and told apart from a record"


def test_joko_is_still_married(land: Country) -> None:
    subject = self_of("joko", nik_pasangan=figure("wati").nik, pasangan_setuju=True)
    walked = land.walk("perkawinan", "KW-JOKO", subject)
    assert walked.facts["penduduk.status_kawin"] == "KAWIN"
    assert walked.ended is not None
    assert walked.ended[:2] == ("catat", "business-rule")
    assert "Catat Perceraian" in walked.ended.sentence
