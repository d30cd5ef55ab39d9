"""Dukcapil's stand-in: the wire form, each way of refusing, the daily quota, and a birth entered once."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import requests

from contoh.alat import credential, serve
from contoh.dukcapil.app import make_app
from contoh.dukcapil.gate import Quota
from contoh.orang import Population, make

PEOPLE = make()
MOTHER = PEOPLE.hero.mother
CALLER = {
    "USER_ID": credential("DUKCAPIL_USER_ID"),
    "PASSWORD": credential("DUKCAPIL_PASSWORD"),
    "IP_USER": "127.0.0.1",
}
BIRTH = {
    "NO_PERMOHONAN": "P-1",
    "NO_SURAT_LAHIR": PEOPLE.hero.baby.nomor_surat,
    "NIK_IBU": MOTHER.nik,
    "NIK_AYAH": PEOPLE.hero.father.nik,
    "NAMA_LGKP": "Bumi Lokananta",
    "JENIS_KLMIN": "Laki-Laki",
    "TGL_LHR": "20-11-2026",
    "TMPT_LHR": "Bandar Permai",
}


@pytest.fixture
def url() -> Iterator[str]:
    with serve(make_app(PEOPLE)) as base:
        yield base


def ask(url: str, method: str, agency: str = "INSTANSI-CONTOH", **elements: str) -> dict[str, Any]:
    body = {key: value for key, value in {**CALLER, **elements}.items() if value}
    answer = requests.post(f"{url}/dukcapil/get_json/{agency}/{method}", json=body, timeout=5)
    assert answer.status_code == 200
    page: dict[str, Any] = answer.json()
    return page


def verify(url: str, **elements: str) -> dict[str, str]:
    page = ask(url, "CALL_VERIFY_BY_ELEMEN", **{"TRESHOLD": "90", **elements})
    row: dict[str, str] = page["content"][0]
    return row


def effects(url: str) -> int:
    count: int = requests.get(f"{url}/_contoh/hitungan", timeout=5).json()["akibat"]
    return count


def test_fuzzy_elements_carry_a_score_and_exact_ones_do_not(url: str) -> None:
    row = verify(
        url, NIK=MOTHER.nik, NO_KK=MOTHER.no_kk, NAMA_LGKP="sekarningrum  talaga", TMPT_LHR="BANDAR PERMAI",
        TGL_LHR="12-04-1986", JENIS_KLMIN="Perempuan", ALAMAT="XYZ", NAMA_LGKP_IBU=MOTHER.nama_ibu, NO_PROP="99",
    )  # fmt: skip
    assert row["NAMA_LGKP"] == row["TMPT_LHR"] == row["NAMA_LGKP_IBU"] == "Sesuai (100)"
    assert row["NIK"] == row["NO_KK"] == row["TGL_LHR"] == row["JENIS_KLMIN"] == row["NO_PROP"] == "Sesuai"
    assert row["ALAMAT"].startswith("Tidak Sesuai (")


def test_the_threshold_decides(url: str) -> None:
    near = {"NIK": MOTHER.nik, "NAMA_LGKP": "SEKARNINGRUM TELAGA"}
    assert verify(url, **near, TRESHOLD="90")["NAMA_LGKP"] == "Sesuai (94)"
    assert verify(url, **near, TRESHOLD="95")["NAMA_LGKP"] == "Tidak Sesuai (94)"
    assert verify(url, NIK=MOTHER.nik, TGL_LHR="13-04-1986")["TGL_LHR"] == "Tidak Sesuai"


def test_the_envelope_is_a_page_with_the_quota(url: str) -> None:
    page = ask(url, "nik_verifby_elemen", TRESHOLD="90", NIK=MOTHER.nik)
    assert page.pop("content") == [{"NIK": "Sesuai"}]
    assert page == {
        "lastPage": True, "numberOfElements": 1, "sort": None, "totalElements": 1,
        "firstPage": True, "number": 0, "size": 1, "quotaLimiter": 19999,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "respon"),
    [
        ({"PASSWORD": "salah"}, "Login Gagal"),
        ({"USER_ID": "siapa"}, "Login Gagal"),
        ({"USER_ID": "PENGGUNA-LAMA"}, "User ID Tidak Aktif"),
        ({"IP_USER": "10.1.1.1"}, "IP Client  Tidak terdaftar"),
        ({"agency": "LAIN"}, "Instansi Tidak Aktif"),
        ({"TRESHOLD": ""}, "Parameter Tidak Lengkap"),
        ({"TRESHOLD": "banyak"}, "Parameter Tidak Valid"),
        ({"method": "CALL_SEMUA"}, "Parameter Tidak Valid"),
    ],
)
def test_refusals_are_strings_inside_200(url: str, changed: dict[str, str], respon: str) -> None:
    asked = {"method": "CALL_VERIFY_BY_ELEMEN", "TRESHOLD": "90", "NIK": MOTHER.nik, **changed}
    assert ask(url, **asked)["content"] == [{"RESPON": respon}]


def test_not_json_is_refused_inside_200_too(url: str) -> None:
    path = f"{url}/dukcapil/get_json/INSTANSI-CONTOH/CALL_NIK"
    assert requests.post(path, data=b"<xml/>", timeout=5).json()["content"] == [{"RESPON": "Parameter Tidak Valid"}]


def _status(population: Population, status: str) -> str:
    return next(person.nik for person in population.people if person.status == status)


def test_each_status_has_its_code(url: str) -> None:
    wanted = {
        _status(PEOPLE, "MENINGGAL"): ("11", "Meninggal Dunia"),
        _status(PEOPLE, "GANDA"): ("12", "Data Ganda"),
        _status(PEOPLE, "NONAKTIF"): ("14", "Status Non Aktif"),
        "9999999999999999": ("13", "Data Tidak Ditemukan"),
        "99010152048690": ("15", "NIK tidak sesuai format"),
    }
    for nik, (code, respon) in wanted.items():
        assert verify(url, NIK=nik) == {"RESPONSE_CODE": code, "RESPON": respon}


def test_the_quota_ends_and_the_next_day_fills_it() -> None:
    days = [date(2026, 11, 24)]
    with serve(make_app(PEOPLE, Quota(2, lambda: days[-1]))) as url:
        left = [ask(url, "CALL_NIK", NIK=MOTHER.nik)["quotaLimiter"] for _ in range(2)]
        assert left == [1, 0]
        assert ask(url, "CALL_NIK", NIK=MOTHER.nik)["content"] == [{"RESPON": "Kuota Akses Hari ini telah Habis"}]
        days.append(date(2026, 11, 25))
        assert ask(url, "CALL_NIK", NIK=MOTHER.nik)["content"][0]["NAMA_LGKP"] == MOTHER.nama


def test_a_card_by_its_number_or_by_anybody_on_it(url: str) -> None:
    by_number = ask(url, "CALL_KK", NO_KK=MOTHER.no_kk)["content"]
    assert by_number == ask(url, "CALL_KK", NIK=PEOPLE.hero.child.nik)["content"]
    assert [row["STAT_HBKEL"] for row in by_number] == ["KEPALA KELUARGA", "ISTRI", "ANAK", "FAMILI LAIN"]


def test_a_birth_is_entered_once_for_its_key(url: str) -> None:
    first = ask(url, "CALL_DAFTAR_LAHIR", **BIRTH)["content"][0]
    again = ask(url, "CALL_DAFTAR_LAHIR", **BIRTH)["content"][0]
    assert (first.pop("RESPON"), again.pop("RESPON")) == ("Berhasil Didaftarkan", "Sudah Pernah Didaftarkan")
    assert first == again
    assert first["NIK"].startswith("990101201126")
    assert effects(url) == 1
    children = ask(url, "CALL_ANAK", NIK_ORTU=MOTHER.nik)["content"]
    assert [child["NAMA_LGKP"] for child in children] == ["KIRANASARI LOKANANTA", "BUMI LOKANANTA"]
    assert verify(url, NIK=first["NIK"], NO_KK=MOTHER.no_kk, NAMA_LGKP_IBU=MOTHER.nama)["NO_KK"] == "Sesuai"
    assert ask(url, "CALL_STATUS_LAHIR", NO_PERMOHONAN="P-1")["content"][0]["NIK"] == first["NIK"]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"NAMA_LGKP": "LAIN"}, "23"),
        ({"NO_PERMOHONAN": "P-2"}, "21"),
        ({"NO_PERMOHONAN": "P-3", "NO_SURAT_LAHIR": "SKL/9", "NIK_IBU": PEOPLE.hero.father.nik}, "22"),
    ],
)
def test_a_wrong_second_birth_changes_nothing(url: str, changed: dict[str, str], code: str) -> None:
    ask(url, "CALL_DAFTAR_LAHIR", **BIRTH)
    assert ask(url, "CALL_DAFTAR_LAHIR", **{**BIRTH, **changed})["content"][0]["RESPONSE_CODE"] == code
    assert effects(url) == 1
    assert len(ask(url, "CALL_KK", NO_KK=MOTHER.no_kk)["content"]) == 5


def test_an_application_never_received_is_not_found(url: str) -> None:
    assert ask(url, "CALL_STATUS_LAHIR", NO_PERMOHONAN="P-0")["content"][0]["RESPONSE_CODE"] == "13"
