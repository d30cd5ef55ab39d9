"""Questions carry the person's consent, or are not put: a draft and a case through two real nodes, their facts under consent.

The agreement asks for consent, the provider's node checks the receipt, the old system behind it counts who asked.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.test import Client as Browser
from django.utils import timezone
from msgspec import structs

from terpadu.cases import worker
from terpadu.cases.applying.models import Gathering
from terpadu.cases.models import Case
from terpadu.cases.states import State
from terpadu.clock import system_clock
from terpadu.facts import vocabulary
from terpadu.identity.consent.models import Consent
from terpadu.identity.models import Person
from terpadu.pages import agencies as room
from terpadu.pages.agencies import Agencies
from terpadu.services.catalogue import catalogue
from terpadu.signing.evidence.verify import verify
from terpadu.signing.keys import public_text
from terpadu.signing.writing import consent_hash
from terpadu.trust import draft, publish
from terpadu.trust.office import load_key
from tests.lib.portal_world import forget_agencies
from tests.lib.two_nodes import APP, POP, Pair, agreement, service, two_nodes
from tests.unit.applying.test_checking import text_of
from tests.unit.cases.processes import LINE, process

NIK = "9901010101010001"
SIGNER = "ID/GOV/1/persetujuan"
WORDS = f"""
[question.orang]
title = {{ id = "identitas", en = "identity" }}
service = "{POP}/x"
body = {{ nik = "subjek.nik" }}
[fact."orang.nama"]
title = {{ id = "Nama", en = "Name" }}
question = "orang"
value = "nama"
keep_hours = 1
"""
SERVICE = f"""
id = "uji"
title = {{ id = "Uji", en = "Test" }}
life_event = {{ id = "Uji", en = "Test" }}
authority = "-"
basis = "-"
purpose = "uji"
facts = ["orang.nama"]
consent = {{ days = 30, otherwise = {{ id = "Datang ke kantor dengan surat.", en = "Come with papers." }} }}
[[act]]
name = "akta"
title = {{ id = "mencatat", en = "notes" }}
service = "{POP}/catat"
body = {{ nik = "subjek.nik", nama = "fakta.orang.nama" }}
"""
AGREED = (agreement("A1", "x", needs_consent=True), agreement("A2", "catat", keep_days=1))


class Portal(NamedTuple):
    """The portal in this process, and what stands behind the provider's node."""

    browser: Browser
    pair: Pair
    everywhere: Agencies

    @property
    def questions(self) -> int:
        """How often the old system was asked for the name."""
        return sum(b"nama" not in seen.body for seen in self.pair.system.seen)

    def text(self, path: str) -> str:
        return text_of(self.browser.get(path).content)

    def work(self) -> None:
        worker.work_once(self.everywhere, timezone.now)

    def decide(self, page: str, word: str) -> str:
        """Answer the consent page; where it leads."""
        answer = self.browser.post(page, {"putusan": word, "agree": "on"} if word == "ya" else {"putusan": word})
        return str(answer["Location"])


@pytest.fixture
def person(db: None) -> Person:
    made = Person(email="uji@contoh.example", name="UJI REKAAN", assurance=2)
    made.set_nik(NIK)
    made.save()
    return made


