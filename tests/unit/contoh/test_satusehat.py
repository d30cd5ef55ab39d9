"""The SATUSEHAT stand-in, driven by requests and by fhirpy as it comes from PyPI."""

import json
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import pytest
import requests
from fhirpy import SyncFHIRClient
from fhirpy.base.exceptions import AuthorizationError, OperationOutcome

from contoh.alat import credential, serve
from contoh.orang import Population, make
from contoh.satusehat.app import make_app
from contoh.satusehat.faskes import id_ruang

NIK, NIK_IBU = "https://fhir.kemkes.go.id/id/nik", "https://fhir.kemkes.go.id/id/nik-ibu"
RS, RS_LAIN = "9900001", "9900002"


class Jam:
    def __init__(self) -> None:
        self.detik = 1_790_000_000.0

    def __call__(self) -> float:
        return self.detik


@dataclass
class Satusehat:
    url: str
    jam: Jam

    @property
    def fhir(self) -> str:
        return f"{self.url}/fhir-r4/v1"

    def token(self, organisasi: str = RS) -> dict[str, str]:
        akhir = "" if organisasi == RS else f"-{organisasi}"
        kunci = {
            "client_id": credential("SATUSEHAT_CLIENT_ID") + akhir,
            "client_secret": credential("SATUSEHAT_CLIENT_SECRET") + akhir,
        }
        alamat = f"{self.url}/oauth2/v1/accesstoken?grant_type=client_credentials"
        jawaban = requests.post(alamat, data=kunci, timeout=10)
        jawaban.raise_for_status()
        return jawaban.json()

    def kepala(self, organisasi: str = RS) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token(organisasi)['access_token']}"}

    def kirim(self, isi: Any, jalur: str = "", organisasi: str = RS, **kepala: str) -> requests.Response:
        semua = self.kepala(organisasi) | {nama.replace("_", "-"): nilai for nama, nilai in kepala.items()}
        return requests.post(self.fhir + jalur, json=isi, headers=semua, timeout=10)

    def akibat(self) -> int:
        return requests.get(f"{self.url}/_contoh/hitungan", timeout=10).json()["akibat"]


@pytest.fixture(scope="module")
def penduduk() -> Population:
    return make(families=60)


@pytest.fixture
def satusehat(penduduk: Population) -> Iterator[Satusehat]:
    jam = Jam()
    with serve(make_app(penduduk, jam)) as url:
        yield Satusehat(url, jam)


@pytest.fixture
def bayi(penduduk: Population) -> dict[str, Any]:
    return {
        "resourceType": "Patient",
        "identifier": [{"use": "official", "system": NIK_IBU, "value": penduduk.hero.mother.nik}],
        "active": True,
        "name": [{"use": "official", "text": penduduk.hero.baby.nama}],
        "gender": "male",
        "birthDate": "2026-11-20",
        "multipleBirthInteger": 1,
    }


def kunjungan(subjek: str, nomor: str = "REG-1") -> dict[str, Any]:
    masa = {"start": "2026-11-19T21:35:00+00:00", "end": "2026-11-20T03:00:00+00:00"}
    return {
        "resourceType": "Encounter",
        "identifier": [{"system": f"http://sys-ids.kemkes.go.id/encounter/{RS}", "value": nomor}],
        "status": "finished",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "IMP"},
        "subject": {"reference": subjek},
        "participant": [{"individual": {"reference": "Practitioner/99000000002"}}],
        "location": [{"location": {"reference": f"Location/{id_ruang(RS, 'PERINA')}"}}],
        "period": masa,
        "statusHistory": [{"status": "finished", "period": masa}],
        "serviceProvider": {"reference": f"Organization/{RS}"},
    }


def diagnosis(subjek: str, kunjungan: str) -> dict[str, Any]:
    return {
        "resourceType": "Condition",
        "clinicalStatus": {"coding": [{"code": "active"}]},
        "category": [{"coding": [{"code": "encounter-diagnosis"}]}],
        "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": "Z38.0"}]},
        "subject": {"reference": subjek},
        "encounter": {"reference": kunjungan},
    }


def berat(subjek: str, kunjungan: str) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "status": "final",
        "category": [{"coding": [{"code": "vital-signs"}]}],
        "code": {"coding": [{"system": "http://loinc.org", "code": "8339-4"}]},
        "subject": {"reference": subjek},
        "encounter": {"reference": kunjungan},
        "effectiveDateTime": "2026-11-19T21:40:00+00:00",
        "valueQuantity": {"value": 3150, "unit": "g"},
    }


