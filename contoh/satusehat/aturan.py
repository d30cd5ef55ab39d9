"""What SATUSEHAT refuses, and the number it gives for it.

Published: 10117 (wrong organization in the identifier's system) with its sentence, and that 10118 to 10124 are
Encounter's missing parts. Which of those seven numbers belongs to which part is our reading of their order.
Numbers from 99000 are invented here: the owner refuses such rows too, under numbers we have not seen.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

Sumber = dict[str, Any]

WAJIB: dict[str, dict[str, int]] = {
    "Encounter": {
        "subject": 10118,
        "participant": 10119,
        "location": 10120,
        "period": 10121,
        "statusHistory": 10122,
        "serviceProvider": 10123,
        "status": 99001,
        "class": 99001,
    },
    "Condition": dict.fromkeys(("clinicalStatus", "category", "code", "subject", "encounter"), 99001),
    "Observation": dict.fromkeys(("status", "category", "code", "subject", "encounter", "effectiveDateTime"), 99001),
    "Patient": dict.fromkeys(("identifier", "name", "gender", "birthDate"), 99001),
}
"""Required parts by type, with the number of the refusal."""

WAKTU = {"start", "end", "effectiveDateTime", "recordedDate", "onsetDateTime", "issued"}
BENTUK_WAKTU = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00")
WAKTU_TERAWAL = "2014-06-03T00:00:00+00:00"
SISTEM_FASKES = re.compile(r"http://sys-ids\.kemkes\.go\.id/[^/]+/([^/]+)")
SISTEM_NIK = "https://fhir.kemkes.go.id/id/nik"
SISTEM_NIK_IBU = "https://fhir.kemkes.go.id/id/nik-ibu"
SISTEM_IHS = "https://fhir.kemkes.go.id/id/ihs-number"
SISTEM_ICD10 = "http://hl7.org/fhir/sid/icd-10"
ATURAN_USAHA = "resource cannot be accessed due to business rule"


@dataclass(frozen=True, slots=True)
class Masalah:
    """One issue of an OperationOutcome: FHIR's code, the sentence, where it stands."""

    code: str
    text: str
    expression: str

    def di(self, awalan: str) -> Masalah:
        """The same issue, its place told from further out (Encounter.x -> Bundle.entry[2].resource.x)."""
        return replace(self, expression=awalan + self.expression[self.expression.index(".") :])


def periksa(sumber: Sumber, organisasi: str, ada: Callable[[str], bool]) -> list[Masalah]:
    """Every issue of one resource sent by `organisasi`; `ada` says whether "Type/id" exists."""
    return [
        *_bagian_wajib(sumber),
        *_identitas(sumber, organisasi),
        *_waktu(sumber),
        *_rujukan(sumber, ada),
        *KHUSUS.get(sumber["resourceType"], _tanpa_aturan)(sumber),
    ]


def melanggar_aturan_usaha(sumber: Sumber, organisasi: str) -> bool:
    """A client is bound to one Organization: an Encounter served by another one is not its own."""
    penyedia = objek(sumber.get("serviceProvider"))
    return bool(penyedia) and penyedia.get("reference") != f"Organization/{organisasi}"


def jalan(nilai: Any, tempat: str) -> Iterator[tuple[str, str, Any]]:
    """Every (path, key, value) below a JSON value."""
    if isinstance(nilai, dict):
        for kunci, isi in nilai.items():
            yield f"{tempat}.{kunci}", kunci, isi
            yield from jalan(isi, f"{tempat}.{kunci}")
    elif isinstance(nilai, list):
        for ke, isi in enumerate(nilai):
            yield from jalan(isi, f"{tempat}[{ke}]")


def _bagian_wajib(sumber: Sumber) -> Iterator[Masalah]:
    jenis = sumber["resourceType"]
    for nama, nomor in WAJIB.get(jenis, {}).items():
        if sumber.get(nama) in (None, "", [], {}):
            yield Masalah("required", f"{jenis}.{nama} cannot be null (RuleNumber: {nomor})", f"{jenis}.{nama}")


