"""Every question that the demo's files declare over HTTP, asked of the stand-ins as they are."""

from __future__ import annotations

import asyncio
import dataclasses
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests
from msgspec.structs import replace

from contoh.alat.tokens import Tokens
from contoh.dapodik.app import make_app as dapodik
from contoh.dukcapil.app import make_app as dukcapil
from contoh.dukcapil.gate import Quota
from contoh.neofeeder.app import make_app as neofeeder
from contoh.orang.values import Status
from contoh.satusehat.app import make_app as satusehat
from contoh.siasn.app import make_app as siasn
from contoh.simponi.app import make_app as simponi
from terpadu.connectors.loading import load
from tests.lib.admitting import admitted, said
from tests.lib.stand_ins import HERO, PEOPLE, SECRETS, ask, connected, counted, disturb, refused

BIRTH = {
    "nomor_surat_lahir": HERO.baby.nomor_surat,
    "nik_ibu": HERO.mother.nik,
    "nama": HERO.baby.nama,
    "jenis_kelamin": "L",
    "tanggal_lahir": "2026-11-20",
    "tempat_lahir": HERO.baby.tempat_lahir,
}


# Dukcapil


def test_dukcapil_says_yes_or_no_by_element_and_gives_nothing(tmp_path: Path) -> None:
    with connected("dukcapil", dukcapil(PEOPLE), tmp_path) as (node, _):
        question = {"nik": HERO.mother.nik, "nama": HERO.mother.nama, "tanggal_lahir": "1986-04-13"}
        answer = ask(node, "cocokkan", question, "nama", "tanggal_lahir")
        assert answer == {"nama": True, "tanggal_lahir": False}


def test_dukcapil_gives_a_family_cut_to_the_agreed_fields(tmp_path: Path) -> None:
    with connected("dukcapil", dukcapil(PEOPLE), tmp_path) as (node, _):
        answer = ask(node, "keluarga", {"nik": HERO.child.nik}, "no_kk", "anggota.nama", "alamat.rt")
        assert answer["no_kk"] == HERO.family.no_kk
        assert {"nama": HERO.mother.nama} in answer["anggota"]
        assert answer["alamat"] == {"rt": HERO.child.address.rt}


def test_dukcapil_gives_a_person_and_warns_where_the_nik_shows_another_birthday(tmp_path: Path) -> None:
    people = [person for person in PEOPLE.people if person.status == "AKTIF"]
    shows = {False: None, True: None}
    for person in people:
        day = int(person.nik[6:8]) % 40
        shows[day != person.tanggal_lahir.day] = shows[day != person.tanggal_lahir.day] or person
    with connected("dukcapil", dukcapil(PEOPLE), tmp_path) as (node, _):
        for differs, person in shows.items():
            if person is not None:
                answer = ask(node, "penduduk", {"nik": person.nik}, "nama", "tanggal_lahir", "peringatan")
                assert answer["tanggal_lahir"] == person.tanggal_lahir.isoformat()
                assert answer["peringatan"] == (["nik_beda_tanggal_lahir"] if differs else [])
    assert shows[False] is not None


def test_dukcapil_enters_a_birth_once_for_its_key(tmp_path: Path) -> None:
    with connected("dukcapil", dukcapil(PEOPLE), tmp_path) as (node, url):
        first, again = (
            ask(node, "daftar-kelahiran", BIRTH, "nik", "nomor_akta", "sudah_pernah", effect="keyed", key="kunci-1")
            for _ in range(2)
        )
        assert (first["nik"], first["nomor_akta"]) == (again["nik"], again["nomor_akta"])
        assert (first["sudah_pernah"], again["sudah_pernah"]) == (False, True)
        assert counted(url)["akibat"] == 1
        status = ask(node, "status-kelahiran", {"nomor_permohonan": "kunci-1"}, "nomor_akta")
        assert status == {"nomor_akta": first["nomor_akta"]}


def test_a_birth_whose_reply_was_lost_is_in_doubt_not_repeated_blindly(tmp_path: Path) -> None:
    with connected("dukcapil", dukcapil(PEOPLE), tmp_path) as (node, url):
        disturb(url, "potong", saat="sesudah")
        refused("outcome-unknown", lambda: ask(node, "daftar-kelahiran", BIRTH, "nik", effect="keyed", key="k"))
        assert ask(node, "daftar-kelahiran", BIRTH, "nik", "sudah_pernah", effect="keyed", key="k")["sudah_pernah"]
        assert counted(url)["akibat"] == 1


@pytest.mark.parametrize(
    ("status", "words"), [("MENINGGAL", "Meninggal Dunia"), ("GANDA", "Data Ganda"), ("NONAKTIF", "Status Non Aktif")]
)
def test_dukcapil_s_refusals_inside_http_200(status: Status, words: str, tmp_path: Path) -> None:
    person = dataclasses.replace(HERO.mother, status=status)
    people = dataclasses.replace(PEOPLE, people=(person,))
    with connected("dukcapil", dukcapil(people), tmp_path) as (node, _):
        assert words in refused("business-rule", lambda: ask(node, "penduduk", {"nik": person.nik}, "nama"))


