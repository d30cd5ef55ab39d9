"""The Master Patient Index at the start: every invented person, and this year's newborns of the other hospitals."""

from __future__ import annotations

from typing import Any

from contoh.orang import Birth, Person, Population
from contoh.satusehat.aturan import SISTEM_NIK, SISTEM_NIK_IBU, Sumber
from contoh.satusehat.faskes import sumber_tetap
from contoh.satusehat.gudang import Gudang

KELAMIN = {"L": "male", "P": "female"}
KODE_WILAYAH = "https://fhir.kemkes.go.id/r4/StructureDefinition/administrativeCode"


def isi_gudang(penduduk: Population) -> Gudang:
    """A register with facilities and patients. The births of the hero's hospital are still only in its SIMRS."""
    gudang = Gudang()
    for sumber in sumber_tetap():
        gudang.simpan(sumber, sumber["id"])
    rumah_sakit = penduduk.hero.baby.hospital
    bayi = [lahir for lahir in penduduk.births if lahir.hospital != rumah_sakit]
    for pasien in (*map(_orang, penduduk.people), *map(_bayi, bayi)):
        gudang.simpan(pasien, gudang.nomor_baru("Patient"))
    return gudang


def _orang(orang: Person) -> Sumber:
    return {
        **_pasien(SISTEM_NIK, orang.nik, orang.nama, orang.jenis_kelamin, orang.tanggal_lahir.isoformat()),
        "deceasedBoolean": orang.status == "MENINGGAL",
        "multipleBirthInteger": 0,
        "address": [_alamat(orang)],
    }


def _bayi(lahir: Birth) -> Sumber:
    tanggal = lahir.waktu_lahir.date().isoformat()
    return {
        **_pasien(SISTEM_NIK_IBU, lahir.nik_ibu, lahir.nama, lahir.jenis_kelamin, tanggal),
        "deceasedBoolean": False,
        "multipleBirthInteger": 1,
    }


def _pasien(sistem: str, nomor: str, nama: str, kelamin: str, lahir: str) -> Sumber:
    return {
        "resourceType": "Patient",
        "meta": {"profile": ["https://fhir.kemkes.go.id/r4/StructureDefinition/Patient"]},
        "identifier": [{"use": "official", "system": sistem, "value": nomor}],
        "active": True,
        "name": [{"use": "official", "text": nama}],
        "gender": KELAMIN[kelamin],
        "birthDate": lahir,
    }


def _alamat(orang: Person) -> dict[str, Any]:
    rumah = orang.address
    kode = {
        "province": rumah.area.province_code,
        "city": rumah.area.regency_code,
        "district": rumah.area.district_code,
        "village": rumah.area.village_code,
        "rt": rumah.rt,
        "rw": rumah.rw,
    }
    return {
        "use": "home",
        "line": [rumah.alamat],
        "city": rumah.area.kabupaten,
        "country": "ID",
        "extension": [
            {"url": KODE_WILAYAH, "extension": [{"url": nama, "valueCode": isi} for nama, isi in kode.items()]}
        ],
    }
