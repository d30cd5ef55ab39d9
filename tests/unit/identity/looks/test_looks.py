"""Who looked: each look once by its owner's record, silence is said, nobody reads somebody else's list."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from msgspec import structs

from terpadu.cases.applying import questioning
from terpadu.cases.models import Case
from terpadu.errors import Refused
from terpadu.exchange.client import Told
from terpadu.facts import vocabulary
from terpadu.identity.looks import asking, views
from terpadu.identity.looks.asking import Office
from terpadu.identity.looks.models import Answer, Questioned
from terpadu.identity.looks.rules import FILTERS, field_label, overview
from terpadu.identity.models import Person
from terpadu.model.identifiers import ServiceId

pytestmark = pytest.mark.django_db
PORTAL = "ID/GOV/KEMENPANRB/PORTAL"
DUKCAPIL, BPJS = "ID/GOV/KEMENDAGRI/DUKCAPIL", "ID/GOV/BPJSKES/KEPESERTAAN"


def look(number: str, **more: Any) -> dict[str, Any]:
    """A look as a node tells it."""
    return {
        "at": 1_764_000_000_000, "number": number, "direction": "in", "consumer": PORTAL, "service": f"{DUKCAPIL}/keluarga",
        "agreement": "A/1", "purpose": "p", "case": None, "rule": "A/1", "answered": True, "code": None, "status": 200,
        "office": "KemenPANRB", "system": "Portal", "question": "KK", "purpose_title": "Uji", "basis": "UU",
        "fields": ["no_kk"], **more,
    }  # fmt: skip


def office(subsystem: str, name: str) -> Office:
    return Office(ServiceId(f"{subsystem}/getAccesses"), "siapa-melihat", name, name)


def answer(looks: list[dict[str, Any]], code: str = "") -> Answer:
    return Answer(tried=timezone.now(), answered=None if code else timezone.now(), code=code, looks=looks)


def told(*answers: tuple[str, list[dict[str, Any]], str], questioned: set[str] | None = None) -> Any:
    everything = [(office(subsystem, subsystem), answer(looks, code)) for subsystem, looks, code in answers]
    return overview(everything, questioned or set(), vocabulary.load(), PORTAL)


def test_an_exchange_that_both_ends_tell_is_one_look_by_its_owners_record() -> None:
    found = told((BPJS, [look("1", direction="out", fields=[])], ""), (DUKCAPIL, [look("1")], ""))
    (one,) = found.looks
    assert [field.label for field in one.fields] == ["Nomor KK"]
    assert one.ours


def test_a_refusal_tells_no_fields_and_reading_the_list_is_counted_apart() -> None:
    refused, reading = look("1", code="no-agreement", direction="refused"), look("2", service=f"{DUKCAPIL}/getAccesses")
    found = told((DUKCAPIL, [refused, reading], ""))
    (one,) = found.looks
    assert (one.refused, one.fields, found.readings) == (True, (), 1)
    assert found.recent(one.at) == (0, 0, 1)


def test_who_has_not_answered_is_said_and_what_was_known_stays() -> None:
    found = told((DUKCAPIL, [look("1")], "peer-timeout"), (BPJS, [], ""))
    assert [silent.name for silent in found.silent] == [DUKCAPIL]
    assert len(found.looks) == 1


def test_filters_take_apart_what_people_ask_for() -> None:
    everything = [look("1", case="KL-1"), look("2"), look("3", code="purpose"), look("4", consumer=BPJS)]
    found = told((DUKCAPIL, everything, ""), questioned={"4"})
    chosen = {name: {one.number for one in found.looks if fits(one)} for name, fits in FILTERS.items()}
    assert chosen == {
        "semua": {"1", "2", "3", "4"}, "urusan": {"1"}, "tanpa": {"2", "3", "4"}, "ditolak": {"3"}, "ditanyakan": {"4"},
    }  # fmt: skip


def test_fields_are_named_in_the_pages_language_also_within_lists() -> None:
    words = vocabulary.load()
    assert field_label(ServiceId("ID/GOV/KEMENKES/SATUSEHAT/bayi-menurut-ibu"), "bayi.nomor_ihs", words) == "Nomor IHS bayi"
    assert field_label(ServiceId(f"{DUKCAPIL}/lain"), "tidak_dikenal.sama", words) == "tidak dikenal: sama"


class Node:
    """What asking needs of the way to agencies: agreements, and answers or refusals by service."""

    def __init__(self) -> None:
        self.vocabulary = vocabulary.load()
        looks = [look("1"), look("9", consumer=BPJS, office="BPJS")]
        self.said: dict[str, list[dict[str, Any]] | str] = {DUKCAPIL: looks, BPJS: []}
        self.asked: list[str] = []

    def agreements(self) -> list[dict[str, Any]]:
        purposes = [{"id": "siapa-melihat"}]
        return [
            {"service": f"{one}/getAccesses", "purposes": purposes, "office": one, "system": one} for one in self.said
        ] + [{"service": f"{DUKCAPIL}/keluarga", "purposes": purposes, "office": "x", "system": "x"}]

    async def put(self, service: ServiceId, question: dict[str, str], why: Any) -> Told:
        self.asked.append(question["nik"])
        found = self.said[service.removesuffix("/getAccesses")]
        if found == "slow":
            await asyncio.sleep(60)
        if isinstance(found, str):
            raise Refused(found, "…")
        return Told(value={"looks": found}, number="n", released=1, held=1)

    def run(self, work: Any) -> Any:
        return asyncio.run(work)

    def evidence(self, number: str) -> str:
        return f"bukti {number}"


@pytest.fixture
def node(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Node:
    found = Node()
    settings.PORTAL = structs.replace(settings.PORTAL, subsystem=PORTAL)
    monkeypatch.setattr(views, "agencies", lambda: found)
    monkeypatch.setattr(asking, "SECONDS", 0.2)
    return found


def signed_on(nik: str, assurance: int = 2) -> Client:
    person = Person(email=f"orang-{nik[-1]}@contoh.example", assurance=assurance)
    person.set_nik(nik)
    person.set_unusable_password()
    person.save()
    browser = Client()
    browser.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return browser


def test_the_page_shows_looks_of_the_own_number_alone(node: Node) -> None:
    page = signed_on("9901010101010001").get("/siapa-melihat/").content.decode()
    assert page.count('class="look"') == 2
    assert "Terpadu, atas permintaan Anda" in page
    assert set(node.asked) == {"9901010101010001"}
    assert "9901010101010001" not in page


def test_going_to_and_fro_asks_nobody_anew(node: Node) -> None:
    browser = signed_on("9901010101010001")
    for _ in range(3):
        browser.get("/siapa-melihat/")
    assert len(node.asked) == len(node.said)


def test_an_office_that_is_slow_or_refuses_is_named_beside_what_others_said(node: Node) -> None:
    browser = signed_on("9901010101010001")
    node.said[BPJS] = "slow"
    page = browser.get("/siapa-melihat/").content.decode()
    assert f"{BPJS} tidak menjawab" in page
    assert page.count('class="look"') == 2
    node.said[BPJS] = "no-agreement"
    browser.get("/siapa-melihat/")
    assert Answer.objects.get(code="no-agreement").answered is None


@pytest.mark.parametrize("who", ["stranger", "level 1", "nobody"])
def test_a_list_is_its_persons_own(node: Node, who: str) -> None:
    if who == "stranger":
        signed_on("9901010101010001").get("/siapa-melihat/")
        browser = signed_on("9901010101010002")
        node.said[DUKCAPIL] = []
        assert browser.get("/siapa-melihat/bukti/1/").status_code == 404
        assert browser.post("/layanan/tanya-data/ajukan/", {"bukti": "1"}).status_code == 404
        assert browser.get("/siapa-melihat/unduh.json").json()["looks"] == []
    elif who == "level 1":
        assert signed_on("9901010101010001", assurance=1).get("/siapa-melihat/").status_code == 403
    else:
        assert Client().get("/siapa-melihat/").status_code == 302
    assert not Questioned.objects.exists()


def test_proof_is_given_for_our_own_looks_and_the_list_to_machines(node: Node) -> None:
    browser = signed_on("9901010101010001")
    assert browser.get("/siapa-melihat/bukti/1/").content == b"bukti 1"
    assert browser.get("/siapa-melihat/bukti/9/").status_code == 404, "others prove theirs"
    assert {one["number"] for one in browser.get("/siapa-melihat/unduh.json").json()["looks"]} == {"1", "9"}


def test_a_question_becomes_a_case_for_who_looked(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questioning, "catalogue", lambda: {questioning.SERVICE: object()})
    browser = signed_on("9901010101010001")
    answered = browser.post("/layanan/tanya-data/ajukan/", {"bukti": "9"})
    case = Case.objects.get()
    assert answered["Location"] == f"/layanan/tanya-data/periksa/{case.reference}/"
    assert (case.subject["instansi"], case.subject["nomor_bukti"]) == (BPJS, "9")
    assert "Anda bertanya" in browser.get("/siapa-melihat/?saring=ditanyakan").content.decode()
    assert browser.get("/layanan/tanya-data/ajukan/").status_code == 405