def test_nobody_a_wrong_password_and_an_empty_quota_have_a_code_each(tmp_path: Path) -> None:
    with connected("dukcapil", dukcapil(PEOPLE, Quota(2)), tmp_path) as (node, url):
        refused("not-found", lambda: ask(node, "penduduk", {"nik": "9999999999999999"}, "nama"))
        wrong = load(tmp_path, {**SECRETS, "DUKCAPIL_PASSWORD": "salah"})
        sentence = refused("upstream-auth", lambda: ask(wrong, "penduduk", {"nik": HERO.mother.nik}, "nama"))
        assert "Login Gagal" in sentence
        ask(node, "penduduk", {"nik": HERO.mother.nik}, "nama")
        calls = counted(url)["panggilan"]
        refused("upstream-quota", lambda: ask(node, "penduduk", {"nik": HERO.mother.nik}, "nama"))
        assert counted(url)["panggilan"] == calls, "the budget refuses before the system is asked"


# Dapodik and Neo Feeder


def test_dapodik_gives_one_pupil_out_of_a_school_s_list(tmp_path: Path) -> None:
    enrolled = HERO.child_enrolment
    with connected("dapodik", dapodik(PEOPLE), tmp_path) as (node, _):
        question = {"npsn": enrolled.npsn, "nik": HERO.child.nik}
        answer = ask(node, "peserta-didik", question, "nisn", "tingkat", "nama")
        assert answer == {"nisn": enrolled.nisn, "nama": HERO.child.nama, "tingkat": str(enrolled.tingkat)}
        refused("not-found", lambda: ask(node, "peserta-didik", {**question, "nik": HERO.aunt.nik}, "nisn"))
        refused("not-found", lambda: ask(node, "sekolah", {"npsn": "00000000"}, "nama"))
        assert ask(node, "sekolah", {"npsn": enrolled.npsn}, "npsn") == {"npsn": enrolled.npsn}


def test_neofeeder_gives_a_diploma_by_nik_in_two_steps_with_a_token(tmp_path: Path) -> None:
    degree = HERO.aunt_degree
    with connected("neofeeder", neofeeder(PEOPLE), tmp_path) as (node, _):
        answer = ask(node, "ijazah", {"nik": degree.nik}, "nomor_ijazah", "nim", "tanggal_lulus")
        assert degree.tanggal_lulus is not None
        lulus = degree.tanggal_lulus.isoformat()
        assert answer == {"nim": degree.nim, "nomor_ijazah": degree.nomor_ijazah, "tanggal_lulus": lulus}
        refused("not-found", lambda: ask(node, "ijazah", {"nik": HERO.child.nik}, "nim"))
        refused("content", lambda: ask(node, "ijazah", {"nik": "1' or 'a'='a"}, "nim"))


def test_a_token_that_ended_is_fetched_once_more(tmp_path: Path) -> None:
    moment = [0.0]
    with connected("neofeeder", neofeeder(PEOPLE, Tokens(3600, lambda: moment[0])), tmp_path) as (node, url):

        async def twice() -> None:
            subsystem = node.services[0].rpartition("/")[0]
            asked = admitted("ijazah", {"nik": HERO.aunt.nik}, fields=("nim",), subsystem=subsystem)
            await node.ask(asked)
            moment[0] += 4000
            await node.ask(asked)
            await node.close()

        asyncio.run(twice())
        assert counted(url)["panggilan"] == 1 + 2 + 1 + 1 + 2


# SIMPONI


def test_simponi_bills_once_tells_what_was_paid_and_knows_tax_numbers(tmp_path: Path) -> None:
    bill = {"nama_wajib_bayar": HERO.aunt.nama, "jumlah": 30000, "kode_tarif": "001", "kode_akun": "425289"}
    with connected("simponi", simponi(PEOPLE), tmp_path) as (node, url):
        made = [ask(node, "buat-billing", bill, "kode_billing", effect="keyed", key="skck-1") for _ in range(2)]
        assert made[0] == made[1]
        assert counted(url)["akibat:billing"] == 1
        assert not ask(node, "pembayaran", made[0], "lunas", "ntpn")["lunas"]
        requests.post(f"{url}/bank/bayar", json=made[0], timeout=5).raise_for_status()
        paid = ask(node, "pembayaran", made[0], "lunas", "ntpn", "jumlah")
        assert paid["lunas"]
        assert paid["jumlah"] == 30000
        assert len(paid["ntpn"]) == 16
        refused("not-found", lambda: ask(node, "pembayaran", {"kode_billing": "820000000000000"}, "lunas"))
        asked = {"nik": HERO.mother.nik, "keperluan": "uji"}
        assert ask(node, "kswp", asked, "status_kswp") == {"status_kswp": "VALID"}
        refused("not-found", lambda: ask(node, "kswp", {**asked, "nik": HERO.child.nik}, "status_kswp"))


