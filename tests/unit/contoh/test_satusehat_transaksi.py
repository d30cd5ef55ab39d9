"""Transactions into the SATUSEHAT stand-in: all or nothing, once, by the rules."""

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
import requests

from contoh.alat import serve
from contoh.orang import Population, make
from contoh.satusehat.app import make_app
from tests.lib.satusehat import NIK_IBU, RS, RS_LAIN, Jam, Satusehat, bayi, issue, kelahiran, kunjungan, transaksi


@pytest.fixture(scope="module")
def penduduk() -> Population:
    return make(families=60)


@pytest.fixture
def satusehat(penduduk: Population) -> Iterator[Satusehat]:
    jam = Jam()
    with serve(make_app(penduduk, jam)) as url:
        yield Satusehat(url, jam)


@pytest.fixture(name="bayi")
def satu_bayi(penduduk: Population) -> dict[str, Any]:
    return bayi(penduduk)


@pytest.fixture(name="kelahiran")
def satu_kelahiran(penduduk: Population) -> dict[str, Any]:
    return kelahiran(penduduk)


def test_a_newborn_is_known_only_after_the_hospital_sent_it(
    satusehat: Satusehat, penduduk: Population, kelahiran: dict[str, Any]
) -> None:
    alamat = f"{satusehat.fhir}/Patient?identifier={NIK_IBU}|{penduduk.hero.mother.nik}"
    assert requests.get(alamat, headers=satusehat.kepala(), timeout=10).json()["total"] == 0
    jawaban = satusehat.kirim(kelahiran)
    assert jawaban.status_code == 200, jawaban.text
    assert [satu["response"]["status"] for satu in jawaban.json()["entry"]] == ["201 Created"] * 4
    [entri] = requests.get(alamat, headers=satusehat.kepala(RS_LAIN), timeout=10).json()["entry"]
    assert entri["resource"]["id"] == jawaban.json()["entry"][0]["response"]["resourceID"]
    assert penduduk.hero.mother.nik not in json.dumps(entri)


def test_references_inside_a_transaction_are_resolved(satusehat: Satusehat, kelahiran: dict[str, Any]) -> None:
    hasil = satusehat.kirim(kelahiran).json()["entry"]
    pasien, _, kunjungan, berat = (satu["response"]["resourceID"] for satu in hasil)
    kepala = satusehat.kepala()
    isi = requests.get(f"{satusehat.fhir}/Observation/{berat}", headers=kepala, timeout=10).json()
    assert isi["encounter"]["reference"] == f"Encounter/{kunjungan}"
    dicari = f"{satusehat.fhir}/Condition?encounter={kunjungan}&subject={pasien}&code=Z38.0"
    assert requests.get(dicari, headers=kepala, timeout=10).json()["total"] == 1


def test_a_repeated_transaction_makes_no_second_effect(satusehat: Satusehat, kelahiran: dict[str, Any]) -> None:
    pertama = satusehat.kirim(kelahiran).json()["entry"]
    assert satusehat.akibat() == 4
    kedua = satusehat.kirim(kelahiran).json()["entry"]
    assert [satu["response"]["status"] for satu in kedua] == ["200 OK"] * 4
    assert [s["response"]["location"] for s in kedua] == [s["response"]["location"] for s in pertama]
    assert satusehat.akibat() == 4


def test_if_none_exist_keeps_what_is_there(satusehat: Satusehat, kelahiran: dict[str, Any]) -> None:
    satusehat.kirim(kelahiran)
    lain = deepcopy(kelahiran)
    lain["entry"][2]["resource"]["class"]["code"] = "AMB"
    assert [teks for teks, _ in issue(satusehat.kirim(lain))] == [
        "Resource with this identifier exists with another content (RuleNumber: 99009)"
    ]
    sistem = f"http://sys-ids.kemkes.go.id/encounter/{RS}"
    lain["entry"][2]["request"]["ifNoneExist"] = f"identifier={sistem}%7CREG-1"
    assert satusehat.kirim(lain).json()["entry"][2]["response"]["status"] == "200 OK"
    assert satusehat.akibat() == 4


def test_one_bad_row_refuses_the_whole_transaction(satusehat: Satusehat, kelahiran: dict[str, Any]) -> None:
    del kelahiran["entry"][3]["resource"]["code"]
    kelahiran["entry"][2]["resource"]["statusHistory"] = []
    jawaban = satusehat.kirim(kelahiran)
    assert jawaban.status_code == 400
    assert issue(jawaban) == [
        ("Encounter.statusHistory cannot be null (RuleNumber: 10122)", "Bundle.entry[2].resource.statusHistory"),
        ("Observation.code cannot be null (RuleNumber: 99001)", "Bundle.entry[3].resource.code"),
    ]
    assert satusehat.akibat() == 0


