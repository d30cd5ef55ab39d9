"""A30 through the portal: it asks agencies with its own right, so nobody may make it ask about another, for another purpose,
or in another's name. Each test reads what the portal put to its node, and fails on a build that believes the browser.
"""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from django.test import Client

from terpadu.cases.applying import views
from terpadu.cases.applying.models import Gathering
from terpadu.cases.applying.subjects import Subject
from terpadu.cases.models import Case
from terpadu.cases.states import State
from terpadu.exchange.client import Why
from terpadu.identity.openid.models import Client as Application
from terpadu.pages import agencies as room
from terpadu.pages.agencies import Agencies
from tests.lib.portal_world import NIK, World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(120)]
OTHER = "9901015403940001"
FORGED = {
    "nik": OTHER, "subjek": OTHER, "subjek.nik": OTHER, "subject": json.dumps({"nik": OTHER}), "nik_anak": OTHER,
    "nomor_perkara": "SK-AAAA-AAAA", "nomor_permohonan": "SK-AAAA-AAAA", "purpose": "lain", "tujuan": "lain", "untuk": OTHER,
    "X-Road-Client": "ID/GOV/POLRI/SKCK", "subsystem": "ID/GOV/POLRI/SKCK", "service": "ID/GOV/POLRI/SKCK/catatan",
}  # fmt: skip
"""What a hostile browser adds to a form."""
HEADS = {"X-Road-Client": "ID/GOV/POLRI/SKCK", "Terpadu-Purpose": "lain", "Terpadu-Case": "SK-AAAA-AAAA"}


@pytest.fixture
def asked(world: World, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Any, Why]]:
    """What goes to the node: service, question, why."""
    found: list[tuple[str, Any, Why]] = []

    async def put(self: Agencies, service: str, question: object, why: Why) -> Any:
        found.append((str(service), question, why))
        return msgspec.convert({"value": {"no_kk": "1"}, "number": "n", "released": 1, "held": 1}, room.Told)

    monkeypatch.setattr(Agencies, "put", put)
    Gathering.objects.all().delete()
    return found


def _draft(world: World) -> str:
    return f"/layanan/uji/periksa/{world.values['draft']}/"


def strays(asked: list[tuple[str, Any, Why]], world: World) -> list[str]:
    """Questions about another, for another purpose or case, or of another's service."""
    draft = world.values["draft"]
    wrong = [f"{service} about {question}" for service, question, _ in asked if OTHER in json.dumps(question)]
    wrong += [f"{service} for {why}" for service, _, why in asked if (why.purpose, why.case) != ("uji", draft)]
    return wrong + [service for service, _, _ in asked if "POLRI" in service]


def test_the_form_asks_about_its_person_alone_whatever_the_browser_sends(
    world: World, asked: list[tuple[str, Any, Why]]
) -> None:
    client = world.browser("owner")
    client.post(_draft(world), {**FORGED, "nama": "X", "simpan": "1"}, headers=HEADS)
    client.get(f"{_draft(world)}?ulang=1&nik={OTHER}&subjek.nik={OTHER}", headers=HEADS)
    client.post(_draft(world), {**FORGED, "nama": "X"}, headers=HEADS)
    assert asked, "something was asked"
    assert NIK in json.dumps([question for _, question, _ in asked]), "about her"
    assert strays(asked, world) == []
    assert OTHER not in json.dumps(Case.objects.get(reference=world.values["draft"]).answers)


def test_a_build_that_believes_the_browser_asks_about_another(
    world: World, asked: list[tuple[str, Any, Why]], monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = views.drafts.keep_answers

    def believing(case: Case, answers: dict[str, Any], files: dict[str, Any], shown: set[str]) -> None:
        keep(case, {**answers, "nik": OTHER}, files, shown)

    monkeypatch.setattr(views.drafts, "keep_answers", believing)
    world.browser("owner").post(_draft(world), {"nama": "X"})
    world.browser("owner").get(f"{_draft(world)}?ulang=1")
    assert strays(asked, world)


@pytest.mark.parametrize("chosen", [OTHER, "self;child", "../self", "0" * 16])
def test_nobody_begins_for_whom_no_mandate_names(world: World, chosen: str) -> None:
    before = Case.objects.filter(state=State.DRAFT).count()
    world.browser("stranger").post("/layanan/uji/periksa/", {"untuk": chosen})
    assert Case.objects.filter(state=State.DRAFT).count() == before


def test_without_the_choice_of_subjects_they_would(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    forged = Subject(key=OTHER, label="X", subject={"nik": OTHER})
    monkeypatch.setattr(views, "subjects", lambda person, service: (forged,))
    world.browser("stranger").post("/layanan/uji/periksa/", {"untuk": OTHER})
    assert Case.objects.filter(state=State.DRAFT, applicant=world.people["stranger"]).get().subject["nik"] == OTHER


def test_nobody_but_the_own_node_brings_what_a_system_says(world: World) -> None:
    """Call-backs: a session is no right, nor is another application's secret."""
    for caller in (Client(headers={"Host": "localhost"}), world.browser("owner"), world.browser("officer")):
        for path in ("/api/pembayaran", "/api/tugas"):
            for token in ("", "Bearer ", "Bearer salah", "Basic eDp5"):
                answer = caller.post(path, "[]", content_type="application/json", headers={"Authorization": token})
                assert answer.status_code == 401, (path, token)


def test_an_application_that_a_client_is_told_of_is_named_by_the_operator_alone(world: World) -> None:
    """Addresses that the portal itself calls, when somebody leaves, stand in the register of clients; no request sets one."""
    Application.objects.create(
        name="A", client_type="confidential", authorization_grant_type="authorization-code", algorithm="RS256",
        sector="a", redirect_uris="https://a.contoh.example/",
    )  # fmt: skip
    before = list(Application.objects.values())
    stranger = Client(headers={"Host": "localhost"})
    for path in ("/o/masuk/", "/o/token/", "/o/keluar/", "/o/orang/", "/o/cabut/"):
        for name in ("request_uri", "jwks_uri", "sector_identifier_uri", "backchannel_logout_uri", "logo_uri"):
            stranger.get(path, {name: "http://127.0.0.1:1/"})
            stranger.post(path, {name: "http://127.0.0.1:1/"})
    assert stranger.post("/o/register/", {}).status_code == 404
    assert list(Application.objects.values()) == before
