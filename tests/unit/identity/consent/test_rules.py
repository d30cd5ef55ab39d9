"""Consents as they are asked, signed, found and taken back; the provider's own check reads what we sign."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from terpadu.errors import Refused
from terpadu.identity.consent import publishing, rules
from terpadu.identity.consent.models import Ask, Consent
from terpadu.identity.models import Person
from terpadu.policy import consent as policy

pytestmark = pytest.mark.django_db
NIK = "9901010101010001"
RECIPIENT = "ID/GOV/1/app"


@pytest.fixture
def person() -> Person:
    found = Person(email="uji@contoh.example")
    found.set_nik(NIK)
    found.save()
    return found


@pytest.fixture(autouse=True)
def _named(settings: Any) -> None:
    from msgspec import structs

    settings.PORTAL = structs.replace(settings.PORTAL, consent_signer="ID/GOV/1/persetujuan")


def put(person: Person, fields: tuple[str, ...] = ("ipk", "semester"), days: int = 30, **more: Any) -> Ask:
    until = timezone.now() + timedelta(days=days)
    values: dict[str, Any] = {"purpose": "beasiswa", "recipient": RECIPIENT, "fields": fields, "until": until, "back": "/"}
    return rules.ask(person, **{**values, **more})


def test_a_yes_is_a_receipt_that_the_provider_accepts_for_this_use_alone(person: Person) -> None:
    given = rules.give(put(person))
    receipt = policy.read_receipt(given.receipt.encode()).receipt
    now = int(timezone.now().timestamp() * 1000)
    use = policy.Use(
        person=NIK, purpose="beasiswa", recipient=RECIPIENT, fields=("ipk",), agreement="B/1", now=now  # type: ignore[arg-type]
    )  # fmt: skip
    assert policy.lacking(receipt, use) is None
    from msgspec import structs

    for other in ({"person": "9901010101010002"}, {"purpose": "lain"}, {"recipient": "ID/GOV/2/app"}, {"fields": ("desil",)}):
        assert policy.lacking(receipt, structs.replace(use, **other))
    assert NIK.encode() not in rules.proof(given)


def test_a_question_without_an_end_or_fields_is_void(person: Person) -> None:
    for more in ({"days": 400}, {"days": 0}, {"fields": ()}):
        with pytest.raises(Refused):
            put(person, **more)


def test_the_same_question_is_put_once_and_answered_once(person: Person) -> None:
    first, again = put(person), put(person, fields=("semester", "ipk"))
    assert first == again
    assert rules.give(first) == rules.give(again)
    assert Consent.objects.count() == 1
    assert put(person) != first, "a new question after an answer"


def test_a_no_stays_a_no(person: Person) -> None:
    question = put(person)
    rules.refuse(question)
    with pytest.raises(Refused):
        rules.give(question)
    assert rules.receipt_for(person, "beasiswa", RECIPIENT, ["ipk"]) == ""


def test_a_receipt_is_found_only_for_what_was_agreed(person: Person) -> None:
    given = rules.give(put(person))
    assert rules.receipt_for(person, "beasiswa", RECIPIENT, ["ipk"]) == given.receipt
    assert rules.receipt_for(person, "beasiswa", RECIPIENT, ["ipk", "desil"]) == ""
    assert rules.receipt_for(person, "lain", RECIPIENT, ["ipk"]) == ""
    Ask.objects.update(until=timezone.now())
    assert rules.receipt_for(person, "beasiswa", RECIPIENT, ["ipk"]) == ""


def test_a_withdrawal_counts_at_once_and_waits_until_the_federation_heard(person: Person, monkeypatch: Any) -> None:
    given = rules.give(put(person))
    rules.withdraw(given)
    given.refresh_from_db()
    assert given.withdrawn
    assert not given.published, "no registry is known here: it goes on waiting"
    assert rules.receipt_for(person, "beasiswa", RECIPIENT, ["ipk"]) == ""
    sent: list[str] = []
    monkeypatch.setattr(publishing, "send", lambda name, signer: sent.append(name))
    assert rules.publish_waiting() == 0
    rules.publish_waiting()
    assert sent == [given.name], "and is sent once"


def test_receipts_lie_sealed(person: Person, tmp_path: Path) -> None:
    from django.db import connection

    given = rules.give(put(person))
    with connection.cursor() as cursor:
        cursor.execute("SELECT receipt FROM consent_consent")
        (raw,) = cursor.fetchone()
    assert given.receipt[:40].encode() not in bytes(raw)
