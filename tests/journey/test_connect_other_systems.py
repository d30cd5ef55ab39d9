"""Every question that the demo's files declare over SQL, SOAP and SFTP, asked of the stand-ins as they are."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from contoh.alat import credential, serve
from contoh.alat.credentials import DEFAULTS
from contoh.dtsen.jalan import serve as serve_dtsen
from contoh.orang import make
from contoh.simrs.basis import bayi_baru, buka, isi
from contoh.skck.app import make_app
from terpadu.connectors.asking import Connectors
from terpadu.connectors.loading import load
from terpadu.errors import Refused
from terpadu.model.federation import Effect
from tests.lib.admitting import admitted, said

PEOPLE = make(2026, 60)
HERO = PEOPLE.hero
FILES = Path("demo/simpul")
SECRETS = {name: credential(name) for name in DEFAULTS}


def copied(name: str, folder: Path, **change: str) -> Path:
    text = (FILES / name / "connector.toml").read_text(encoding="utf-8")
    for before, after in change.items():
        assert before in text
        text = text.replace(before, after)
    (folder / "connector.toml").write_text(text, encoding="utf-8")
    return folder


@contextmanager
def simrs(folder: Path) -> Iterator[Path]:
    database = buka(f"sqlite:///{folder / 'simrs.db'}")
    isi(database, PEOPLE, 2026)
    bayi_baru(database, PEOPLE, datetime(2026, 11, 24, 7, 0))
    database.dispose()
    yield copied("simrs", folder)


@contextmanager
def skck(folder: Path) -> Iterator[Path]:
    with serve(make_app(PEOPLE)) as url:
        yield copied("skck", folder, **{"http://127.0.0.1:9107": url})


@contextmanager
def dtsen(folder: Path) -> Iterator[Path]:
    (folder / "kantor").mkdir()
    with serve_dtsen(PEOPLE, folder / "kantor") as running:
        (folder / "dtsen.pub").write_text(running.kunci_publik + "\n")
        yield copied("dtsen", folder, **{"127.0.0.1:9106": f"127.0.0.1:{running.port}"})


SYSTEMS = {"simrs": simrs, "skck": skck, "dtsen": dtsen}


def asked(folder: Path, *questions: tuple[Any, ...], effect: Effect = "safe", key: str | None = None) -> list[Any]:
    """Questions (code, question, fields…) one after the other, through the frame; a refusal comes back as its code.

    (And as its sentence, if a person's number stands in it: then no test passes.)
    """

    async def one(connectors: Connectors, code: str, question: Any, *fields: str) -> Any:
        subsystem = connectors.services[0].rpartition("/")[0]
        try:
            answer = await connectors.ask(
                admitted(code, question, fields=fields, effect=effect, key=key, subsystem=subsystem)
            )
        except Refused as refusal:
            return refusal.sentence if re.search(r"\d{9}", refusal.sentence) else refusal.code
        return said(answer.body)

    async def walk() -> list[Any]:
        connectors = load(folder, SECRETS)
        answers = [await one(connectors, *question) for question in questions]
        assert {code for _, code, _ in await connectors.check()} == {""}
        await connectors.close()
        return answers

    return asyncio.run(walk())


def test_the_hospital_knows_the_birth(tmp_path: Path) -> None:
    with simrs(tmp_path) as folder:
        mother = {"nik_ibu": HERO.mother.nik}
        fields = ("kelahiran.nomor_surat", "kelahiran.tanggal_lahir", "kelahiran.berat_gram")
        birth, nobody, bad = asked(
            folder,
            ("surat-kelahiran", mother, *fields),
            ("surat-kelahiran", {"nik_ibu": "9900000000000000"}, *fields),
            ("surat-kelahiran", {"nik_ibu": "' OR 1=1"}, *fields),
        )
    assert birth["kelahiran"][0] == {
        "nomor_surat": HERO.baby.nomor_surat, "tanggal_lahir": "2026-11-20", "berat_gram": 3150,
    }  # fmt: skip
    assert (nobody, bad) == ("not-found", "content")


def test_the_last_visit_without_what_for(tmp_path: Path) -> None:
    patients = [person for person in PEOPLE.people if person.address.area.kabupaten == HERO.baby.hospital.kabupaten]
    with simrs(tmp_path) as folder:
        [visit] = asked(folder, ("kunjungan-terakhir", {"nik": patients[1].nik}, "tanggal", "poliklinik", "rawat_inap"))
    assert set(visit) == {"tanggal", "poliklinik", "rawat_inap"}


def test_an_application_for_a_police_record(tmp_path: Path) -> None:
    filing = {
        "nomor_permohonan": "PMH/2026/900001", "nik": HERO.aunt.nik, "keperluan": "MELAMAR CPNS",
        "kode_billing": "820000000000001", "ntpn": "A" * 16,
    }  # fmt: skip
    question = {"nik": HERO.aunt.nik, "nomor_permohonan": filing["nomor_permohonan"]}
    with skck(tmp_path) as folder:
        first, again = asked(
            folder, *[("ajukan", filing, "status", "sudah_pernah")] * 2, effect="keyed", key="PMH/2026/900001"
        )
        found, other = asked(
            folder,
            ("periksa", question, "status", "catatan_kepolisian", "berlaku_sampai"),
            ("periksa", question | {"nik": HERO.mother.nik}, "status"),
        )
    assert (first, again) == ({"status": "TERBIT", "sudah_pernah": False}, {"status": "TERBIT", "sudah_pernah": True})
    assert found == {"status": "TERBIT", "catatan_kepolisian": "TIDAK ADA", "berlaku_sampai": "2027-05-25"}
    assert other == "not-found"


def test_the_familys_decile_and_a_batch_of_proposals(tmp_path: Path) -> None:
    rows = f"NIK,NO_KK,NAMA\r\n{HERO.mother.nik},{HERO.mother.no_kk},{HERO.mother.nama}\r\nx,y,z\r\n".encode()
    verdicts = ("tiket", "putusan.baris", "putusan.status", "tak_terbaca.baris", "tak_terbaca.kolom")
    with dtsen(tmp_path) as folder:
        by_person, by_card, nobody = asked(
            folder,
            ("desil", {"nik": HERO.mother.nik}, "desil"),
            ("desil", {"no_kk": HERO.family.no_kk}, "desil"),
            ("desil", {"nik": "9900000000000000"}, "desil"),
        )
        [batch] = asked(folder, ("usulan", rows, *verdicts), effect="keyed", key="usulan-1")
        [later] = asked(folder, ("putusan-usulan", {"tiket": batch["tiket"]}, *verdicts))
    assert by_person == by_card == {"desil": HERO.family.desil}
    assert nobody == "not-found"
    assert batch["putusan"] == [{"baris": 2, "status": "DITERIMA"}]
    assert batch["tak_terbaca"] == [{"baris": 3, "kolom": "NIK"}]
    assert later == batch


@pytest.mark.parametrize("name", list(SYSTEMS))
def test_a_system_that_is_gone_is_told_apart(tmp_path: Path, name: str) -> None:
    with SYSTEMS[name](tmp_path) as folder:
        pass
    (folder / "simrs.db").unlink(missing_ok=True)
    codes = {
        "simrs": ("surat-kelahiran", {"nik_ibu": HERO.mother.nik}, "jumlah"),
        "skck": ("periksa", {"nik": HERO.aunt.nik, "nomor_permohonan": "PMH/2026/000001"}, "status"),
        "dtsen": ("desil", {"nik": HERO.mother.nik}, "desil"),
    }

    async def walk() -> str:
        connectors = load(folder, SECRETS)
        code, question, *fields = codes[name]
        subsystem = connectors.services[0].rpartition("/")[0]
        with pytest.raises(Refused) as caught:
            await connectors.ask(admitted(code, question, fields=tuple(fields), subsystem=subsystem))
        await connectors.close()
        return caught.value.code

    assert asyncio.run(walk()) == "upstream-down"