@pytest.fixture
def shelf(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """One service with a fact of the provider's."""
    place, words = tmp_path / "layanan" / "uji", tmp_path / "kata"
    for folder in (place, words):
        folder.mkdir(parents=True)
    (place / "service.toml").write_text(SERVICE)
    (place / "process.bpmn").write_text(process(LINE))
    (words / "kata.toml").write_text(WORDS)
    known = vocabulary.load(words)
    monkeypatch.setattr(vocabulary, "load", lambda folder=None: known)
    settings.HOME = tmp_path
    settings.PORTAL = structs.replace(settings.PORTAL, services="layanan", subsystem=APP, consent_signer=SIGNER, wait=10.0)
    catalogue.cache_clear()
    forget_agencies()
    yield tmp_path
    forget_agencies()
    catalogue.cache_clear()


@pytest.mark.django_db(transaction=True)
def test_a_question_carries_the_consent_or_is_not_put(person: Person, shelf: Path, settings: Any) -> None:
    async def run() -> None:
        services = (service("x", "safe"), service("catat", "keyed"))
        async with two_nodes(shelf / "simpul", {"refresh": 0.3}, agreements=AGREED, services=services) as pair:
            await _list_signer(pair, public_text(settings.KEYS.consent))
            node = f"http://127.0.0.1:{pair.asker.door_port}"
            settings.PORTAL = structs.replace(settings.PORTAL, node=node, registries=())
            browser = Browser(headers={"Host": "localhost"})
            try:
                await asyncio.to_thread(_story, Portal(browser, pair, room.agencies()), person)
            finally:
                forget_agencies()

    asyncio.run(run())


async def _list_signer(pair: Pair, key: str) -> None:
    """The portal's consent key stands in the federation, and both nodes know."""
    office, now = pair.made.office, system_clock()
    publish.amend(office, lambda before: draft.with_consent_signer(before, SIGNER, "ID/GOV/1", key, now))
    for number in (1, 2):
        publish.sign(office, load_key(office.directory / f"offline/{number}.pem"), now)
    publish.publish(office, now)
    async with asyncio.timeout(20):
        while not all(_knows(node) for node in (pair.asker, pair.answerer)):  # noqa: ASYNC110 - it looks from outside
            await asyncio.sleep(0.05)


def _knows(node: Any) -> bool:
    return any(name == SIGNER for name, _ in node.keeper.rights().keys)


def _story(portal: Portal, person: Person) -> None:
    portal.browser.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    draft_of_first = _refuses_and_sends(portal)
    case = _agrees_in_the_case(portal, draft_of_first)
    _proof_names_the_receipt(portal, case)
    _withdraws(portal)


def _refuses_and_sends(portal: Portal) -> str:
    """The question comes before the fact is asked; a no leaves the box amber, and sending possible."""
    page = str(portal.browser.post("/layanan/uji/periksa/")["Location"])
    assert re.fullmatch(r"/persetujuan/[0-9a-f-]{36}/", page), "first the question"
    assert "checked" not in portal.browser.get(page).content.decode()
    form = portal.decide(page, "tidak")
    said = portal.text(form)
    assert "Nama Belum Anda izinkan Kependudukan, Penjawab hanya menjawab dengan izin Anda, dan belum ditanya." in said
    assert "1 menunggu izin Anda" in said
    assert "Datang ke kantor dengan surat." in said
    assert portal.pair.system.seen == []
    again = str(portal.browser.post(form, {"izin": "1"})["Location"])
    assert again.startswith("/persetujuan/"), "and may be asked again"
    assert again != page
    sent = str(portal.browser.post(form, {"kirim": "1"})["Location"])
    portal.work()
    assert portal.pair.system.seen == [], "nor does the worker ask"
    return sent


def _agrees_in_the_case(portal: Portal, address: str) -> Case:
    """The case waits for the person, says why, and goes on with their yes."""
    case = Case.objects.get()
    assert case.state == State.WAITING_PERSON
    assert case.missing == {"orang.nama": "consent"}
    assert "Hanya dengan izin Anda kami dapat bertanya kepada Kependudukan, Penjawab." in portal.text(address)
    portal.work()
    assert case.notices.filter(kind="your_turn").count() == 1, "told once"
    page = str(portal.browser.post(f"{address}izin/")["Location"])
    assert portal.decide(page, "ya") == address
    portal.work()
    case.refresh_from_db()
    assert (case.state, case.facts[0]["value"]) == (State.CLOSED, "Uji Rekaan")
    assert portal.questions == 1
    assert str(portal.browser.post(f"{address}izin/")["Location"]) == address, "nothing is left to ask"
    return case


def _proof_names_the_receipt(portal: Portal, case: Case) -> None:
    """The evidence of the exchange says under which consent it was asked."""
    proof = portal.everywhere.evidence(case.facts[0]["number"])
    receipt = consent_hash(Consent.objects.get().receipt.encode())
    found = verify(proof.encode(), (portal.pair.directory / "root.json").read_bytes())
    assert f"It was asked with the consent receipt whose hash is {receipt}." in found.proven


def _withdraws(portal: Portal) -> None:
    """A later application is prefilled under the same consent; once it is taken back, nobody is asked and nothing is kept."""
    form = str(portal.browser.post("/layanan/uji/periksa/")["Location"])
    assert form.startswith("/layanan/uji/periksa/"), "agreed already"
    assert "Nama Uji Rekaan" in portal.text(form)
    before = portal.questions
    assert portal.browser.post(f"/persetujuan/{Consent.objects.get().ask_id}/tarik/").status_code == 302
    assert "Nama Izin Anda tarik" in portal.text(f"{form}?ulang=1")
    assert portal.questions == before
    assert Gathering.objects.get(case__state=State.DRAFT).held == {}
    assert Case.objects.get(state=State.DRAFT).facts == []
