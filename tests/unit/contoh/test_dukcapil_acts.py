"""Dukcapil's acts: papers, moves, marriages, deaths; each once for its number, and a refusal changes nothing."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from contoh.alat import credential, serve
from contoh.dukcapil.app import make_app
from contoh.orang import make
from contoh.orang.places import ELSEWHERE

PEOPLE = make(families=4)
WHO = PEOPLE.figures


@pytest.fixture
def url() -> Iterator[str]:
    with serve(make_app(PEOPLE)) as base:
        yield base


def call(url: str, method: str, **asked: str) -> dict[str, Any]:
    """The first row of the answer."""
    login = {name: credential(f"DUKCAPIL_{name}") for name in ("USER_ID", "PASSWORD", "IP_USER")}
    path = f"{url}/dukcapil/get_json/{credential('DUKCAPIL_INSTANSI')}/{method}"
    answer = requests.post(path, json={**login, **asked}, timeout=5)
    assert answer.status_code == 200
    row: dict[str, Any] = answer.json()["content"][0]
    return row


def effects(url: str) -> dict[str, int]:
    counts: dict[str, int] = requests.get(f"{url}/_contoh/hitungan", timeout=5).json()
    return {name.removeprefix("akibat:"): count for name, count in counts.items() if name.startswith("akibat:")}


BIRTH = {
    "NIK_IBU": WHO["sari"].nik, "NAMA_LGKP": "AYU PRASETYA", "JENIS_KLMIN": "Perempuan", "TGL_LHR": "19-11-2026",
    "TMPT_LHR": "SLEMAN", "NO_SURAT_LAHIR": "SKL/1",
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"TGL_LHR": "24-09-2026"}, "24"),  # 61 days
        ({"STATUS_ORTU": "KAWIN", "NIK_IBU": WHO["dewi"].nik}, "25"),
        ({"STATUS_ORTU": "KAWIN BELUM TERCATAT", "NIK_IBU": WHO["dewi"].nik}, "25"),
        ({"NO_SURAT_LAHIR": "", "NO_SPTJM": "F/1"}, "26"),
        ({"NAMA_LGKP": "AYU 2"}, "27"),
        ({"NAMA_LGKP": "A" * 61}, "27"),
        ({"NIK_IBU": WHO["andi"].nik}, "22"),
    ],
)
def test_a_birth_that_a_rule_forbids(url: str, change: dict[str, str], code: str) -> None:
    row = call(url, "CALL_DAFTAR_LAHIR", NO_PERMOHONAN="K1", **{**BIRTH, **change})
    assert row["RESPONSE_CODE"] == code
    assert effects(url) == {}


@pytest.mark.parametrize("change", [{"TGL_LHR": "25-09-2026"}, {"TGL_LHR": "24-09-2026", "NO_KEPUTUSAN": "474/1"}])
def test_sixty_days_and_after_that_the_offices_decision(url: str, change: dict[str, str]) -> None:
    assert call(url, "CALL_DAFTAR_LAHIR", NO_PERMOHONAN="K1", **{**BIRTH, **change})["RESPONSE_CODE"] == "00"


def test_a_child_of_the_mother_alone_has_no_father_in_the_register(url: str) -> None:
    birth = {**BIRTH, "NIK_IBU": WHO["dewi"].nik, "STATUS_ORTU": "ANAK IBU", "NAMA_AYAH": "MARTIN KELLER"}
    nik = call(url, "CALL_DAFTAR_LAHIR", NO_PERMOHONAN="K1", **birth)["NIK"]
    assert call(url, "CALL_NIK", NIK=nik)["NAMA_LGKP_AYAH"] == ""


def test_a_birth_prints_a_card_but_nobody_moved(url: str) -> None:
    before = call(url, "CALL_KK", NIK=WHO["sari"].nik)
    call(url, "CALL_DAFTAR_LAHIR", NO_PERMOHONAN="K1", **BIRTH)
    after = call(url, "CALL_KK", NIK=WHO["sari"].nik)
    assert (before["TGL_KK"], after["TGL_KK"]) == ("14-03-2022", "24-11-2026")
    assert before["TGL_DOMISILI"] == after["TGL_DOMISILI"] == "14-03-2022"


@pytest.mark.parametrize(
    ("word", "method", "code"),
    [
        ("arka", "CALL_TERBIT_KIA", "00"),
        ("hendra", "CALL_TERBIT_KIA", "28"),
        ("arka", "CALL_TERBIT_KTP", "29"),
        ("hendra", "CALL_TERBIT_KTP", "00"),
    ],
)
def test_who_gets_which_card(url: str, word: str, method: str, code: str) -> None:
    row = call(url, method, NO_PERMOHONAN="K1", NIK=WHO[word].nik, ALASAN="Rusak")
    assert row["RESPONSE_CODE"] == code


def test_a_child_s_card_is_good_until_five_and_then_until_one_day_before_seventeen(url: str) -> None:
    young, older = (
        call(url, "CALL_TERBIT_KIA", NO_PERMOHONAN=word, NIK=WHO[word].nik)["BERLAKU_SAMPAI"]
        for word in ("arka", "nabila")
    )
    assert (young, older) == ("30-04-2038", "08-10-2031")  # Arka is five already


def move(url: str, key: str, who: str, to: str, *words: str, **more: str) -> dict[str, Any]:
    members = ",".join(WHO[word].nik for word in words)
    place = ELSEWHERE[to].village_code
    asked = {"NIK": WHO[who].nik, "ANGGOTA": members, "KODE_WILAYAH": place, "ALASAN": "Kerja", **more}
    return call(url, "CALL_PINDAH", NO_PERMOHONAN=key, **asked)


@pytest.mark.parametrize(
    ("who", "to", "words", "code"),
    [
        ("hasna", "makassar", ("hasna",), "31"),
        ("rahmat", "makassar", ("rahmat", "sari"), "32"),
        ("rahmat", "bandung", ("rahmat",), "33"),
        ("rahmat", "makassar", ("rahmat_anak1",), "37"),
        ("rahmat", "makassar", ("rahmat",), "00"),
    ],
)
def test_who_may_leave(url: str, who: str, to: str, words: tuple[str, ...], code: str) -> None:
    assert move(url, "K1", who, to, *words)["RESPONSE_CODE"] == code


def arrive(url: str, key: str, who: str, to: str, **more: str) -> dict[str, Any]:
    address = {"ALAMAT": "JL. BARU NO. 1", "NO_RT": "001", "NO_RW": "002", "STATUS_TINGGAL": "PEMILIK"}
    asked = {"NIK": WHO[who].nik, "KODE_WILAYAH": ELSEWHERE[to].village_code, **address, **more}
    return call(url, "CALL_DATANG", NO_PERMOHONAN=key, **asked)


def test_a_letter_is_good_once_for_whom_and_where_it_says(url: str) -> None:
    letter = move(url, "K1", "intan", "sleman", "intan")["NO_SKPWNI"]
    assert arrive(url, "K2", "intan", "makassar", NO_SKPWNI=letter)["RESPONSE_CODE"] == "34"
    assert arrive(url, "K3", "rahmat", "sleman", NO_SKPWNI=letter)["RESPONSE_CODE"] == "34"
    lodger = {"NO_SKPWNI": letter, "STATUS_TINGGAL": "MENUMPANG"}
    assert arrive(url, "K4", "intan", "sleman", **lodger)["RESPONSE_CODE"] == "36"
    new = arrive(url, "K5", "intan", "sleman", **lodger, PEMILIK_SETUJU="Y")
    assert (new["RESPONSE_CODE"], new["JML_ANGGOTA"]) == ("00", "1")
    assert arrive(url, "K6", "intan", "sleman", **lodger, PEMILIK_SETUJU="Y")["RESPONSE_CODE"] == "34"
    moved = call(url, "CALL_KK", NIK=WHO["intan"].nik)
    assert (moved["NO_KK"], moved["TGL_DOMISILI"], moved["KAB_NAME"]) == (
        new["NO_KK"],
        "24-11-2026",
        "KABUPATEN SLEMAN",
    )
    assert call(url, "CALL_NIK", NIK=WHO["intan"].nik)["STAT_HBKEL"] == "KEPALA KELUARGA"


def test_when_the_head_leaves_somebody_who_stays_becomes_it(url: str) -> None:
    letter = move(url, "K1", "rahmat", "makassar", "rahmat")["NO_SKPWNI"]
    arrive(url, "K2", "rahmat", "makassar", NO_SKPWNI=letter)
    left = call(url, "CALL_KK", NIK=WHO["nurjanah"].nik)
    assert (left["NIK"], left["STAT_HBKEL"]) == (WHO["nurjanah"].nik, "KEPALA KELUARGA")


def marry(url: str, husband: str, wife: str, **more: str) -> str:
    asked = {"TGL_NIKAH": "14-11-2026", "JENIS": "TERCATAT", "KEPALA": "SUAMI", "NO_AKTA_NIKAH": "1/1/XI/2026", **more}
    couple = {"NIK_SUAMI": WHO[husband].nik, "NIK_ISTRI": WHO[wife].nik}
    code: str = call(url, "CALL_NIKAH", NO_PERMOHONAN=f"K/{husband}", **couple, **asked)["RESPONSE_CODE"]
    return code


def test_who_may_be_entered_as_married(url: str) -> None:
    assert marry(url, "joko", "wati") == "41"
    assert marry(url, "yusuf", "aisyah") == "42"
    assert marry(url, "thomas", "aisyah") == "43"
    assert marry(url, "fajar", "aisyah", NO_AKTA_NIKAH="") == "44"
    assert marry(url, "thomas", "maria", JENIS="BELUM TERCATAT", NO_AKTA_NIKAH="") == "00"
    assert call(url, "CALL_NIK", NIK=WHO["maria"].nik)["STATUS_KAWIN"] == "KAWIN BELUM TERCATAT"
    assert effects(url) == {"status_kawin": 1}


DEATH = {"TGL_MATI": "21-11-2026", "TMPT_MATI": "WONOGIRI", "SEBAB": "sakit", "NIK_PELAPOR": WHO["suminah"].nik}


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"NIK": WHO["suminah_suami"].nik}, "51"),
        ({"NAMA_LGKP": "X", "TGL_LHR": "01-01-1930"}, "52"),
        ({"NAMA_LGKP": "X", "TGL_LHR": "01-01-1930", "DOKUMEN_LAMA": "KTP", "NO_SPTJM": "S/1"}, "00"),
        ({"NIK": WHO["suminah_suami"].nik, "NO_SURAT_MATI": "SKM/1", "TANPA_JENAZAH": "Y"}, "53"),
        ({"NIK": WHO["suminah_suami"].nik, "NO_SURAT_MATI": "SKM/1"}, "00"),
    ],
)
def test_what_a_death_needs(url: str, more: dict[str, str], code: str) -> None:
    assert call(url, "CALL_MATI", NO_PERMOHONAN="K1", **DEATH, **more)["RESPONSE_CODE"] == code


def test_the_dead_are_dead_everywhere_and_the_widow_is_widowed(url: str) -> None:
    nik = WHO["suminah_suami"].nik
    call(url, "CALL_MATI", NO_PERMOHONAN="K1", **DEATH, NIK=nik, NO_SURAT_MATI="SKM/1")
    assert call(url, "CALL_NIK", NIK=nik)["RESPONSE_CODE"] == "11"
    widow = call(url, "CALL_KK", NIK=WHO["suminah"].nik)
    assert (widow["NIK"], widow["STATUS_KAWIN"]) == (WHO["suminah"].nik, "CERAI MATI")


def test_a_number_stands_for_one_content(url: str) -> None:
    asked = {"NIK": WHO["hendra"].nik, "ALASAN": "Rusak"}
    first, again = (call(url, "CALL_TERBIT_KTP", NO_PERMOHONAN="K1", **asked) for _ in range(2))
    assert first["NO_SERI"] == again["NO_SERI"]
    other = call(url, "CALL_TERBIT_KTP", NO_PERMOHONAN="K1", **{**asked, "ALASAN": "Hilang"})
    assert (other["RESPONSE_CODE"], effects(url)) == ("23", {"ktp": 1})


def test_a_report_of_a_mistake_changes_nothing(url: str) -> None:
    nik = WHO["intan"].nik
    report = {"NIK": nik, "ELEMEN": "NAMA_LGKP", "NILAI_BARU": "INTAN PERMATASARI", "DASAR": "Ijazah"}
    assert call(url, "CALL_KOREKSI", NO_PERMOHONAN="K1", **report)["STATUS"] == "DITERIMA"
    assert call(url, "CALL_NIK", NIK=nik)["NAMA_LGKP"] == "INTAN PERMATA"
    odd = call(url, "CALL_KOREKSI", NO_PERMOHONAN="K2", **{**report, "ELEMEN": "GAJI"})
    assert odd["RESPON"] == "Parameter Tidak Valid"