def transaksi(*sumber: dict[str, Any]) -> dict[str, Any]:
    """A transaction Bundle whose n-th entry is known as urn:uuid:n."""
    entri = [
        {"fullUrl": f"urn:uuid:{ke}", "resource": s, "request": {"method": "POST", "url": s["resourceType"]}}
        for ke, s in enumerate(sumber)
    ]
    return {"resourceType": "Bundle", "type": "transaction", "entry": entri}


@pytest.fixture
def kelahiran(bayi: dict[str, Any]) -> dict[str, Any]:
    """Everything of one birth. The diagnosis comes before what it refers to."""
    return transaksi(
        bayi, diagnosis("urn:uuid:0", "urn:uuid:2"), kunjungan("urn:uuid:0"), berat("urn:uuid:0", "urn:uuid:2")
    )


def issue(jawaban: requests.Response) -> list[tuple[str, str]]:
    isi = jawaban.json()
    assert isi["resourceType"] == "OperationOutcome"
    return [(satu["details"]["text"], satu["expression"][0]) for satu in isi["issue"]]


def test_every_value_of_the_token_is_a_string(satusehat: Satusehat) -> None:
    token = satusehat.token()
    assert all(isinstance(nilai, str) for nilai in token.values())
    assert (token["token_type"], token["expires_in"], token["status"]) == ("BearerToken", "3599", "approved")


@pytest.mark.parametrize(("grant", "rahasia", "status"), [("password", "", 400), ("client_credentials", "x", 401)])
def test_a_wrong_token_request_is_refused(satusehat: Satusehat, grant: str, rahasia: str, status: int) -> None:
    kunci = {"client_id": credential("SATUSEHAT_CLIENT_ID"), "client_secret": rahasia}
    jawaban = requests.post(f"{satusehat.url}/oauth2/v1/accesstoken?grant_type={grant}", data=kunci, timeout=10)
    assert jawaban.status_code == status
    assert issue(jawaban)


def test_an_expired_token_is_refused(satusehat: Satusehat) -> None:
    kepala = satusehat.kepala()
    alamat = f"{satusehat.fhir}/Organization/{RS}"
    assert requests.get(alamat, headers=kepala, timeout=10).status_code == 200
    satusehat.jam.detik += 3600
    jawaban = requests.get(alamat, headers=kepala, timeout=10)
    assert (jawaban.status_code, issue(jawaban)[0][1]) == (401, "Authorization")


def test_fhirpy_searches_and_reads_unchanged(satusehat: Satusehat, penduduk: Population) -> None:
    klien = SyncFHIRClient(satusehat.fhir, authorization=satusehat.kepala()["Authorization"])
    pasien = klien.resources("Patient").search(identifier=f"{NIK}|{penduduk.hero.mother.nik}").get()
    assert pasien.get_by_path(["name", 0, "text"]) == penduduk.hero.mother.nama
    tanda = {satu["system"].rpartition("/")[2]: satu["value"] for satu in pasien["identifier"]}
    assert tanda == {"ihs-number": pasien["id"], "nik": "################"}
    assert klien.reference("Patient", pasien["id"]).to_resource()["birthDate"] == "1986-04-12"
    cocok = {"name": "SEKARNINGRUM", "birthdate": "1986-04-12", "gender": "female"}
    assert klien.resources("Patient").search(**cocok).count() == 1


def test_fhirpy_writes_unchanged(satusehat: Satusehat, penduduk: Population) -> None:
    klien = SyncFHIRClient(satusehat.fhir, authorization=satusehat.kepala()["Authorization"])
    ibu = klien.resources("Patient").search(identifier=f"{NIK}|{penduduk.hero.mother.nik}").get()
    isi = kunjungan(f"Patient/{ibu['id']}")
    baru = klien.resource("Encounter", **isi)
    baru.save()
    assert klien.resources("Encounter").search(subject=ibu["id"]).get()["id"] == baru["id"]
    assert satusehat.akibat() == 1


