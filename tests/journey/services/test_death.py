"""Death: one report for a pensioner; a man who is in no database; a fisherman without a body."""

from __future__ import annotations

import pytest

from tests.lib.country import Country, figure, self_of

pytestmark = pytest.mark.deep


def test_suminah_reports_once_and_five_offices_know(land: Country) -> None:
    deaths = land.effects("dukcapil", "akta_mati")
    subject = self_of("suminah", nik_meninggal=figure("suminah_suami").nik, mau_klaim=True)
    walked = land.walk("kematian", "KM-SUMINAH", subject)
    assert walked.ended is None
    assert walked.missing == {}
    assert walked.facts["surat_mati.tanggal"] == "2026-11-21"
    assert walked.results["akta"]["nik_pasangan"] == figure("suminah").nik
    assert walked.results["ktp_pasangan"]["status_kawin"] == "CERAI MATI"
    assert walked.results["jkn"] == {"status": "MENINGGAL", "iuran_berakhir": "2026-11-21"}
    assert walked.results["bansos"]["status"] == "PENGURUS DIGANTI"
    assert walked.results["pensiun"]["uang_duka"] == 3 * 4_150_000
    assert walked.results["pensiun"]["status"] == "MENUNGGU PERSETUJUAN AHLI WARIS"
    card = land.ask("ID/GOV/KEMENDAGRI/DUKCAPIL/keluarga", {"nik": figure("suminah").nik}, "pencatatan-kematian")
    assert [(one["nama"], one["hubungan"]) for one in card["anggota"]] == [("SUMINAH", "KEPALA KELUARGA")]
    second = land.walk("kematian", "KM-SUMINAH-2", subject)
    assert second.ended is not None
    assert second.missing["almarhum.nama"] == "business-rule", "the register says that he is dead"
    assert second.ended[:2] == ("akta", "mismatch")
    assert land.effects("dukcapil", "akta_mati") == deaths + 1


LA_ODE = {
    "nama_meninggal": "LA ODE HASAN",
    "tanggal_lahir_meninggal": "1931-07-01",
    "tanggal_meninggal": "2009-05-17",
    "tempat_meninggal": "BAUBAU",
    "sebab": "sakit biasa/tua",
}


def test_la_ode_is_in_no_database(land: Country) -> None:
    """Old papers and a statement are enough since 7 October 2024; without both it is the court's."""
    without = land.walk("kematian", "KM-LAODE-1", self_of("waode", **LA_ODE))
    assert without.ended is not None
    assert without.ended[:2] == ("akta", "business-rule")
    assert "Dokumen Lama dan SPTJM" in without.ended.sentence
    papers = {"dokumen_lama": "KTP lama 1998", "nomor_sptjm": "SPTJM/KM-LAODE"}
    walked = land.walk("kematian", "KM-LAODE-2", self_of("waode", **LA_ODE, **papers), acts=["akta"])
    assert walked.ended is None
    assert walked.results["akta"]["nomor_akta"].startswith("9913-KM-24112026-")


def test_rangga_s_body_was_not_found(land: Country) -> None:
    lost = {
        "nik_meninggal": figure("rangga").nik,
        "tanggal_meninggal": "2026-10-30",
        "tempat_meninggal": "LAUT BANDA",
        "sebab": "kecelakaan",
        "tanpa_jenazah": True,
    }
    walked = land.walk("kematian", "KM-RANGGA-1", self_of("rangga_istri", **lost))
    assert walked.ended is not None
    assert walked.ended[:2] == ("akta", "business-rule")
    assert "Penetapan Pengadilan" in walked.ended.sentence
    order = {**lost, "nomor_penetapan": "112/Pdt.P/2027/PN Bau"}
    decided = land.walk(
        "kematian", "KM-RANGGA-2", self_of("rangga_istri", **order), acts=["akta", "ktp_pasangan", "jkn"]
    )
    assert decided.ended is None
    assert decided.results["akta"]["nik_pasangan"] == figure("rangga_istri").nik
