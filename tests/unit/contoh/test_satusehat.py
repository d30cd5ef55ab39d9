"""The SATUSEHAT stand-in, asked by requests and by fhirpy as it comes from PyPI."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from fhirpy import SyncFHIRClient
from fhirpy.base.exceptions import AuthorizationError, OperationOutcome

from contoh.alat import credential, serve
from contoh.orang import Population, make
from contoh.satusehat.app import make_app
from tests.lib.satusehat import NIK, RS, Jam, Satusehat, bayi, issue, kunjungan


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