@pytest.mark.parametrize(
    ("bagian", "nilai", "nomor"),
    [
        ("subject", None, "10118"),
        ("participant", [], "10119"),
        ("location", [], "10120"),
        ("period", None, "10121"),
        ("statusHistory", [], "10122"),
        ("serviceProvider", None, "10123"),
        ("period", {"start": "2026-11-19T21:35:00+00:00"}, "10124"),
        ("period", {"start": "2014-06-02T23:59:59+00:00", "end": "2026-11-20T03:00:00+00:00"}, "99003"),
        ("period", {"start": "2026-11-20T04:35:00+07:00", "end": "2026-11-20T03:00:00+00:00"}, "99002"),
        ("period", {"start": "2026-02-30T04:35:00+00:00", "end": "2026-11-20T03:00:00+00:00"}, "99002"),
        ("subject", {"reference": "Patient/P00000000000"}, "99004"),
    ],
)
def test_the_rules_of_an_encounter(satusehat: Satusehat, bagian: str, nilai: Any, nomor: str) -> None:
    isi = kunjungan("Patient/P99000000001") | {bagian: nilai}
    jawaban = satusehat.kirim(isi, "/Encounter")
    assert jawaban.status_code == 400
    assert [f"(RuleNumber: {nomor})" in teks for teks, _ in issue(jawaban)] == [True]


def test_a_client_is_bound_to_its_organization(satusehat: Satusehat, kelahiran: dict[str, Any]) -> None:
    milik_lain = satusehat.kirim(kunjungan("Patient/P99000000001"), "/Encounter", organisasi=RS_LAIN)
    assert milik_lain.status_code == 403
    assert issue(milik_lain)[0][0] == "resource cannot be accessed due to business rule"
    nomor = satusehat.kirim(kelahiran).json()["entry"][2]["response"]["resourceID"]
    alamat = f"{satusehat.fhir}/Encounter/{nomor}"
    status = {o: requests.get(alamat, headers=satusehat.kepala(o), timeout=10).status_code for o in (RS, RS_LAIN)}
    assert status == {RS: 200, RS_LAIN: 403}
    assert requests.get(alamat, headers=satusehat.kepala("9900000"), timeout=10).status_code == 200


@pytest.mark.parametrize(
    "isi",
    [
        [],
        "x",
        {},
        {"resourceType": "Bundle", "type": "batch", "entry": [{}]},
        {"resourceType": "Bundle", "type": "transaction", "entry": ["x", {"resource": 1, "request": 2}]},
        transaksi({"resourceType": "Encounter", "identifier": 3, "period": [], "subject": "x", "meta": "x"}),
        transaksi({"resourceType": "Patient", "identifier": ["x"], "birthDate": {}, "name": 1}),
        transaksi({"resourceType": "Condition", "code": "x", "subject": {"reference": 7}}),
        transaksi({"resourceType": "MedicationRequest"}),
    ],
)
def test_nonsense_is_refused_as_an_outcome(satusehat: Satusehat, isi: Any) -> None:
    jawaban = satusehat.kirim(isi)
    assert jawaban.status_code in {400, 403}
    assert issue(jawaban)
    assert satusehat.akibat() == 0


def test_the_same_row_twice_in_one_transaction_is_refused(satusehat: Satusehat, bayi: dict[str, Any]) -> None:
    jawaban = satusehat.kirim(transaksi(bayi, bayi))
    assert {"99010" in teks for teks, _ in issue(jawaban)} == {True}
    assert satusehat.akibat() == 0


def test_a_lost_gateway_is_plain_text(satusehat: Satusehat, kelahiran: dict[str, Any]) -> None:
    requests.post(f"{satusehat.url}/_contoh/gangguan", json={"jenis": "bersih"}, timeout=10)
    kepala = satusehat.kepala()
    gangguan = {"jenis": "5xx", "saat": "sesudah"}
    requests.post(f"{satusehat.url}/_contoh/gangguan", json=gangguan, timeout=10)
    jawaban = requests.post(satusehat.fhir, json=kelahiran, headers=kepala, timeout=10)
    assert (jawaban.status_code, jawaban.text) == (504, "Gateway Timeout")
    assert jawaban.headers["content-type"].startswith("text/plain")
    ulang = requests.post(satusehat.fhir, json=kelahiran, headers=kepala, timeout=10)
    assert (ulang.status_code, satusehat.akibat()) == (200, 4)
