"""A SATUSEHAT stand-in to talk to, and the resources of one birth."""

from dataclasses import dataclass
from typing import Any

import requests

from contoh.alat import credential
from contoh.orang import Population
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


def kelahiran(penduduk: Population) -> dict[str, Any]:
    """Everything of one birth. The diagnosis comes before what it refers to."""
    return transaksi(
        bayi(penduduk),
        diagnosis("urn:uuid:0", "urn:uuid:2"),
        kunjungan("urn:uuid:0"),
        berat("urn:uuid:0", "urn:uuid:2"),
    )


def issue(jawaban: requests.Response) -> list[tuple[str, str]]:
    isi = jawaban.json()
    assert isi["resourceType"] == "OperationOutcome"
    return [(satu["details"]["text"], satu["expression"][0]) for satu in isi["issue"]]
