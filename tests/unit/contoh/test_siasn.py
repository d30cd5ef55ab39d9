"""SIASN's stand-in: two tokens on every call, the real one's spelling, and an application taken once."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from contoh.alat import Tokens, credential, serve
from contoh.orang import make
from contoh.siasn.app import BASE, FILES, SSO, make_app

PEOPLE = make()
HERO = PEOPLE.hero
NIP = HERO.mother_asn.nip
BASIC = (credential("SIASN_CONSUMER_KEY"), credential("SIASN_CONSUMER_SECRET"))
PASSWORD_GRANT = {
    "grant_type": "password",
    "client_id": credential("SIASN_CLIENT_ID"),
    "username": credential("SIASN_USERNAME"),
    "password": credential("SIASN_PASSWORD"),
}
APPLICATION = {
    "nomor_registrasi": "REG-1",
    "nik": HERO.aunt.nik,
    "nama": HERO.aunt.nama,
    "kode_formasi": "F-1",
    "nomor_ijazah": HERO.aunt_degree.nomor_ijazah,
    "kode_prodi": "55201",
    "nomor_skck": "SKCK/1",
}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with serve(make_app(PEOPLE)) as base:
        yield base


def tokens(url: str) -> dict[str, str]:
    form = {"grant_type": "client_credentials"}
    gateway = requests.post(f"{url}/oauth2/token", data=form, auth=BASIC, timeout=5).json()["access_token"]
    sso = requests.post(url + SSO, data=PASSWORD_GRANT, timeout=5).json()["access_token"]
    return {"Authorization": f"Bearer {gateway}", "Auth": f"bearer {sso}"}


@pytest.fixture(scope="module")
def headers(url: str) -> dict[str, str]:
    return tokens(url)


def read(url: str, headers: dict[str, str], file: str, nip: str = NIP) -> Any:
    answer = requests.get(f"{url}{BASE}/pns/{file}/{nip}", headers=headers, timeout=5)
    assert answer.status_code == 200
    assert answer.json()["code"] == 1
    return answer.json()["data"]


def test_main_data_has_the_names_and_forms_of_the_real_one(url: str, headers: dict[str, str]) -> None:
    data = read(url, headers, "data-utama")
    assert len(data) > 60
    assert (data["nipBaru"], data["nik"], data["nama"]) == (NIP, HERO.mother.nik, HERO.mother.nama)
    assert (data["tglLahir"], data["tmtCpns"], data["tmtPensiun"]) == ("12-04-1986", "01-01-2010", "01-05-2044")
    assert (data["golRuangAkhir"], data["golRuangAkhirId"], data["pangkatAkhir"]) == ("III/d", "34", "Penata Tingkat I")
    assert (data["jumlahAnak"], data["bupPensiun"], data["nipLama"]) == ("1", "58", "")
    assert all(isinstance(value, str) for value in data.values())


def test_every_file_of_every_servant_can_be_read(url: str) -> None:
    for asn in PEOPLE.asn:
        for make_file in FILES.values():
            assert make_file(asn, PEOPLE) is not None


def test_ranks_end_where_main_data_says(url: str, headers: dict[str, str]) -> None:
    rows = read(url, headers, "rw-golongan")
    assert [row["golongan"] for row in rows] == ["III/a", "III/b", "III/c", "III/d"]
    assert (rows[-1]["tmtGolongan"], rows[0]["tmtGolongan"]) == ("01-04-2022", "01-01-2010")
    assert all(re.fullmatch(r"\d+", row["masaKerjaGolonganTahun"]) for row in rows)


def test_children_and_posts(url: str, headers: dict[str, str]) -> None:
    assert [child["nama"] for child in read(url, headers, "data-anak")] == [HERO.child.nama]
    post = read(url, headers, "rw-jabatan")[0]
    assert (post["jabatanFungsionalNama"], post["jabatanFungsionalUmumNama"]) == (HERO.mother_asn.jabatan, "")


def test_appraisals_keep_their_capitals_and_misspellings(url: str, headers: dict[str, str]) -> None:
    row = read(url, headers, "rw-skp22")[-1]
    assert row["tahun"] == "2025"
    assert {row["hasilKinerjaNilai"], row["PerilakuKerjaNilai"]} <= {"1", "2", "3"}
    assert row["KuadranKinerjaNilai"] in ("1", "2", "3", "4", "5")
    assert [row["bulanMulaiPenailan"] for row in read(url, headers, "rw-kinerjaperiodik")] == ["1", "4", "7"]


def test_both_tokens_are_needed(url: str, headers: dict[str, str]) -> None:
    path = f"{url}{BASE}/pns/data-utama/{NIP}"
    no_gateway = requests.get(path, headers={"Auth": headers["Auth"]}, timeout=5)
    assert (no_gateway.status_code, no_gateway.json()["code"]) == (401, "900901")
    no_sso = requests.get(path, headers={"Authorization": headers["Authorization"]}, timeout=5)
    assert (no_sso.status_code, no_sso.json()["message"]) == (401, "Token SSO tidak valid")
    swapped = {"Authorization": "Bearer " + headers["Auth"][7:], "Auth": "bearer " + headers["Authorization"][7:]}
    assert requests.get(path, headers=swapped, timeout=5).status_code == 401


@pytest.mark.parametrize(
    ("path", "form", "auth", "wanted"),
    [
        ("/oauth2/token", {"grant_type": "client_credentials"}, ("x", "y"), (401, "invalid_client")),
        ("/oauth2/token", {"grant_type": "client_credentials"}, None, (401, "invalid_client")),
        ("/oauth2/token", {"grant_type": "password"}, BASIC, (400, "unsupported_grant_type")),
        (SSO, {**PASSWORD_GRANT, "password": "salah"}, None, (401, "invalid_grant")),
        (SSO, {**PASSWORD_GRANT, "client_id": "lain"}, None, (401, "invalid_client")),
        (SSO, {"grant_type": "client_credentials"}, None, (400, "unsupported_grant_type")),
    ],
)
def test_wrong_credentials_give_no_token(
    url: str, path: str, form: dict[str, str], auth: tuple[str, str] | None, wanted: tuple[int, str]
) -> None:
    answer = requests.post(url + path, data=form, auth=auth, timeout=5)
    assert (answer.status_code, answer.json()["error"]) == wanted


def test_an_unknown_nip_is_code_0_and_an_unknown_path_404(url: str, headers: dict[str, str]) -> None:
    nobody = requests.get(f"{url}{BASE}/pns/data-utama/199901012024011000", headers=headers, timeout=5)
    assert (nobody.status_code, nobody.json()["code"], nobody.json()["data"]) == (200, 0, "Data tidak ditemukan")
    assert requests.get(f"{url}{BASE}/pns/rw-semua/{NIP}", headers=headers, timeout=5).status_code == 404


def test_the_gateway_token_grows_old_first() -> None:
    now = [0.0]
    with serve(make_app(PEOPLE, Tokens(60, lambda: now[0]), Tokens(600, lambda: now[0]))) as url:
        held = tokens(url)
        now[0] = 61.0
        answer = requests.get(f"{url}{BASE}/pns/data-utama/{NIP}", headers=held, timeout=5)
        assert answer.json()["code"] == "900901"


def test_an_application_is_taken_once(url: str, headers: dict[str, str]) -> None:
    path = f"{url}{BASE}/sscasn/lamaran"
    first, again = (
        requests.post(f"{path}/save", json=APPLICATION, headers=headers, timeout=5).json() for _ in range(2)
    )
    assert first == again
    assert first["data"]["statusLamaran"] == "DITERIMA"
    assert requests.get(f"{path}/REG-1", headers=headers, timeout=5).json()["data"] == first["data"]
    other = requests.post(f"{path}/save", json={**APPLICATION, "nama": "LAIN"}, headers=headers, timeout=5).json()
    assert (other["code"], other["message"]) == (0, "nomor_registrasi sudah digunakan")
    missing = {**APPLICATION, "nomor_registrasi": "REG-2", "nomor_skck": ""}
    refused = requests.post(f"{path}/save", json=missing, headers=headers, timeout=5).json()
    assert refused["message"] == "Field wajib diisi: nomor_skck"
    assert requests.get(f"{url}/_contoh/hitungan", timeout=5).json()["akibat:lamaran"] == 1
    assert requests.post(f"{path}/save", json=APPLICATION, timeout=5).status_code == 401


def test_a_card_with_a_servant_on_it_is_yes_and_nothing_else(url: str, headers: dict[str, str]) -> None:
    def asked(*niks: str) -> Any:
        answer = requests.post(f"{url}{BASE}/pns/cek-nik", json={"nik": niks}, headers=headers, timeout=5)
        return answer.json()["data"]

    assert asked(HERO.aunt.nik, HERO.mother.nik) == {"asn": True}
    assert asked(HERO.aunt.nik) == {"asn": False}
    assert requests.post(f"{url}{BASE}/pns/cek-nik", json={"nik": [HERO.mother.nik]}, timeout=5).status_code == 401
