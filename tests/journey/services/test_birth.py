"""Birth: nothing typed but the name; late, at home and unmarried; twins whose mother's card is behind her life."""

from __future__ import annotations

import pytest

from tests.lib.country import Country, figure, self_of

pytestmark = pytest.mark.deep


def test_sari_types_nothing_but_the_name(land: Country) -> None:
    before = land.effects("dukcapil", "akta_lahir")
    subject = self_of("sari", nama_bayi="AYU PRASETYA")
    walked = land.walk("kelahiran", "KL-SARI", subject)
    assert walked.ended is None
    assert walked.missing == {}
    assert walked.facts["jkn_ibu.segmen"] == "PPU"
    assert walked.facts["surat_lahir.nik_ayah"] == figure("andi").nik
    child = walked.results["akta"]
    assert child["no_kk"] == walked.results["kk"]["no_kk"] == figure("sari").no_kk
    assert child["nik"] == walked.results["kia"]["nik"]
    assert walked.results["kia"]["berlaku_sampai"] == "2031-11-19"
    assert walked.results["jkn"] | {"nomor_kartu": ""} == {
        "nomor_kartu": "", "status": "AKTIF", "terlambat": False, "iuran": 0,
    }  # fmt: skip
    again = land.walk("kelahiran", "KL-SARI", subject)
    assert again.results == walked.results
    assert land.effects("dukcapil", "akta_lahir") == before + 1


MELATI = {
    "nama_bayi": "YOHANES BINTANG",
    "jenis_kelamin_bayi": "L",
    "tanggal_lahir_bayi": "2026-09-10",
    "tempat_lahir_bayi": "SIKKA",
    "anak_ke": 1,
    "nomor_sptjm": "F-2.03/KL-MELATI",
}


def test_melati_at_home_late_unmarried(land: Country) -> None:
    """No hospital knows of it, so she states it (F-2.03) with two witnesses; after 60 days the office has to decide."""
    witnesses = {"nik_saksi_1": figure("maria").nik, "nik_saksi_2": figure("thomas").nik}
    subject = self_of("melati", **MELATI)
    alone = land.walk("kelahiran", "KL-MELATI-1", subject)
    assert alone.missing["surat_lahir.nomor"] == "not-found"
    assert alone.ended is not None
    assert (alone.ended.act, alone.ended.code) == ("akta", "business-rule")
    assert "Dua Saksi" in alone.ended.sentence
    late = land.walk("kelahiran", "KL-MELATI-2", {**subject, **witnesses})
    assert late.ended is not None
    assert "Melebihi 60 Hari" in late.ended.sentence
    decided = {**subject, **witnesses, "nomor_keputusan": "474.1/112/2026"}
    walked = land.walk("kelahiran", "KL-MELATI-3", decided)
    assert walked.ended is None
    assert walked.facts["ibu.status_kawin"] == "BELUM KAWIN"
    assert (walked.results["jkn"]["status"], walked.results["jkn"]["terlambat"]) == ("MENUNGGU PEMBAYARAN", True)
    assert walked.results["jkn"]["iuran"] == 3 * 35_000, "from the month of birth"


def test_dewi_twins_stop_at_the_mismatch_and_go_on_as_the_mothers_children(land: Country) -> None:
    """She says married (abroad), the register says not: service 7 first, or children of the mother (B5)."""
    first = self_of("dewi", nama_bayi="LUKAS KELLER", kembar_ke=1, nama_ayah="MARTIN KELLER")
    stopped = land.walk("kelahiran", "KL-DEWI-0", {**first, "status_orang_tua": "KAWIN"})
    assert stopped.ended is not None
    assert (stopped.ended.act, stopped.ended.code) == ("akta", "business-rule")
    assert "Status Perkawinan" in stopped.ended.sentence
    one = land.walk("kelahiran", "KL-DEWI-1", first)
    other = land.walk("kelahiran", "KL-DEWI-2", {**first, "nama_bayi": "LENA KELLER", "kembar_ke": 2})
    assert one.ended is None
    assert other.ended is None
    assert (one.facts["bayi.jenis_kelamin"], other.facts["bayi.jenis_kelamin"]) == ("L", "P")
    assert one.facts["surat_lahir.nomor"] != other.facts["surat_lahir.nomor"]
    assert len({one.results["akta"]["nomor_akta"], other.results["akta"]["nomor_akta"]}) == 2
    assert one.results["akta"]["no_kk"] == other.results["akta"]["no_kk"]
