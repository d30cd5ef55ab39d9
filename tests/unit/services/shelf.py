"""A small folder of services for tests of the catalogue: three, of which one costs something."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
from django.conf import settings

from terpadu.services.catalogue import catalogue

STANDARD = "\n[standard]\n" + "".join(
    f'{name} = {{ id = "Bagian {name}", en = "Part {name}" }}\n'
    for name in ("complaints", "facilities", "competence", "control", "staff", "guarantee", "safety", "evaluation")
)
BIRTH = """
id = "kelahiran"
title = { id = "Kelahiran anak", en = "A child is born" }
summary = { id = "Akta, KK, dan KIA sekaligus.", en = "Record, family card and child's card at once." }
life_event = { id = "Kelahiran", en = "Birth" }
icon = "baby-carriage"
order = 1
synonyms = ["akta lahir", "akte", "bayi", "lahiran"]
authority = "Dinas Dukcapil"
basis = "UU 24/2013 pasal 27; Perpres 96/2018"
purpose = "pencatatan-kelahiran"
fee_basis = "UU 24/2013 pasal 79A"
term = { days = 3, basis = "Standar Pelayanan" }
who = { id = "Ayah, ibu, atau wali", en = "Father, mother or guardian" }
pledge = { id = "Kami menepatinya.", en = "We keep it." }
facts = ["bayi.tanggal_lahir", "bayi.jenis_kelamin", "ibu.nama", "keluarga.nomor", "keluarga.alamat"]
section = [
    { title = { id = "Kelahiran", en = "Birth" }, facts = ["bayi.tanggal_lahir", "bayi.jenis_kelamin"] },
    { title = { id = "Ibu", en = "Mother" }, facts = ["ibu.nama"] },
]

[[document]]
title = { id = "Surat keterangan lahir", en = "Note of birth" }
replaced_by = ["bayi.tanggal_lahir"]
[[document]]
title = { id = "KTP dua saksi", en = "Identity cards of two witnesses" }
dropped = "Perpres 96/2018"

[[output]]
title = { id = "Akta kelahiran", en = "Record of birth" }
form = { id = "PDF bertanda tangan elektronik", en = "Electronically signed PDF" }

[[rule]]
expression = "jumlah_kata(subjek.nama_bayi) >= 2"
say = { id = "Nama anak paling sedikit dua kata, misalnya Aluna Kirana.", en = "Give at least two words, like Aluna Kirana." }
field = "nama_bayi"

[[act]]
name = "akta"
title = { id = "mencatat kelahiran dan menerbitkan akta", en = "enters the birth and issues the record" }
service = "ID/GOV/KEMENDAGRI/DUKCAPIL/daftar-kelahiran"
body = { nama = "subjek.nama_bayi", nik_ibu = "subjek.nik", tanggal_lahir = "fakta.bayi.tanggal_lahir" }
"""
FORM: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "additionalProperties": False,
    "required": ["nama_bayi"],
    "properties": {
        "nama_bayi": {
            "type": "string",
            "maxLength": 60,
            "title": "Nama lengkap anak",
            "description": "Seperti yang akan tertulis di akta.",
            "x-en": {"title": "The child's full name", "description": "As the record will have it."},
        }
    },
}
LICENCE = """
id = "sim"
title = { id = "Perpanjangan SIM", en = "Renewal of a driving licence" }
summary = { id = "SIM A atau C diperpanjang tanpa fotokopi.", en = "Licence A or C renewed without copies." }
life_event = { id = "Mengemudi", en = "Driving" }
order = 2
synonyms = ["surat izin mengemudi"]
authority = "Polri"
basis = "UU 22/2009 pasal 85"
purpose = "perpanjangan-sim"
fee = 80000
fee_basis = "PP 76/2020"
facts = ["penduduk.nama"]