# SIASN


def test_siasn_wants_two_tokens_and_renews_either(tmp_path: Path) -> None:
    nip = HERO.mother_asn.nip
    moment = [0.0]
    app = siasn(PEOPLE, gateway=Tokens(3600, lambda: moment[0]), sso=Tokens(36000, lambda: moment[0]))
    with connected("siasn", app, tmp_path) as (node, _):
        answer = ask(node, "data-utama", {"nip": nip}, "nama", "golongan", "tanggal_lahir")
        assert answer["tanggal_lahir"] == HERO.mother.tanggal_lahir.isoformat()
        assert answer["golongan"] == HERO.mother_asn.golongan
        refused("not-found", lambda: ask(node, "data-utama", {"nip": "0" * 18}, "nama"))

        async def past_both() -> None:
            subsystem = node.services[0].rpartition("/")[0]
            for passes in (0, 4000, 40000):
                moment[0] += passes
                asked = admitted("data-utama", {"nip": nip}, fields=("nip",), subsystem=subsystem)
                assert said((await node.ask(asked)).body) == {"nip": nip}
            await node.close()

        asyncio.run(past_both())


def test_siasn_names_the_children_of_an_allowance_and_takes_an_application_once(tmp_path: Path) -> None:
    with connected("siasn", siasn(PEOPLE), tmp_path) as (node, url):
        answer = ask(node, "tunjangan-anak", {"nip": HERO.mother_asn.nip}, "nama", "anak.nama", "jumlah_anak")
        assert answer["nama"] == HERO.mother.nama
        assert {"nama": HERO.child.nama} in answer["anak"]
        application = {
            "nik": HERO.aunt.nik, "nama": HERO.aunt.nama, "kode_formasi": "F-1",
            "nomor_ijazah": HERO.aunt_degree.nomor_ijazah, "kode_prodi": HERO.aunt_degree.kode_prodi,
            "nomor_skck": "SKCK/1",
        }  # fmt: skip
        taken = [ask(node, "lamaran", application, "status", effect="keyed", key="lamar-1") for _ in range(2)]
        assert taken == [{"status": "DITERIMA"}] * 2
        assert counted(url)["akibat"] == 1


# what all of them may do


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("html", "upstream-garbage"),
        ("5xx", "upstream-down"),
        ("alih", "upstream-garbage"),
        ("potong", "upstream-down"),
        ("besar", "upstream-garbage"),
    ],
)
def test_a_spoilt_reply_is_one_sentence_and_the_next_question_works(kind: str, code: str, tmp_path: Path) -> None:
    with connected("dukcapil", dukcapil(PEOPLE), tmp_path) as (node, url):
        disturb(url, kind)
        refused(code, lambda: ask(node, "penduduk", {"nik": HERO.mother.nik}, "nama"))
        assert ask(node, "penduduk", {"nik": HERO.mother.nik}, "nama") == {"nama": HERO.mother.nama}
        assert counted(url).get("alih_diikuti", 0) == 0


def test_each_connector_tells_the_doctor_how_its_system_is(tmp_path: Path) -> None:
    apps = {"dukcapil": dukcapil, "siasn": siasn, "satusehat": satusehat, "neofeeder": neofeeder}
    with ExitStack() as stack:
        for name, app in apps.items():
            (tmp_path / name).mkdir()
            stack.enter_context(connected(name, app(PEOPLE), tmp_path / name))
        node = load(tmp_path, SECRETS)

        async def checked() -> list[tuple[str, str, str]]:
            found = await node.check()
            await node.close()
            return found

        assert [(code, "listens" in sentence) for _, code, sentence in asyncio.run(checked())] == [("", True)] * 4
    ill = asyncio.run(load(tmp_path, SECRETS).check())
    assert {code for _, code, _ in ill} == {"upstream-down"}


def test_a_field_that_nobody_agreed_never_leaves(tmp_path: Path) -> None:
    with connected("dukcapil", dukcapil(PEOPLE), tmp_path) as (node, _):

        async def cut() -> tuple[int, int, bytes]:
            subsystem = node.services[0].rpartition("/")[0]
            asked = admitted("penduduk", {"nik": HERO.mother.nik}, fields=("nama",), subsystem=subsystem)
            answer = await node.ask(replace(asked, headers=()))
            await node.close()
            return answer.held, answer.released, answer.body

        held, released, body = asyncio.run(cut())
        assert (held > 20, released) == (True, 1)
        assert HERO.mother.nik.encode() not in body
