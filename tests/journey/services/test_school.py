"""A place at a school: ranked after the older ones; moved too lately; on the reserve list, and a place elsewhere."""

from __future__ import annotations

from typing import Any

import pytest

from tests.lib.country import FIGURES, Country, figure, self_of

pytestmark = pytest.mark.deep

NPSN = {pupil.nik: pupil.npsn for pupil in FIGURES.enrolments}


def pupil(word: str, level: str, **more: Any) -> dict[str, Any]:
    """The mother speaks for the child."""
    child = figure(word)
    school = {"npsn": NPSN[child.nik]} if child.nik in NPSN else {}
    return self_of(f"{word}_ibu", nik_anak=child.nik, jenjang=level, **school, **more)


def test_arka_of_six_comes_after_the_seven_year_olds(land: Country) -> None:
    walked = land.walk("sekolah", "MS-ARKA", pupil("arka", "SD"))
    assert walked.ended is None
    assert walked.facts["keluarga.tinggal_sejak"] == "2023-11-02"
    assert walked.missing.keys() == {"murid.nisn", "murid.nama", "murid.tingkat"}, "he goes to no school yet"
    assert (walked.results["hasil"]["peringkat"], walked.results["hasil"]["status"]) == (4, "DITERIMA")
    assert walked.results["daftar_ulang"]["status"] == "DAFTAR ULANG"


def test_nabila_moved_eight_months_ago(land: Country) -> None:
    walked = land.walk("sekolah", "MS-NABILA-1", pupil("nabila", "SMP"))
    assert walked.facts["keluarga.tinggal_sejak"] == "2026-03-20"
    assert walked.ended is not None
    assert walked.ended[:2] == ("daftar", "business-rule")
    assert "jalur afirmasi atau prestasi" in walked.ended.sentence
    other = land.walk("sekolah", "MS-NABILA-2", pupil("nabila", "SMP", jalur="PRESTASI", nilai=91.5))
    assert other.ended is None


def test_galang_at_a_full_school_is_on_the_reserve_list_and_takes_the_place_offered(land: Country) -> None:
    subject = pupil("galang", "SMA", nilai=85)
    walked = land.walk("sekolah", "MS-GALANG", subject)
    assert walked.facts["keluarga.desil"] == 2
    assert (walked.facts["anak.nama"], walked.facts["murid.nama"]) == ("GALANG RAMADHAN", "GALANG RAMADAN")
    assert walked.ended is not None
    assert walked.ended[:2] == ("daftar_ulang", "mismatch"), "nobody is placed who did not say yes"
    result = walked.results["hasil"]
    assert (result["status"], result["peringkat"]) == ("CADANGAN", 4)
    again = land.walk("sekolah", "MS-GALANG", {**subject, "terima_penyaluran": True})
    assert again.ended is None
    assert again.results["daftar_ulang"] | {"nomor_pendaftaran": ""} == {
        "nomor_pendaftaran": "", "status": "DISALURKAN", "npsn": result["sekolah_penyaluran"],
    }  # fmt: skip
