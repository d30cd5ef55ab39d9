"""Neo Feeder's stand-in: a token act, lists with filter strings, and every error inside HTTP 200."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from contoh.alat import Tokens, credential, serve
from contoh.neofeeder.app import make_app
from contoh.neofeeder.filters import NotUnderstood, parse
from contoh.orang import make

PEOPLE = make()
AUNT = PEOPLE.hero.aunt_degree
LOGIN = {
    "act": "GetToken",
    "username": credential("NEOFEEDER_USERNAME"),
    "password": credential("NEOFEEDER_PASSWORD"),
}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with serve(make_app(PEOPLE)) as base:
        yield base


def call(url: str, **asked: object) -> dict[str, Any]:
    answer = requests.post(f"{url}/ws/live2.php", json=asked, timeout=5)
    assert answer.status_code == 200
    body: dict[str, Any] = answer.json()
    return body


@pytest.fixture(scope="module")
def token(url: str) -> str:
    text: str = call(url, **LOGIN)["data"]["token"]
    return text


def test_a_graduate_is_found_by_nik(url: str, token: str) -> None:
    asked = {"token": token, "filter": f"nik='{AUNT.nik}'", "limit": 5, "offset": 0}
    student = call(url, act="GetListMahasiswa", **asked)
    assert (student["error_code"], student["jumlah"]) == (0, 1)
    row = student["data"][0]
    assert (row["nim"], row["ipk"], row["total_sks"]) == (AUNT.nim, "3.62", "146")
    assert (row["nama_status_mahasiswa"], row["tanggal_lahir"]) == ("Lulus", "25-08-2003")
    history = call(url, act="GetRiwayatPendidikanMahasiswa", **asked)["data"][0]
    assert history["id_registrasi_mahasiswa"] == row["id_registrasi_mahasiswa"]
    assert history["nama_perguruan_tinggi"] == "Universitas Contoh Nusantara"


def test_the_diploma_stands_with_the_leavers(url: str, token: str) -> None:
    found = call(url, act="GetListMahasiswaLulusDO", token=token, filter=f"nim='{AUNT.nim}'")["data"]
    assert [row["no_seri_ijazah"] for row in found] == [AUNT.nomor_ijazah]


def test_pages_and_order(url: str, token: str) -> None:
    asked = {"act": "GetListMahasiswa", "token": token, "order": "nim desc", "limit": 3}
    first, second = (call(url, **asked, offset=offset)["data"] for offset in (0, 3))
    numbers = [row["nim"] for row in (*first, *second)]
    assert numbers == sorted((degree.nim for degree in PEOPLE.degrees), reverse=True)[:6]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"token": "lain"}, 100),
        ({"act": "HapusSemua"}, 105),
        ({"filter": "1=1 or nik='x'"}, 106),
        ({"filter": "nik='x'; drop table mahasiswa"}, 106),
        ({"filter": "rahasia='x'"}, 106),
        ({"order": "nim; select"}, 106),
        ({"limit": "banyak"}, 106),
        ({"offset": -1}, 106),
    ],
)
def test_errors_stand_inside_200(url: str, token: str, changed: dict[str, object], code: int) -> None:
    body = call(url, **{"act": "GetListMahasiswa", "token": token, **changed})
    assert body["error_code"] == code
    assert body["data"] == []


def test_a_wrong_password_gives_no_token(url: str) -> None:
    assert call(url, **{**LOGIN, "password": "salah"})["error_code"] == 11


def test_not_json_is_an_error_inside_200(url: str) -> None:
    assert requests.post(f"{url}/ws/live2.php", data=b"<x/>", timeout=5).json()["error_code"] == 102


def test_a_token_grows_old() -> None:
    now = [0.0]
    with serve(make_app(PEOPLE, Tokens(60, lambda: now[0]))) as url:
        token = call(url, **LOGIN)["data"]["token"]
        now[0] = 59.0
        assert call(url, act="GetListMahasiswa", token=token, limit=1)["error_code"] == 0
        now[0] = 61.0
        assert call(url, act="GetListMahasiswa", token=token, limit=1)["error_code"] == 100


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", {}),
        ("nik='1'", {"nik": "1"}),
        (" nik = '1' AND angkatan=2021 ", {"nik": "1", "angkatan": "2021"}),
        ("nama='D''ARTA and co'", {"nama": "D'ARTA and co"}),
    ],
)
def test_what_a_filter_means(text: str, wanted: dict[str, str]) -> None:
    assert parse(text) == wanted


@pytest.mark.parametrize(
    "text", ["nik", "nik=", "nik='1", "nik='1' or nim='2'", "nik='1' and", "nik='1' nim='2'", "'1'='1'"]
)
def test_what_no_filter_means(text: str) -> None:
    with pytest.raises(NotUnderstood):
        parse(text)
