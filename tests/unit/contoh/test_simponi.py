"""SIMPONI's stand-in: a bill for its key, paid once, pushed to a real receiver that takes it once."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import requests
from starlette.applications import Starlette

from contoh.alat import credential, furnish, serve
from contoh.orang import make
from contoh.simponi import receiver
from contoh.simponi.app import make_app

PEOPLE = make(families=50)
LOGIN = {"UserId": credential("SIMPONI_USER_ID"), "Password": credential("SIMPONI_PASSWORD")}
HEADER = {
    "TrxId": "SKCK-2026-1", "KodeKL": "060", "KodeEselon1": "01", "KodeSatker": "999999", "JenisPNBP": "F",
    "KodeMataUang": "1", "TotalNominalBilling": "30000", "NamaWajibBayar": PEOPLE.hero.aunt.nama,
}  # fmt: skip
DETAIL = {
    "KodeTarifSimponi": "000287", "KodePPSimponi": "2020076", "KodeAkun": "425411", "TarifPNBP": "30000",
    "Volume": "1", "Satuan": "per penerbitan",
}  # fmt: skip
START = datetime(2026, 11, 24, 9, 0, 0)


class Clock:
    def __init__(self) -> None:
        self.time = START

    def __call__(self) -> datetime:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def url(clock: Clock) -> Iterator[str]:
    with serve(make_app(PEOPLE, clock)) as base:
        yield base


@pytest.fixture
def agency() -> Iterator[str]:
    app: Starlette = furnish(receiver.ROUTES)
    with serve(app) as base:
        yield base


def post(url: str, path: str, body: object) -> dict[str, Any]:
    answer = requests.post(url + path, json=body, timeout=5)
    assert answer.status_code == 200
    response: dict[str, Any] = answer.json()["response"]
    return response


def bill(url: str, **changed: object) -> dict[str, Any]:
    return post(url, "/simponi/billing", {"PaymentHeader": {**LOGIN, **HEADER, **changed}, "PaymentDetails": [DETAIL]})


def counts(url: str) -> dict[str, int]:
    answer: dict[str, int] = requests.get(f"{url}/_contoh/hitungan", timeout=5).json()
    return answer


def test_a_bill_has_its_form_and_life(url: str) -> None:
    made = bill(url)
    data = made["simponiData"]
    assert (made["code"], data["SimponiTrxId"], data["TotalNominalBilling"]) == ("00", "SKCK-2026-1", "30000")
    assert re.fullmatch(r"82\d{13}", data["KodeBillingSimponi"])
    assert data["ExpiredDate"] == "2026-12-01 09:00:00"


def test_the_same_trx_id_is_the_same_bill(url: str) -> None:
    assert bill(url) == bill(url, DateSent="2026-11-24 09:00:01")
    assert bill(url, NamaWajibBayar="LAIN")["code"] == "05"
    assert bill(url, TrxId="SKCK-2026-2") != bill(url)
    assert counts(url)["akibat:billing"] == 2


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"Password": "salah"}, "01"),
        ({"TotalNominalBilling": "29999"}, "13"),
        ({"TotalNominalBilling": "banyak"}, "30"),
        ({"KodeSatker": ""}, "30"),
        ({"ExpiredDate": "besok"}, "30"),
    ],
)
def test_a_wrong_request_makes_no_bill(url: str, changed: dict[str, str], code: str) -> None:
    assert bill(url, **changed)["code"] == code
    assert counts(url)["akibat"] == 0


def test_paying_and_pushing_happen_once(url: str, agency: str) -> None:
    post(url, "/simponi/penerima", {**LOGIN, "url": agency + receiver.PATH})
    code = bill(url)["simponiData"]["KodeBillingSimponi"]
    first = post(url, "/bank/bayar", {"kode_billing": code})
    again = post(url, "/bank/bayar", {"kode_billing": code})
    assert (first["code"], again["code"]) == ("00", "88")
    assert first["simponiData"] == again["simponiData"]
    assert re.fullmatch(r"[0-9A-Z]{16}", first["simponiData"]["NTPN"])
    assert first["simponiData"]["StatusKirim"] == "3"
    assert (counts(url)["akibat:pembayaran"], counts(agency)["akibat:penerimaan"]) == (1, 1)


def test_a_push_that_comes_again_is_answered_2(url: str, agency: str) -> None:
    post(url, "/simponi/penerima", {**LOGIN, "url": agency + receiver.PATH})
    code = bill(url)["simponiData"]["KodeBillingSimponi"]
    requests.post(f"{agency}/_contoh/gangguan", json={"jenis": "potong", "saat": "sesudah"}, timeout=5)
    lost = post(url, "/bank/bayar", {"kode_billing": code})
    assert lost["simponiData"]["StatusKirim"] is None
    told = post(url, "/bank/kirim-ulang", {"kode_billing": code})
    assert told["simponiData"]["StatusKirim"] == "2"
    assert counts(agency)["akibat"] == 1
    assert counts(url)["dikirim"] == 2


def test_how_the_last_push_went_can_be_read(url: str, agency: str) -> None:
    code = bill(url)["simponiData"]["KodeBillingSimponi"]
    assert post(url, "/bank/kiriman", {"kode_billing": code})["code"] == "16"
    post(url, "/bank/bayar", {"kode_billing": code})
    assert post(url, "/bank/kiriman", {"kode_billing": code})["code"] == "17"  # nobody was registered
    post(url, "/simponi/penerima", {**LOGIN, "url": agency + receiver.PATH})
    post(url, "/bank/kirim-ulang", {"kode_billing": code})
    data = post(url, "/bank/kiriman", {"kode_billing": code})["simponiData"]
    assert (data["Status"], data["StatusKirim"], data["Header"]["content-type"]) == (200, "3", "application/json")
    assert data["Milidetik"] > 0


def test_the_receiver_echoes_and_refuses_what_is_no_payment(agency: str) -> None:
    payment = dict.fromkeys(receiver.FIELDS, "x")
    answers = [requests.post(agency + receiver.PATH, json=[payment], timeout=5).json()[0] for _ in range(2)]
    assert [(answer["status"], answer["message"]) for answer in answers] == [
        ("3", "Pembayaran Diterima"),
        ("2", "Pembayaran Sudah Pernah Dikirimkan"),
    ]
    assert requests.post(agency + receiver.PATH, json={"NTPN": "x"}, timeout=5).status_code == 400


def test_only_loopback_may_be_told(url: str) -> None:
    for wrong in ("http://contoh.invalid:80/x", "https://127.0.0.1:1/x", "file:///etc/passwd"):
        assert post(url, "/simponi/penerima", {**LOGIN, "url": wrong})["code"] == "30"


def test_an_inquiry_follows_the_bill(url: str, clock: Clock) -> None:
    codes = [bill(url, TrxId=name)["simponiData"]["KodeBillingSimponi"] for name in ("a", "b")]
    post(url, "/bank/bayar", {"kode_billing": codes[0]})
    clock.time = START + timedelta(days=7, seconds=1)
    asked = [post(url, "/simponi/billing/inquiry", {**LOGIN, "KodeBillingSimponi": code}) for code in codes]
    assert [answer["message"] for answer in asked] == ["SUDAH DIBAYAR", "KEDALUWARSA"]
    assert "NTPN" in asked[0]["simponiData"]
    assert post(url, "/bank/bayar", {"kode_billing": codes[1]})["code"] == "15"
    assert post(url, "/bank/kirim-ulang", {"kode_billing": codes[1]})["code"] == "16"
    assert post(url, "/simponi/billing/inquiry", {**LOGIN, "KodeBillingSimponi": "820000000000000"})["code"] == "14"


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({}, 200),
        ({"nik": None, "npwp": PEOPLE.hero.aunt.npwp}, 200),
        ({"npwp": PEOPLE.hero.aunt.npwp}, 400),
        ({"nik": None}, 400),
        ({"user_consent": "ya"}, 400),
        ({"purpose": ""}, 400),
        ({"nik": "12"}, 400),
        ({"nik": PEOPLE.hero.child.nik}, 404),
        ({"nik": "9999999999999999"}, 404),
    ],
)
def test_the_tax_number_of_a_nik(url: str, changed: dict[str, object], status: int) -> None:
    asked = {"nik": PEOPLE.hero.aunt.nik, "purpose": "SKCK", "user_consent": True, "reference_id": "R-1", **changed}
    answer = requests.post(f"{url}/djp/npwp-nik", json=asked, timeout=5)
    assert answer.status_code == status
    if status == 200:
        assert answer.json()["data"]["nik_npwp_padan"] is True
    else:
        assert answer.json()["errorCode"] == str(status)