[[document]]
title = { id = "Pasfoto", en = "Photograph" }
"""
MOVE = """
id = "pindah"
title = { id = "Pindah rumah", en = "Moving house" }
life_event = { id = "Pindah", en = "Moving" }
order = 3
authority = "Dinas Dukcapil"
basis = "UU 23/2006 pasal 15"
purpose = "perpindahan-penduduk"
facts = ["penduduk.nama", "keluarga.alamat"]
"""
SENTENCES = {
    "id": '[values."bayi.jenis_kelamin"]\nP = "Perempuan"\nL = "Laki-laki"\n'
    '[input.nama_bayi]\nrequired = "Isi nama lengkap anak, misalnya Aluna Kirana."\n',
    "en": '[values."bayi.jenis_kelamin"]\nP = "Female"\nL = "Male"\n'
    '[input.nama_bayi]\nrequired = "Give the child\'s full name, like Aluna Kirana."\n',
}


def write(home: Path) -> Path:
    """The folder of services."""
    for name, text in (("kelahiran", BIRTH), ("sim", LICENCE), ("pindah", MOVE)):
        folder = home / name
        folder.mkdir(parents=True)
        (folder / "service.toml").write_text(text + (STANDARD if name == "kelahiran" else ""), encoding="utf-8")
    (home / "kelahiran" / "form.json").write_text(json.dumps(FORM), encoding="utf-8")
    for language, said in SENTENCES.items():
        (home / "kelahiran" / f"pesan.{language}.toml").write_text(said, encoding="utf-8")
    return home

CORRECTION = """
id = "koreksi"
title = { id = "Perbaikan data", en = "Correction of data" }
life_event = { id = "Data pribadi", en = "Personal data" }
order = 9
authority = "Pemilik data"
basis = "UU 27/2022 pasal 6"
purpose = "koreksi-data"
begins = { id = "Pilih “Tidak benar?” di samping data itu.", en = "Choose “Not right?” beside that fact." }
facts = ["penduduk.nama"]
"""
SCHOOL = """
id = "sekolah"
title = { id = "Masuk SMP", en = "A place at junior high school" }
life_event = { id = "Sekolah", en = "School" }
order = 8
authority = "Dinas Pendidikan"
basis = "Permendikdasmen 3/2025"
purpose = "penerimaan-murid"
facts = ["anak.nama", "keluarga.anggota"]
compare = [{ fact = "anak.nama", other = "murid.nama" }]
"""
SCHOOL_FORM: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["nik_anak", "npsn"],
    "properties": {
        "nik_anak": {
            "type": "string",
            "title": "Anak yang didaftarkan",
            "x-en": {"title": "Child"},
            "x-choices": "fakta.keluarga.anggota[?hubungan=='ANAK'].{const: nik, title: nama}",
        },
        "npsn": {"type": "string", "pattern": "^[0-9]{8}$", "title": "NPSN", "x-en": {"title": "School number"}},
        "prestasi": {
            "type": "array",
            "maxItems": 3,
            "title": "Prestasi",
            "x-en": {"title": "Achievement"},
            "items": {
                "type": "object",
                "required": ["nama"],
                "properties": {
                    "nama": {"type": "string", "minLength": 3, "title": "Nama", "x-en": {"title": "Name"}},
                    "tahun": {"type": "integer", "minimum": 2020, "title": "Tahun", "x-en": {"title": "Year"}},
                },
            },
        },
        "rapor": {
            "type": "string",
            "title": "Rapor",
            "x-en": {"title": "Report"},
            "x-upload": ["image/jpeg", "application/pdf"],
        },
    },
}


def with_more(home: Path) -> None:
    """The service that puts facts right, and one whose questions need answers of the form."""
    for name, text in (("koreksi", CORRECTION), ("sekolah", SCHOOL)):
        (home / name).mkdir()
        (home / name / "service.toml").write_text(text, encoding="utf-8")
    (home / "sekolah" / "form.json").write_text(json.dumps(SCHOOL_FORM), encoding="utf-8")


@contextmanager
def put_up(folder: Path) -> Iterator[None]:
    """The catalogue of this folder, while it lasts."""
    before = settings.PORTAL
    settings.PORTAL = msgspec.structs.replace(before, services=str(folder))
    catalogue.cache_clear()
    try:
        yield
    finally:
        settings.PORTAL = before
        catalogue.cache_clear()
