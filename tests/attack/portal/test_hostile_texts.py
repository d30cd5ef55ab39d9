"""A38: what agencies, officers and people write is text and stays text: in a real Chromium nothing runs, nothing is fetched.

Each hostile text stands in every place that is filled from outside: services and their words, facts and their sources, names
of offices, purposes and bases of looks and consents, messages, reasons, questions, names and documents.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page

from terpadu.cases.documents.models import Document
from terpadu.cases.models import Case, Decision, Message, Task
from terpadu.identity.looks.models import Answer
from terpadu.identity.models import Person
from terpadu.pages.agencies import Agencies
from terpadu.services.catalogue import catalogue
from tests.attack.portal.hostile_texts import TEXTS
from tests.lib import browsing
from tests.lib.portal_world import DUKCAPIL, World, agreement, make_world, put_up

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(300), pytest.mark.deep]
PAGES = {
    "owner": ["/", "/layanan/", "/layanan/uji/", "/layanan/uji/periksa/", "/layanan/uji/periksa/{draft}/", "/urusan/",
              "/urusan/{reference}/", "/urusan/{reference}/terkirim/", "/urusan/{reference}/giliran/{turn}/",
              "/urusan/{reference}/keputusan/{decision}/objection/", "/persetujuan/", "/persetujuan/{ask}/",
              "/siapa-melihat/", "/akun/kuasa/", "/periksa/{code}/"],
    "officer": ["/petugas/", "/petugas/tugas/{task}/"],
}  # fmt: skip
"""Pages that show what others wrote, with who reads them."""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Playwright keeps a loop in this thread; Django's database may be used beside it here."""
    if not browsing.chromium():
        pytest.skip(browsing.MISSING)
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with browsing.browser() as started:
        yield started
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def hostile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, live_server: Any) -> Iterator[World]:
    """The world, with every text that others give a hostile one; lists hold all sixty."""
    with put_up(tmp_path, monkeypatch):
        world = make_world()
        _services(tmp_path)
        _case(world)
        _told(world, monkeypatch)
        yield world


def _services(folder: Path) -> None:
    """Sixty services, each with its text in all its words."""
    text = (folder / "layanan/uji/service.toml").read_text(encoding="utf-8")
    for number, hostile in enumerate(["".join(TEXTS), *TEXTS]):
        name = f"uji{number}" if number else "uji"
        (folder / "layanan" / name).mkdir(exist_ok=True)
        word = json.dumps(hostile)
        words = text.replace('"Uji"', word).replace('"Test"', word).replace('"Dinas Dukcapil"', word)
        words = words.replace('"UU 24/2013"', word).replace('id = "uji"', f'id = "{name}"', 1)
        (folder / "layanan" / name / "service.toml").write_text(words, encoding="utf-8")
    catalogue.cache_clear()


def _case(world: World) -> None:
    case, every = Case.objects.get(reference=world.values["reference"]), "".join(TEXTS)
    for one in (case, Case.objects.get(reference=world.values["draft"])):
        one.about, one.answers = every, {"nama": every}
        one.facts = [fact | {"value": text} for text in TEXTS for fact in one.facts[:1]]
        one.save()
    Task.objects.filter(pk=world.values["turn"]).update(question=every)
    for text in TEXTS:
        Message.objects.create(case=case, office=DUKCAPIL, author=world.people["officer"], text=text)
    decision = Decision.objects.get()
    decision.title, decision.rule = {"id": every, "en": every}, every[:200]
    decision.reasons = [{"text": {"id": text, "en": text}, "rule": "", "said": text} for text in TEXTS]
    decision.save()
    document = Document.objects.get()
    document.title, document.holder, document.number = {"id": every, "en": every}, every, every
    document.save()


def _told(world: World, patch: pytest.MonkeyPatch) -> None:
    """What nodes say: agreements, looks; and names of people."""
    every = "".join(TEXTS)
    named = [agreement(f"{DUKCAPIL}/{name}", "uji", "no_kk") for name in ("keluarga", "getAccesses")]
    named = [one | {"office": every, "system": every, "title": every,
                    "purposes": [{"id": "uji", "title": every, "basis": every}]} for one in named]  # fmt: skip
    patch.setattr(Agencies, "agreements", lambda self: named)
    answer = Answer.objects.get()
    strange = {"office": every, "system": every, "question": every, "purpose_title": every, "basis": every}
    answer.looks = [
        answer.looks[0] | strange | {"number": f"n{number}", "office": text} for number, text in enumerate(TEXTS)
    ]
    answer.tried = answer.answered = timezone.now() + timedelta(minutes=5)
    answer.save()
    for role in ("owner", "holder"):
        person: Person = world.people[role]
        person.name = every
        person.save()


def heard(chromium: Browser, world: World, address: str, role: str, wanted: list[str]) -> list[str]:
    """What ran, was blocked by the policy, or was asked of another host, while these pages were read."""
    context = chromium.new_context(base_url=address)
    cookie = world.browser(role).cookies["sesi"].value
    context.add_cookies([{"name": "sesi", "value": cookie, "url": address}])
    page, found = context.new_page(), list[str]()
    page.add_init_script("window.alert = () => console.error('RAN')")
    page.on("dialog", lambda dialog: (found.append("dialog"), dialog.dismiss()))
    page.on("request", lambda one: None if one.url.startswith((address, "data:")) else found.append(f"asked {one.url}"))
    complaints = browsing.Complaints(page)
    for path in wanted:
        answer = page.goto(path.format(**world.values))
        assert answer is not None
        assert answer.status == 200, f"{path}: {answer.status}"
        _touch(page)
    context.close()
    return found + complaints.heard


def _touch(page: Page) -> None:
    """Focus and hover what is there: some texts wait for it."""
    page.evaluate("""for (const one of document.querySelectorAll('a, input, button, h1, h2, li, p')) {
        one.dispatchEvent(new MouseEvent('mouseover', {bubbles: true})); one.focus && one.focus() }""")


@pytest.mark.parametrize("role", PAGES)
def test_no_text_runs(chromium: Browser, hostile: World, live_server: Any, role: str) -> None:
    assert len(TEXTS) == 60
    assert heard(chromium, hostile, live_server.url, role, PAGES[role]) == []


def test_a_page_for_each_hostile_service(chromium: Browser, hostile: World, live_server: Any) -> None:
    assert (
        heard(chromium, hostile, live_server.url, "owner", [f"/layanan/uji{number}/" for number in range(1, 61)]) == []
    )


def test_without_escaping_they_run_or_are_blocked(
    chromium: Browser, hostile: World, live_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The weakened build: templates that trust their texts. The policy still stops scripts, and says so."""
    monkeypatch.setattr("django.template.base.conditional_escape", str)
    monkeypatch.setattr("django.template.base.render_value_in_context", lambda value, context: str(value))
    found = heard(chromium, hostile, live_server.url, "owner", ["/urusan/{reference}/"])
    assert len([one for one in found if "Content Security Policy" in one]) > 10
    assert "RAN" not in "".join(found), "the policy alone holds, too"


def test_without_the_policy_too_they_run(
    chromium: Browser, hostile: World, live_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.template.base.render_value_in_context", lambda value, context: str(value))
    monkeypatch.setattr("csp.middleware.CSPMiddleware.process_response", lambda self, request, response: response)
    assert "RAN" in "".join(heard(chromium, hostile, live_server.url, "owner", ["/urusan/{reference}/"]))
