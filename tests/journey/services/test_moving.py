"""Moving house: a family between islands; a lodger without the owner's word; children who may not stay alone."""

from __future__ import annotations

from typing import Any

import pytest

from contoh.orang.places import ELSEWHERE
from tests.lib.country import Country, figure, self_of

pytestmark = pytest.mark.deep


def to(place: str, street: str, *words: str, **more: Any) -> dict[str, Any]:
    """The new address, and who goes there."""
    return {
        "anggota": [figure(word).nik for word in words],
        "kode_wilayah": ELSEWHERE[place].village_code,
        "alamat": street,
        "rt": "001",
        "rw": "002",
        **{"status_tinggal": "PEMILIK", **more},
    }


def test_rahmat_moves_with_all_his_family(land: Country) -> None:
    family = ("rahmat", "nurjanah", "rahmat_anak1", "rahmat_anak2")
    walked = land.walk("pindah", "PD-RAHMAT", self_of("rahmat") | to("makassar", "JL. PETTARANI NO. 5", *family))
    assert walked.ended is None
    letter = walked.results["pindah"]
    assert letter["nomor_skpwni"].startswith("SKPWNI/9907/24112026/")
    assert (letter["klasifikasi"], letter["pindah"], letter["tinggal"]) == ("5", 4, 0)
    assert walked.results["datang"]["no_kk"] == figure("rahmat").no_kk, "all move: the number is kept"
    assert walked.results["datang"]["kabupaten"] == "KOTA MAKASSAR"
    after = land.walk("pindah", "PD-RAHMAT-2", self_of("rahmat"), acts=["ktp"])
    assert after.facts["penduduk.kabupaten"] == "KOTA MAKASSAR"
    assert after.facts["keluarga.alamat"]["jalan"] == "JL. PETTARANI NO. 5"


def test_intan_lacks_the_owners_word_and_goes_on_when_it_is_there(land: Country) -> None:
    lodging = to("sleman", "JL. KOS MELATI NO. 3", "intan", status_tinggal="MENUMPANG")
    walked = land.walk("pindah", "PD-INTAN", self_of("intan") | lodging)
    assert walked.results["pindah"]["tinggal"] == 2
    assert walked.ended is not None
    assert walked.ended[:2] == ("datang", "mismatch"), "incomplete, not refused by the register"
    again = land.walk("pindah", "PD-INTAN", self_of("intan") | {**lodging, "persetujuan_pemilik": True})
    assert again.ended is None
    assert again.results["pindah"] == walked.results["pindah"]
    assert again.results["datang"]["no_kk"] != figure("intan").no_kk
    assert again.results["datang"]["jumlah_anggota"] == 1


def test_yusuf_and_his_sister_may_not_stay_alone(land: Country) -> None:
    subject = self_of("hasna") | to("makassar", "JL. VETERAN NO. 8", "hasna")
    walked = land.walk("pindah", "PD-HASNA", subject)
    assert walked.ended is not None
    assert walked.ended[:2] == ("pindah", "business-rule")
    assert "17 Tahun atau Kawin" in walked.ended.sentence
    joined = land.walk("pindah", "PD-YUSUF", self_of("hasna") | _to_grandmother(), acts=["datang"])
    assert joined.results["datang"]["no_kk"] == figure("nenek").no_kk
    assert joined.results["datang"]["jumlah_anggota"] == 3
    after = land.walk("pindah", "PD-HASNA-2", subject)
    assert after.results["pindah"]["tinggal"] == 0


def _to_grandmother() -> dict[str, Any]:
    """Inside the village: no letter of removal, the children join their grandmother's card."""
    home = figure("nenek").address
    return to("gorontalo", home.alamat, "yusuf", "nur", no_kk_tujuan=figure("nenek").no_kk)


def test_a_name_that_two_registers_write_differently_is_seen(land: Country) -> None:
    """Dukcapil and BPJS know Intan under two names; the report of it goes to Dukcapil and changes nothing yet."""
    insurance = land.ask("ID/GOV/BPJSKES/KEPESERTAAN/peserta", {"nik": figure("intan").nik}, "perpindahan-penduduk")
    assert insurance["nama"] == "INTAN PERMATASARI"
    register = land.ask("ID/GOV/KEMENDAGRI/DUKCAPIL/penduduk", {"nik": figure("intan").nik}, "perpindahan-penduduk")
    assert register["nama"] == "INTAN PERMATA"
    report = {
        "nik": figure("intan").nik, "elemen": "NAMA_LGKP", "nilai_baru": "INTAN PERMATASARI", "dasar": "Ijazah SMA"
    }  # fmt: skip
    told = land.ask("ID/GOV/KEMENDAGRI/DUKCAPIL/lapor-koreksi", report, "koreksi-data", "KR-INTAN")
    assert told["status"] == "DITERIMA"
    again = land.ask("ID/GOV/KEMENDAGRI/DUKCAPIL/penduduk", {"nik": figure("intan").nik}, "perpindahan-penduduk")
    assert again["nama"] == "INTAN PERMATA"
