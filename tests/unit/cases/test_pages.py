"""Pages of cases: who may open what (a matrix), what they show, what their buttons do, in both languages."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation

from terpadu.cases import opening
from terpadu.cases.applying import uploads
from terpadu.cases.models import Case, Decision, Seen, Task
from terpadu.cases.states import State
from terpadu.identity.models import Person
from tests.unit.cases.conftest import Portal, service_toml
from tests.unit.cases.processes import process
from tests.unit.cases.test_people_and_officers import BY_RULE, CHECKED, DUKCAPIL, POLRI

pytestmark = pytest.mark.django_db
Put = Callable[[str, Any], None]


@pytest.fixture(autouse=True)
def indonesian() -> Iterator[None]:
    """A request in English leaves its language to the thread."""
    with translation.override("id"):
        yield


@pytest.fixture
def people(monkeypatch: pytest.MonkeyPatch, person: Person) -> dict[str, Person]:
    """The applicant, another person, an officer of the office, one of another office."""
    found = {"applicant": person}
    for name in ("stranger", "officer", "other_officer"):
        found[name] = Person.objects.create(email=f"{name}@contoh.example", assurance=2)
    offices = {found["officer"].pk: (DUKCAPIL,), found["other_officer"].pk: (POLRI,)}
    monkeypatch.setattr("terpadu.cases.officers.offices_of", lambda who: offices.get(who.pk, ()))
    monkeypatch.setattr("terpadu.identity.mandates.guards.offices_of", lambda who, role: offices.get(who.pk, ()))
    return found


@pytest.fixture
def case(portal: Portal, people: dict[str, Person], answers: Put) -> Case:
    portal.clock.real()
    portal.serve(process(CHECKED.replace("EYES", "")), service_toml("akta"))
    answers("akta", {"nomor": "AKTA-1"})
    return portal.work(portal.sent(people["applicant"], nama_bayi="BAYU LOKANANTA"))


def _as(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def _addresses(case: Case) -> dict[str, list[str]]:
    task = case.tasks.get(office=DUKCAPIL)
    mine = {name: reverse(f"cases:{name}", args=[case.reference]) for name in ("case", "sent", "message", "withdraw")}
    return {
        "applicant": [*mine.values(), reverse("cases:proof", args=[case.reference, "uji-1"])],
        "officer": [reverse(f"office:{name}", args=[task.pk]) for name in ("task", "missing", "message")],
    }


def test_who_may_open_what(case: Case, people: dict[str, Person]) -> None:
    addresses = _addresses(case)
    for who, person in people.items():
        for whose, pages in addresses.items():
            for page in pages:
                status = _as(person).get(page).status_code
                assert status == (200 if who == whose else 404), (who, page)
    for pages in addresses.values():
        for page in pages:
            assert Client().get(page).status_code == 302


def test_an_officer_opens_a_document_and_the_applicant_sees_that(
    case: Case, people: dict[str, Person], settings: Any, tmp_path: Path
) -> None:
    settings.HOME = tmp_path
    file = SimpleUploadedFile("jahat.html", b"\xff\xd8\xff<script>", "text/html")
    upload = uploads.keep(case, "foto_rumah", file)
    page = reverse("office:document", args=[case.tasks.get(office=DUKCAPIL).pk, upload.pk])
    for who in ("applicant", "stranger", "other_officer"):
        assert _as(people[who]).get(page).status_code == 404, who
    assert not Seen.objects.exists()
    answer = _as(people["officer"]).get(page)
    assert answer.content == b"\xff\xd8\xff<script>"
    assert answer["Content-Disposition"].startswith("attachment; ")
    assert (answer["X-Content-Type-Options"], answer["Content-Type"]) == ("nosniff", "application/octet-stream")
    assert Seen.objects.get().document == "foto_rumah"
    told = _as(people["applicant"]).get(reverse("cases:case", args=[case.reference])).content.decode()
    assert "</span>: foto_rumah</li>" in told
    listed = _as(people["officer"]).get(reverse("office:task", args=[case.tasks.get(office=DUKCAPIL).pk]))
    assert page in listed.content.decode()
    other = uploads.keep(opening.start("uji", people["stranger"], {"nik": ""}), "foto", file)
    assert _as(people["officer"]).get(page.replace(str(upload.pk), str(other.pk))).status_code == 404


def test_a_whole_case_is_a_file_to_take_along(case: Case, people: dict[str, Person]) -> None:
    page = reverse("cases:copy", args=[case.reference])
    for who in ("stranger", "officer", "other_officer"):
        assert _as(people[who]).get(page).status_code == 404, who
    answer = _as(people["applicant"]).get(page)
    assert answer["Content-Disposition"] == f'attachment; filename="{case.reference}.json"'
    told = json.loads(answer.content)
    assert (told["bentuk"], told["nomor"], told["isian"]) == (
        "terpadu.urusan/1", case.reference, {"nama_bayi": "BAYU LOKANANTA"}
    )  # fmt: skip
    assert {one["nama"]: (one["nilai"], one["bukti"]) for one in told["data"]}["keluarga.nomor"] == (
        "9971010101800002", "uji-1"
    )  # fmt: skip
    assert [one["jenis"] for one in told["perjalanan"]] == ["sent", "turn_office"]
    assert told["pokok"] == case.subject


@pytest.mark.parametrize("action", ["take", "put_back", "finish"])
def test_nobody_else_acts(case: Case, people: dict[str, Person], action: str) -> None:
    page = reverse(f"office:{action}", args=[case.tasks.get(office=DUKCAPIL).pk])
    for who in ("applicant", "stranger", "other_officer"):
        assert _as(people[who]).post(page, {"result": "granted"}).status_code == 404
    assert case.tasks.get(office=DUKCAPIL).state == Task.State.OPEN


def test_the_list_puts_ones_own_turn_first(case: Case, people: dict[str, Person]) -> None:
    draft = opening.start("uji", people["applicant"], {"nik": ""})
    page = _as(people["applicant"]).get(reverse("cases:index")).content.decode()
    assert page.index(draft.reference) < page.index(case.reference)
    assert "Giliran instansi" in page
    assert case.reference not in _as(people["stranger"]).get(reverse("cases:index")).content.decode()
    assert case.reference in _as(people["applicant"]).get("/").content.decode()


def test_the_case_page_says_whose_turn_and_until_when(case: Case, people: dict[str, Person]) -> None:
    page = _as(people["applicant"]).get(reverse("cases:case", args=[case.reference])).content.decode()
    for words in (
        "Giliran siapa",
        "DUKCAPIL",
        "Hari kerja ke-1 dari 3.",
        "Perjalanan urusan",
        "Anda mengirim pengajuan",
    ):
        assert words in page, words
    assert "dianggap dikabulkan (UU 30/2014 pasal 53)" in page
    english = _as(people["applicant"]).get(f"/en{reverse('cases:case', args=[case.reference])}").content.decode()
    assert '<html lang="en">' in english


def test_an_officer_opens_takes_and_decides(case: Case, portal: Portal, people: dict[str, Person]) -> None:
    officer = _as(people["officer"])
    task = case.tasks.get(office=DUKCAPIL)
    assert case.reference in officer.get(reverse("office:queue")).content.decode()
    page = officer.get(reverse("office:task", args=[task.pk])).content.decode()
    assert "BAYU LOKANANTA" in page
    assert "JOKO" not in page, "the head of the family is known, and not declared for this task"
    assert Seen.objects.get(case=case).person == people["officer"]
    officer.post(reverse("office:take", args=[task.pk]))
    wrong = officer.post(reverse("office:finish", args=[task.pk]), {"result": "refused", "reasons": " "})
    assert wrong.status_code == 422
    assert "Tulis paling sedikit satu alasan." in wrong.content.decode()
    officer.post(reverse("office:finish", args=[task.pk]), {"result": "refused", "reasons": "Tidak cocok.\nTerlambat."})
    found = portal.work(case)
    assert [reason["text"]["id"] for reason in found.decisions.get().reasons] == ["Tidak cocok.", "Terlambat."]
    mine = _as(people["applicant"])
    page = mine.get(reverse("cases:case", args=[case.reference])).content.decode()
    for words in (
        "Tidak disetujui",
        "Tidak cocok.",
        "Ajukan sanggah",
        "Keputusan ini dibuat petugas.",
        "Dibuka petugas",
    ):
        assert words in page, words


def test_the_person_objects(case: Case, portal: Portal, people: dict[str, Person]) -> None:
    test_an_officer_opens_takes_and_decides(case, portal, people)
    decision = Decision.objects.get(case=case)
    page = reverse("cases:object", args=[case.reference, decision.pk, "objection"])
    mine = _as(people["applicant"])
    assert mine.post(page, {"text": ""}).status_code == 422
    assert mine.post(page, {"text": "Datanya benar."}).status_code == 302
    assert portal.work(case).state == State.OBJECTED
    assert "Sedang diperiksa ulang" in mine.get(reverse("cases:case", args=[case.reference])).content.decode()
    assert _as(people["stranger"]).post(page, {"text": "x"}).status_code == 404


def test_asking_for_more_and_bringing_it(case: Case, portal: Portal, people: dict[str, Person]) -> None:
    officer, mine = _as(people["officer"]), _as(people["applicant"])
    task = case.tasks.get(office=DUKCAPIL)
    officer.post(reverse("office:take", args=[task.pk]))
    page = reverse("office:missing", args=[task.pk])
    day = {"until_0": "1", "until_1": "3", "until_2": "2020"}
    assert officer.post(page, {"text": "Nama saksi", **day}).status_code == 422
    assert officer.post(page, {"text": "Nama saksi", **day, "until_2": "2099"}).status_code == 302
    found = portal.work(case)
    told = mine.get(reverse("cases:case", args=[case.reference])).content.decode()
    assert "Lengkapi: Nama saksi" in told
    assert "Batas waktu berhenti sampai pengajuan lengkap." in told
    missing = found.tasks.get(kind=Task.Kind.MISSING)
    assert (
        mine.post(reverse("cases:turn", args=[case.reference, missing.pk]), {"text": "Sri Rahayu"}).status_code == 302
    )
    assert portal.work(case).state == State.WAITING_OFFICE
    assert "Sri Rahayu" in officer.get(reverse("office:task", args=[task.pk])).content.decode()


def test_what_a_machine_decided_says_so(portal: Portal, people: dict[str, Person], answers: Put) -> None:
    portal.clock.real()
    portal.serve(process(BY_RULE), service_toml("akta"))
    case = portal.work(portal.sent(people["applicant"]))
    page = _as(people["applicant"]).get(reverse("cases:case", args=[case.reference])).content.decode()
    assert "Keputusan ini dibuat sistem menurut aturan; Anda berhak meminta petugas menilainya." in page
    assert "Minta petugas menilainya" in page


def test_withdrawing_asks_once(case: Case, people: dict[str, Person]) -> None:
    mine = _as(people["applicant"])
    page = reverse("cases:withdraw", args=[case.reference])
    assert mine.get(page).status_code == 200
    assert mine.post(page).status_code == 302
    assert Case.objects.get().state == State.WITHDRAWN


def test_no_number_of_a_person_in_an_address(case: Case) -> None:
    for pages in _addresses(case).values():
        assert not [page for page in pages if "99710101" in page]


def test_proof_of_another_exchange_is_not_there(case: Case, people: dict[str, Person]) -> None:
    mine = _as(people["applicant"])
    assert mine.get(reverse("cases:proof", args=[case.reference, "uji-999"])).status_code == 404
    file = mine.get(reverse("cases:proof", args=[case.reference, "uji-1"]))
    assert file["Content-Disposition"].startswith("attachment")
    assert b"/exchanges/uji-1/evidence" in file.content