def _identitas(sumber: Sumber, organisasi: str) -> Iterator[Masalah]:
    jenis = sumber["resourceType"]
    for ke, tanda in enumerate(daftar(sumber.get("identifier"))):
        cocok = SISTEM_FASKES.fullmatch(str(tanda.get("system")))
        if cocok and cocok[1] != organisasi:
            kalimat = f"Wrong organization ID provided by system URL: {tanda['system']} (RuleNumber: 10117)"
            yield Masalah("value", kalimat, f"{jenis}.identifier[{ke}].system")


def _waktu(sumber: Sumber) -> Iterator[Masalah]:
    for tempat, kunci, nilai in jalan(sumber, sumber["resourceType"]):
        if kunci not in WAKTU:
            continue
        if not isinstance(nilai, str) or not _waktu_utc(nilai):
            yield Masalah("value", "Date must be YYYY-MM-DDThh:mm:ss+00:00 (RuleNumber: 99002)", tempat)
        elif nilai < WAKTU_TERAWAL:
            yield Masalah("value", "Date must not be earlier than 2014-06-03 (RuleNumber: 99003)", tempat)


def _waktu_utc(nilai: str) -> bool:
    if not BENTUK_WAKTU.fullmatch(nilai):
        return False
    try:
        datetime.fromisoformat(nilai)
    except ValueError:
        return False
    return True


def _rujukan(sumber: Sumber, ada: Callable[[str], bool]) -> Iterator[Masalah]:
    for tempat, kunci, nilai in jalan(sumber, sumber["resourceType"]):
        if kunci == "reference" and not (isinstance(nilai, str) and ada(nilai)):
            yield Masalah("not-found", "Reference does not exist (RuleNumber: 99004)", tempat)


def _kunjungan(sumber: Sumber) -> Iterator[Masalah]:
    masa = objek(sumber.get("period"))
    if sumber.get("status") == "finished" and masa and not (masa.get("start") and masa.get("end")):
        kalimat = "Encounter.period start and end cannot be null when status is finished (RuleNumber: 10124)"
        yield Masalah("required", kalimat, "Encounter.period")


def _diagnosis(sumber: Sumber) -> Iterator[Masalah]:
    sandi = daftar(objek(sumber.get("code")).get("coding"))
    if not any(satu.get("system") == SISTEM_ICD10 and satu.get("code") for satu in sandi):
        yield Masalah("code-invalid", "Condition.code needs an ICD-10 code (RuleNumber: 99005)", "Condition.code")


def _pasien(sumber: Sumber) -> Iterator[Masalah]:
    tanda = {satu.get("system"): str(satu.get("value")) for satu in daftar(sumber.get("identifier"))}
    nomor = tanda.get(SISTEM_NIK) or tanda.get(SISTEM_NIK_IBU) or ""
    if not re.fullmatch(r"\d{16}", nomor):
        kalimat = "Patient.identifier needs nik or nik-ibu of 16 digits (RuleNumber: 99006)"
        yield Masalah("value", kalimat, "Patient.identifier")
    if SISTEM_NIK_IBU in tanda and not isinstance(sumber.get("multipleBirthInteger"), int):
        kalimat = "Patient.multipleBirthInteger cannot be null for a newborn (RuleNumber: 99007)"
        yield Masalah("required", kalimat, "Patient.multipleBirthInteger")


def _tanpa_aturan(sumber: Sumber) -> Iterator[Masalah]:
    return iter(())


def objek(nilai: Any) -> dict[str, Any]:
    return nilai if isinstance(nilai, dict) else {}


def daftar(nilai: Any) -> list[dict[str, Any]]:
    return [satu for satu in nilai if isinstance(satu, dict)] if isinstance(nilai, list) else []


KHUSUS: dict[str, Callable[[Sumber], Iterator[Masalah]]] = {
    "Encounter": _kunjungan,
    "Condition": _diagnosis,
    "Patient": _pasien,
}
