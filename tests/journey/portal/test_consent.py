"""A consent from the person's yes to the provider's node, and its withdrawal: effective there within a minute, measured."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone
from msgspec import structs

from terpadu.clock import system_clock
from terpadu.errors import Refused
from terpadu.exchange.client import Why
from terpadu.identity.consent import rules
from terpadu.identity.consent.models import Consent
from terpadu.identity.models import Person
from terpadu.model.identifiers import ServiceId
from terpadu.pages.agencies import Agencies
from terpadu.signing.keys import public_text
from terpadu.trust import draft, publish, serve, withdrawing
from terpadu.trust.office import load_key
from tests.lib.two_nodes import APP, agreement, service, two_nodes

NIK = "9901010101010001"
SIGNER = "ID/GOV/1/persetujuan"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("refresh", [0.5, pytest.param(20.0, marks=pytest.mark.deep)])
def test_a_withdrawal_stops_the_provider_within_a_minute(
    tmp_path: Path, settings: Any, monkeypatch: Any, refresh: float, record_property: Any
) -> None:
    person = Person(email="uji@contoh.example", name="UJI REKAAN", assurance=2)
    person.set_nik(NIK)
    person.set_unusable_password()
    person.save()

    async def story() -> float:
        agreed = (agreement("A1", "x", needs_consent=True),)
        async with two_nodes(
            tmp_path, {"refresh": refresh}, agreements=agreed, services=(service("x", "safe"),)
        ) as pair:
            office = pair.made.office
            accept = lambda raw: withdrawing.accept(office, raw, system_clock())  # noqa: E731
            async with serve.listening(office.public, "127.0.0.1", 0, accept) as port:
                settings.PORTAL = structs.replace(
                    settings.PORTAL, node=f"http://127.0.0.1:{pair.asker.door_port}", subsystem=APP, consent_signer=SIGNER,
                    registries=(f"http://127.0.0.1:{port}",),
                )  # fmt: skip
                _list_signer(office, public_text(settings.KEYS.consent))
                everywhere = Agencies(settings.PORTAL.node, APP)
                monkeypatch.setattr("terpadu.identity.consent.views.agencies", lambda: everywhere)
                return await asyncio.to_thread(_person_decides, person, everywhere, refresh)

    seconds = asyncio.run(story())
    record_property("withdrawal_seconds", round(seconds, 1))
    print(f"withdrawn at the provider's node after {seconds:.1f} s (registry asked every {refresh:g} s)")
    assert seconds < 60


def _list_signer(office: Any, key: str) -> None:
    now = system_clock()
    publish.amend(office, lambda before: draft.with_consent_signer(before, SIGNER, "ID/GOV/1", key, now))
    for number in (1, 2):
        publish.sign(office, load_key(office.directory / f"offline/{number}.pem"), now)
    publish.publish(office, now)


def _person_decides(person: Person, everywhere: Agencies, refresh: float) -> float:
    browser = Browser()
    browser.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    question = rules.ask(
        person, purpose="uji", recipient=APP, fields=("nama", "alamat.kota"), back="/urusan/",
        until=timezone.now() + timedelta(days=30),
    )  # fmt: skip
    page = browser.get(f"/persetujuan/{question.pk}/").content.decode()
    assert "checked" not in page
    assert page.count("smaller") >= 7
    assert _released(everywhere, "") == "consent"
    assert browser.post(f"/persetujuan/{question.pk}/", {"putusan": "ya"}).status_code == 400, "the box was not ticked"
    assert not Consent.objects.exists()
    assert browser.post(f"/persetujuan/{question.pk}/", {"putusan": "ya", "agree": "on"})["Location"] == "/urusan/"
    receipt = rules.receipt_for(person, "uji", APP, ["nama", "alamat.kota"])
    _until(lambda: _released(everywhere, receipt) == "", refresh * 2 + 10)
    began = time.monotonic()
    assert browser.post(f"/persetujuan/{question.pk}/tarik/").status_code == 302
    assert Consent.objects.get().published, "the federation has heard it"
    _until(lambda: _released(everywhere, receipt) == "withdrawn", 60)
    return time.monotonic() - began


def _released(everywhere: Agencies, receipt: str) -> str:
    """The code of the refusal; empty where the data came."""
    try:
        everywhere.ask(ServiceId("ID/GOV/9/pop/x"), {"nik": NIK}, Why(purpose="uji", consent=receipt))
    except Refused as error:
        return error.code
    return ""


def _until(holds: Any, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"not within {seconds:g} s"
        time.sleep(0.25)