def test_fhirpy_understands_the_refusals(satusehat: Satusehat) -> None:
    klien = SyncFHIRClient(satusehat.fhir, authorization=satusehat.kepala()["Authorization"])
    isi = kunjungan("Patient/P99000000001")
    isi["identifier"][0]["system"] = "http://sys-ids.kemkes.go.id/encounter/100025753"
    with pytest.raises(OperationOutcome, match="RuleNumber: 10117"):
        klien.resource("Encounter", **isi).save()
    with pytest.raises(AuthorizationError):
        SyncFHIRClient(satusehat.fhir, authorization="Bearer bukan").resources("Patient").search(name="A").first()


def test_nobody_found_is_total_0_with_200(satusehat: Satusehat) -> None:
    alamat = f"{satusehat.fhir}/Patient?identifier={NIK}|9900000000000000"
    jawaban = requests.get(alamat, headers=satusehat.kepala(), timeout=10)
    assert (jawaban.status_code, jawaban.json()["total"], jawaban.json()["entry"]) == (200, 0, [])


@pytest.mark.parametrize("tanya", ["name=SEKAR", "", "identifier=x&nama=SEKAR"])
def test_a_search_with_too_little_is_refused(satusehat: Satusehat, tanya: str) -> None:
    jawaban = requests.get(f"{satusehat.fhir}/Patient?{tanya}", headers=satusehat.kepala(), timeout=10)
    assert jawaban.status_code == 400
    assert issue(jawaban)


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


def test_posting_a_patient_answers_in_two_forms_that_are_not_fhir(
    satusehat: Satusehat, penduduk: Population, bayi: dict[str, Any]
) -> None:
    pertama = satusehat.kirim(bayi, "/Patient")
    nomor = pertama.json()["create_patient"]["data"]["patient_id"]
    kedua = satusehat.kirim(bayi, "/Patient")
    assert (pertama.status_code, kedua.status_code) == (201, 200)
    assert kedua.json()["create_patient"]["data"]["patient_id"] == nomor
    kembar = satusehat.kirim(bayi | {"multipleBirthInteger": 2}, "/Patient")
    assert kembar.json()["create_patient"]["data"]["patient_id"] != nomor
    ayah = bayi | {"identifier": [{"system": NIK, "value": penduduk.hero.father.nik}]}
    assert satusehat.kirim(ayah, "/Patient").json()["data"]["patient_id"] == "P99000000001"
    assert satusehat.akibat() == 2


def test_patch_knows_only_replace(satusehat: Satusehat) -> None:
    alamat = f"{satusehat.fhir}/Patient/P99000000001"
    ganti = [{"op": "replace", "path": "/name/0/text", "value": "NAMA LAIN"}]
    jawaban = requests.patch(alamat, json=ganti, headers=satusehat.kepala(), timeout=10)
    assert (jawaban.status_code, jawaban.json()["name"][0]["text"]) == (200, "NAMA LAIN")
    for langkah in ([{"op": "remove", "path": "/name"}], [{"op": "replace", "path": "/x/y", "value": 1}], {}):
        ditolak = requests.patch(alamat, json=langkah, headers=satusehat.kepala(), timeout=10)
        assert ditolak.status_code == 400
        assert issue(ditolak)


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


def test_too_many_calls_are_told_when_to_return(penduduk: Population) -> None:
    jam = Jam()
    with serve(make_app(penduduk, jam, batas_per_menit=2)) as url:
        satusehat = Satusehat(url, jam)
        kepala = satusehat.kepala()
        alamat = f"{satusehat.fhir}/Organization/{RS}"
        hasil = [requests.get(alamat, headers=kepala, timeout=10) for _ in range(3)]
        assert [satu.status_code for satu in hasil] == [200, 200, 429]
        assert hasil[2].headers["Retry-After"] == "60"
        jam.detik += 60
        assert requests.get(alamat, headers=kepala, timeout=10).status_code == 200


def test_consent_changes_once_in_a_minute(satusehat: Satusehat) -> None:
    alamat = f"{satusehat.url}/consent/v1/Consent"
    isi = {"patient_id": "P99000000001", "action": "OPTIN", "agent": "PETUGAS CONTOH"}
    kepala = satusehat.kepala()
    pertama, kedua = (requests.post(alamat, json=isi, headers=kepala, timeout=10) for _ in range(2))
    assert (pertama.status_code, kedua.status_code) == (200, 429)
    assert issue(kedua)[0][0] == "Can only update consent information once per 1m0s"
    tanya = requests.get(alamat, params={"patient_id": "P99000000001"}, headers=kepala, timeout=10)
    assert tanya.json()["policyRule"]["coding"][0]["code"] == "permit"
