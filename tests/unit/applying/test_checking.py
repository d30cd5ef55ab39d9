"""The prefilled form: facts with their sources, an office that is down, registers that differ, answers, sending."""

from __future__ import annotations

import re
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone

from terpadu.cases.applying import drafts, gathering, holding
from terpadu.cases.applying.models import Gathering, Upload
from terpadu.cases.models import Case
from terpadu.cases.states import State
from terpadu.errors import Refused
from terpadu.identity.models import Person
from terpadu.services.catalogue import catalogue
from tests.lib.people import make_parent
from tests.unit.applying.offices import Offices

pytestmark = pytest.mark.usefixtures("services")


def begun(browser: Client, service: str = "kelahiran") -> str:
    """The address of a new draft."""
    answer = browser.post(f"/layanan/{service}/periksa/")
    assert answer.status_code == 302
    return str(answer["Location"])


def text_of(page: bytes) -> str:
    """What a page says, without its marks."""
    plain = re.sub(r"<(script|style|svg).*?</\1>", "", page.decode(), flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", plain).split())


def test_who_is_not_signed_on_or_not_proven_gets_no_form(client: Client, person: Person, offices: Offices) -> None:
    assert client.get("/layanan/kelahiran/periksa/", headers={"Host": "localhost"})["Location"].startswith("/masuk/")
    Person.objects.update(assurance=1)
    client.force_login(person)
    assert client.post("/layanan/kelahiran/periksa/", headers={"Host": "localhost"}).status_code == 403
    assert Case.objects.count() == 0
    assert offices.asked == []


def test_opening_a_page_begins_nothing(browser: Client, offices: Offices) -> None:
    assert browser.get("/layanan/kelahiran/periksa/").status_code == 200
    assert Case.objects.count() == 0
    assert offices.asked == []


def test_the_service_page_begins_at_once_where_nothing_is_to_choose(browser: Client, offices: Offices) -> None:
    assert b'name="langsung"' in browser.get("/layanan/kelahiran/").content
    first = browser.post("/layanan/kelahiran/periksa/", {"langsung": "1"})
    assert "/layanan/kelahiran/periksa/KL-" in first["Location"]
    again = browser.post("/layanan/kelahiran/periksa/", {"langsung": "1"})
    assert again["Location"] == "/layanan/kelahiran/periksa/", "a draft waits: go on with it, or begin anew"
    assert Case.objects.count() == 1


def test_an_address_reads_like_one(browser: Client, offices: Offices) -> None:
    street = {"jalan": "JL. KENANGA NO. 12", "rt": "003", "rw": "005", "kelurahan": "MEKAR", "kode_wilayah": "9905012001"}
    offices.answers["keluarga"] = {"no_kk": "9901010101010003", "alamat": street}
    said = text_of(browser.get(begun(browser)).content)
    assert "Alamat JL. KENANGA NO. 12, RT 003/RW 005, MEKAR Sumber:" in said


def test_every_fact_stands_with_its_source_and_numbers_are_masked(browser: Client, offices: Offices) -> None:
    page = browser.get(begun(browser)).content
    said = text_of(page)
    assert "Tanggal lahir bayi 21 November 2026" in said
    assert "Perempuan Sumber: SATUSEHAT, Kemenkes" in said, "a register's code in the service's own words"
    assert "RATNA WULANDARI Sumber: Dukcapil, Kemendagri · hari ini" in said
    assert b"9901010101010003" not in page
    assert "99•• •••• •••• 0003" in said
    assert "5 data sudah ada" in said
    assert not re.search(r"fotokopi|unggah (KTP|KK)", said, re.I)


def test_each_question_is_put_once_under_purpose_and_case(browser: Client, offices: Offices) -> None:
    address = begun(browser)
    for _ in range(3):
        browser.get(address)
    assert offices.names() == ["bayi-menurut-ibu", "keluarga", "penduduk"]
    reference = address.rstrip("/").rpartition("/")[2]
    assert {(why.purpose, why.case) for _, _, why in offices.asked} == {("pencatatan-kelahiran", reference)}


def test_an_answer_is_asked_for_again_after_its_time(browser: Client, offices: Offices) -> None:
    address = begun(browser)
    browser.get(address)
    row = Gathering.objects.get()
    row.held = {name: entry | {"until": 1} for name, entry in row.held.items()}
    row.save()
    browser.get(address)
    assert offices.names() == ["bayi-menurut-ibu"] * 2 + ["keluarga"] * 2 + ["penduduk"] * 2


def test_what_offices_said_lies_sealed(browser: Client, offices: Offices) -> None:
    browser.get(begun(browser))
    with connection.cursor() as cursor:
        cursor.execute("SELECT held FROM applying_gathering")
        held = bytes(cursor.fetchone()[0])
    assert b"RATNA" not in held
    assert b"9901" not in held
    assert any(entry["value"].get("nama") == "RATNA WULANDARI" for entry in Gathering.objects.get().held.values())


def test_an_office_that_is_down_turns_only_its_own_boxes_amber(browser: Client, offices: Offices) -> None:
    offices.answers["keluarga"] = Refused("upstream-down", "down")
    address = begun(browser)
    page = browser.get(address).content.decode()
    assert page.count('class="fact down"') == 2, "number and address of the family card"
    said = text_of(page.encode())
    assert re.search(r"Dukcapil, Kemendagri tidak menjawab · dicoba \d\d\.\d\d", said)
    assert "Anda tetap dapat mengirim" in said
    assert "Tanggal lahir bayi 21 November 2026" in said
    browser.get(address)
    assert offices.names().count("keluarga") == 1, "a silent office is not asked with every look"
    offices.answers["keluarga"] = {"no_kk": "9901010101010003", "alamat": "JALAN KENANGA 12"}
    mended = browser.get(f"{address}?ulang=1").content.decode()
    assert 'class="fact down"' not in mended
    assert offices.names().count("keluarga") == 2
    assert offices.names().count("penduduk") == 1, "who answered is not asked again"


def test_what_an_office_does_not_have_is_said_and_not_called_down(browser: Client, offices: Offices) -> None:
    offices.answers["bayi-menurut-ibu"] = Refused("not-found", "none")
    page = browser.get(begun(browser)).content
    assert b'class="fact down"' not in page
    assert "Tidak tercatat di SATUSEHAT, Kemenkes." in text_of(page)


@pytest.mark.django_db(transaction=True)
def test_a_slow_office_does_not_hold_the_page_up(
    browser: Client, offices: Offices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "PORTAL", msgspec.structs.replace(settings.PORTAL, wait=0.3))
    offices.slow["keluarga"] = 1.0
    address = begun(browser)
    began = time.monotonic()
    said = text_of(browser.get(address).content)
    assert time.monotonic() - began < 0.9
    assert "Tanggal lahir bayi 21 November 2026" in said
    assert "Kami sedang bertanya kepada instansi" in said
    assert "2 masih ditanyakan" in said
    for thread in threading.enumerate():
        if thread.name == "gathered":
            thread.join(10)
    said = text_of(browser.get(address).content)
    assert "JALAN KENANGA 12" in said
    assert "Kami sedang bertanya" not in said
    assert offices.names().count("keluarga") == 1


def test_who_asks_already_is_waited_for_not_joined(
    browser: Client, offices: Offices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "PORTAL", msgspec.structs.replace(settings.PORTAL, wait=0.1))
    address = begun(browser)
    case = Case.objects.get()
    Gathering.objects.create(case=case, busy_until=timezone.now() + timedelta(seconds=30))
    assert "5 masih ditanyakan" in text_of(browser.get(address).content)
    assert offices.asked == []
    Gathering.objects.update(busy_until=timezone.now() - timedelta(seconds=1))
    assert "5 data sudah ada" in text_of(browser.get(address).content), "a process that died holds nobody up for ever"


def test_a_wrong_answer_has_one_sentence_in_the_summary_and_at_the_field(browser: Client, offices: Offices) -> None:
    address = begun(browser)
    answer = browser.post(address, {"nama_bayi": "Aluna", "kirim": "1"})
    assert answer.status_code == 422
    sentence = "Nama anak paling sedikit dua kata, misalnya Aluna Kirana."
    assert text_of(answer.content).count(sentence) == 2
    assert b'<a href="#id_nama_bayi">' in answer.content
    assert Case.objects.get().state == State.DRAFT
    missing = browser.post(f"/en{address}", {"nama_bayi": "", "kirim": "1"})
    assert text_of(missing.content).count("Give the child&#x27;s full name, like Aluna Kirana.") == 2


def test_a_right_form_is_sent_once(browser: Client, offices: Offices) -> None:
    address = begun(browser)
    browser.get(address)
    answer = browser.post(address, {"nama_bayi": "  Aluna   Kirana ", "kirim": "1"})
    case = Case.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/urusan/{case.reference}/")
    assert case.state == State.SENT
    assert case.answers == {"nama_bayi": "Aluna Kirana"}
    facts = {fact["name"]: fact for fact in case.facts}
    assert facts["ibu.nama"]["value"] == "RATNA WULANDARI"
    assert facts["ibu.nama"]["number"].endswith("-penduduk")
    assert facts["ibu.nama"]["source"] == "ID/GOV/KEMENDAGRI/DUKCAPIL/penduduk"
    assert browser.get(address).status_code == 404, "what was sent is no draft any more"
    assert browser.post(address, {"nama_bayi": "Aluna Kirana", "kirim": "1"}).status_code == 404


def test_save_and_return_keeps_what_is_not_right_yet(browser: Client, offices: Offices) -> None:
    address = begun(browser)
    assert browser.post(address, {"nama_bayi": "Aluna", "simpan": "1"})["Location"] == "/urusan/"
    assert b'value="Aluna"' in browser.get(address).content
    assert f'href="{address}"'.encode() in browser.get("/layanan/kelahiran/periksa/").content


def test_a_draft_is_deleted_with_all_that_was_kept(browser: Client, offices: Offices) -> None:
    address = begun(browser)
    browser.get(address)
    assert browser.get(f"{address}hapus/").status_code == 405
    assert browser.post(f"{address}hapus/")["Location"] == "/urusan/"
    assert (Case.objects.count(), Gathering.objects.count()) == (0, 0)
    assert browser.get(address).status_code == 404


def test_somebody_elses_draft_is_not_found(browser: Client, offices: Offices) -> None:
    address = begun(browser)
    other = Person.objects.create(email="lain@contoh.example", assurance=2)
    stranger = Client(headers={"Host": "localhost"})
    stranger.force_login(other)
    assert [stranger.get(f"{address}{end}").status_code for end in ("", "keliru/ibu.nama/")] == [404, 404]
    assert [stranger.post(f"{address}{end}").status_code for end in ("", "hapus/", "keliru/ibu.nama/")] == [404] * 3
    assert Case.objects.count() == 1


def test_the_preview_says_which_office_gets_what(browser: Client, offices: Offices) -> None:
    said = text_of(browser.get(begun(browser)).content)
    assert "Dukcapil menerima 3 data: nama lengkap anak, NIK Anda, tanggal lahir bayi." in said


def test_a_wrong_fact_becomes_a_case_for_its_owner(browser: Client, offices: Offices) -> None:
    address = begun(browser)
    browser.get(address)
    page = text_of(browser.get(f"{address}keliru/ibu.nama/").content)
    assert "Data ini milik Kemendagri." in page
    answer = browser.post(f"{address}keliru/ibu.nama/")
    made = Case.objects.get(service="koreksi")
    assert answer["Location"] == f"/layanan/koreksi/periksa/{made.reference}/"
    assert made.subject["fakta"] == "ibu.nama"
    assert made.subject["nilai"] == "RATNA WULANDARI"
    assert made.subject["sumber"] == "ID/GOV/KEMENDAGRI/DUKCAPIL/penduduk"
    assert made.subject["nomor_bukti"].endswith("-penduduk")
    assert made.subject["pemilik"] == "ID/GOV/KEMENDAGRI/DUKCAPIL"
    assert browser.get(f"{address}keliru/ayah.gaji/").status_code == 404
    said = text_of(browser.get(answer["Location"]).content)
    assert "Data yang menurut Anda keliru Nama ibu RATNA WULANDARI Sumber: Dukcapil, Kemendagri" in said


def test_a_correction_begins_only_beside_the_fact(browser: Client, offices: Offices) -> None:
    assert "Pilih “Tidak benar?” di samping data itu" in text_of(browser.get("/layanan/koreksi/periksa/").content)
    assert browser.post("/layanan/koreksi/periksa/").status_code == 200
    assert Case.objects.count() == 0


def test_an_answer_outlives_the_silence_of_an_office(browser: Client, offices: Offices) -> None:
    """An input that hangs on a register is not shown while that register is silent; what was typed stays."""
    address = begun(browser, "sekolah")
    case = Case.objects.get()
    case.answers = {"catatan": "diketik dulu"}
    case.save()
    offices.answers["keluarga"] = Refused("upstream-down", "down")
    browser.post(address, {"npsn": "99000001", "simpan": "1"})
    assert Case.objects.get().answers == {"catatan": "diketik dulu", "npsn": "99000001"}
    offices.answers["keluarga"] = {"anggota": []}
    browser.get(f"{address}?ulang=1")
    browser.post(address, {"npsn": "99000001", "simpan": "1"})
    assert Case.objects.get().answers == {"npsn": "99000001"}


def test_there_is_an_end_to_drafts(browser: Client, offices: Offices, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafts, "MOST", 1)
    begun(browser)
    assert browser.post("/layanan/kelahiran/periksa/")["Location"] == "/layanan/kelahiran/periksa/"
    assert "Terlalu banyak draf" in text_of(browser.get("/layanan/kelahiran/periksa/").content)
    assert Case.objects.count() == 1


def test_registers_that_differ_are_shown_and_the_authority_is_used(browser: Client, offices: Offices) -> None:
    offices.answers["penduduk"] = {"nama": "NABILA"}
    address = begun(browser, "sekolah")
    page = browser.get(address).content
    assert "Kami tanyakan setelah isian yang diperlukan lengkap." in text_of(page)
    assert b"9901015001140031" not in page, "a choice is no number"
    child = re.search(rb'name="nik_anak" value="(\w+)"', page)
    assert child
    answers = {"nik_anak": child[1].decode(), "npsn": "99000001"}
    shown = browser.post(address, {**answers, "kirim": "1"})
    said = text_of(shown.content)
    assert "Ada data baru dari instansi. Periksa, lalu kirim." in said
    assert "Dua instansi mencatat isi yang berbeda." in said
    assert "NABILA Sumber: Dukcapil, Kemendagri · hari ini" in said
    assert "Dipakai untuk pengajuan ini, karena Dukcapil yang berwenang." in said
    assert "NABILAH Sumber: Dapodik, Kemendikbudristek" in said
    assert "Minta Kemendikbudristek memperbarui" in said
    assert browser.post(address, {**answers, "kirim": "1"}).status_code == 302
    assert {fact["name"]: fact["value"] for fact in Case.objects.get().facts}["anak.nama"] == "NABILA"


def test_a_choice_that_no_register_offers_is_refused(browser: Client, offices: Offices) -> None:
    address = begun(browser, "sekolah")
    answer = browser.post(address, {"nik_anak": "9901019999999999", "npsn": "99000001", "kirim": "1"})
    assert answer.status_code == 422
    assert "nik_anak" not in Case.objects.get().answers


def test_an_english_page_speaks_english(browser: Client, offices: Offices) -> None:
    said = text_of(browser.get(f"/en{begun(browser)}").content)
    assert "The newborn&#x27;s date of birth 21 November 2026" in said
    assert "Female" in said


def test_old_drafts_go(browser: Client, offices: Offices) -> None:
    begun(browser)
    now = timezone.now()
    drafts.forget(now + timedelta(days=29))
    assert Case.objects.count() == 1
    drafts.forget(now + timedelta(days=31))
    assert Case.objects.count() == 0


def test_what_may_be_kept_no_longer_goes_though_nobody_opens_the_draft(browser: Client, offices: Offices) -> None:
    browser.get(begun(browser))
    assert len(Case.objects.get().facts) == 5
    drafts.forget(timezone.now() + timedelta(minutes=29))
    assert len(Gathering.objects.get().held) == 3
    drafts.forget(timezone.now() + timedelta(minutes=31))
    assert Gathering.objects.get().held == {}
    assert Case.objects.get().facts == []


def test_how_long_an_answer_may_stay() -> None:
    words = gathering.agencies().vocabulary
    kept = holding.keep_for(words, ["keluarga.nomor", "penduduk.nama"])
    assert kept["ID/GOV/KEMENDAGRI/DUKCAPIL/keluarga"] == holding.WHILE_OPEN, (
        "a fact that may not be kept rules the answer"
    )
    assert kept["ID/GOV/KEMENDAGRI/DUKCAPIL/penduduk"] == 24 * holding.HOUR


def test_a_parent_chooses_the_child_and_its_number_stays_out_of_the_page(
    browser: Client, person: Person, offices: Offices, services: Path
) -> None:
    text = (services / "sekolah" / "service.toml").read_text(encoding="utf-8")
    (services / "sekolah" / "service.toml").write_text(text.replace("facts =", 'for_whom = ["child"]\nfacts =', 1))
    catalogue.cache_clear()
    offices.answers["keluarga"] = Refused("upstream-down", "down")
    assert "belum dapat Anda ajukan" in text_of(browser.get("/layanan/sekolah/periksa/").content)
    assert browser.post("/layanan/sekolah/periksa/").status_code == 200
    for nik, name in (("9901015001140031", "NABILA"), ("9901011002160032", "RAKA")):
        make_parent(person, nik, name)
    page = browser.get("/layanan/sekolah/periksa/").content
    assert b"9901015001140031" not in page
    keys = re.findall(r'name="untuk" id="untuk-\d" value="(\w+)"', page.decode())
    assert len(keys) == 2
    assert "Pilih untuk siapa" in text_of(browser.post("/layanan/sekolah/periksa/", {"untuk": "lain"}).content)
    browser.post("/layanan/sekolah/periksa/", {"untuk": keys[0]})
    case = Case.objects.get()
    assert (case.subject["nik_anak"], case.about) == ("9901015001140031", "NABILA")


JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 100


def sent_with(browser: Client, address: str, content: bytes, name: str = "rapor.jpg") -> Any:
    """The school's form with a document."""
    page = browser.get(address).content
    child = re.search(rb'name="nik_anak" value="(\w+)"', page)
    assert child
    upload = SimpleUploadedFile(name, content, "image/jpeg")
    return browser.post(address, {"nik_anak": child[1].decode(), "npsn": "99000001", "rapor": upload, "simpan": "1"})


def test_a_document_is_kept_sealed_and_handed_out_inert(browser: Client, offices: Offices, tmp_path: Path) -> None:
    address = begun(browser, "sekolah")
    assert sent_with(browser, address, JPEG).status_code == 302
    upload = Upload.objects.get()
    assert Case.objects.get().answers["rapor"] == str(upload.id)
    (kept,) = (tmp_path / "files" / "uploads").iterdir()
    assert kept.stat().st_mode & 0o777 == 0o600
    assert b"\xff\xd8\xff\xe0" not in kept.read_bytes()
    answer = browser.get(f"{address}berkas/{upload.id}/")
    assert answer.content == JPEG
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment; filename=")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    sent_with(browser, address, JPEG + b"2")
    assert Upload.objects.count() == 1, "what is replaced goes"
    browser.post(f"{address}hapus/")
    assert list((tmp_path / "files" / "uploads").iterdir()) == []


def test_a_draft_saved_again_keeps_its_document(browser: Client, offices: Offices) -> None:
    address = begun(browser, "sekolah")
    sent_with(browser, address, JPEG)
    browser.post(address, {"npsn": "99000002", "simpan": "1"})
    assert Case.objects.get().answers["rapor"] == str(Upload.objects.get().id)


HOSTILE = [
    (b"<script>alert(1)</script>", "x.jpg"),
    (b"GIF89a" + b"\0" * 20, "x.jpg"),
    (b"MZ\x90\0" + b"\0" * 20, "x.pdf"),
    (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "x.jpg"),
    (b"\x89PNG\r\n\x1a\n" + b"\0" * 20, "x.jpg"),
    (b"PK\x03\x04macro", "x.docx"),
    (b" " + JPEG, "x.jpg"),
    (b"", "x.jpg"),
    (JPEG + b"\0" * (2 * 1024 * 1024), "x.jpg"),
]


@pytest.mark.parametrize(("content", "name"), HOSTILE)
def test_what_is_not_what_was_asked_for_is_not_kept(browser: Client, offices: Offices, content: bytes, name: str) -> None:
    address = begun(browser, "sekolah")
    sent_with(browser, address, content, name)
    assert Upload.objects.count() == 0
    assert "rapor" not in Case.objects.get().answers


def test_a_call_that_brings_too_much_is_cut_off(browser: Client, offices: Offices) -> None:
    address = begun(browser, "sekolah")
    files = {f"berkas{number}": SimpleUploadedFile("x.jpg", JPEG + b"0" * 3_000_000, "image/jpeg") for number in range(4)}
    browser.post(address, {**files, "npsn": "99000001", "simpan": "1"})
    assert Upload.objects.count() == 0
    assert Case.objects.get().answers == {}, "what came after the cut is not read"


def test_somebody_elses_document_is_not_found(browser: Client, offices: Offices) -> None:
    address = begun(browser, "sekolah")
    sent_with(browser, address, JPEG)
    stranger = Client(headers={"Host": "localhost"})
    stranger.force_login(Person.objects.create(email="lain@contoh.example", assurance=2))
    assert stranger.get(f"{address}berkas/{Upload.objects.get().id}/").status_code == 404


def test_a_list_grows_by_a_line_and_keeps_what_was_typed(browser: Client, offices: Offices) -> None:
    address = begun(browser, "sekolah")
    page = browser.post(address, {"prestasi-0-nama": "OSN", "prestasi-0-tahun": "2025", "baris": "1"}).content.decode()
    assert 'name="prestasi-1-nama"' in page
    assert 'name="prestasi-2-nama"' not in page
    answer = browser.post(address, {"prestasi-0-nama": "OSN", "prestasi-1-nama": "X", "kirim": "1"})
    assert "Prestasi 2: nama paling sedikit 3 huruf." in text_of(answer.content)
    assert Case.objects.get().answers["prestasi"] == [{"nama": "OSN"}, {"nama": "X"}]
