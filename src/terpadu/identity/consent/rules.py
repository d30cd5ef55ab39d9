"""Asking, giving, finding and taking back. A yes is one purpose and one recipient; a bundle has no form here (article 22)."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from terpadu.errors import Refused
from terpadu.identity.consent import publishing, signals
from terpadu.identity.consent.models import Ask, Consent
from terpadu.identity.models import Person
from terpadu.model.identifiers import SubsystemId
from terpadu.policy.consent import make_receipt, read_receipt, receipt_name
from terpadu.signing.keys import Signer

LONGEST = timedelta(days=366)
_log = structlog.get_logger("terpadu.consent")


def ask(
    person: Person, *, purpose: str, recipient: str, fields: Iterable[str], until: datetime, back: str, case: str = ""
) -> Ask:
    """Put a question; the same question that still waits is put once, and leads back to where it was put last.

    Raises `Refused` where it has no end.
    """
    named = sorted(set(fields))
    if not named or not timezone.now() < until <= timezone.now() + LONGEST:
        raise Refused("consent", "Expected named fields and an end within a year; a consent without them is void.")
    same = {"person": person, "purpose": purpose, "recipient": recipient, "case": case}
    waiting = Ask.objects.filter(**same, refused=None, consent=None, until__gt=timezone.now())
    known = next((one for one in waiting if one.fields == named), None)
    if known is None:
        return Ask.objects.create(**same, fields=named, until=until, back=back)
    known.back = back
    known.save(update_fields=["back"])
    return known


@transaction.atomic
def give(question: Ask) -> Consent:
    """The person said yes, of free will: sign the receipt. Raises `Refused` for a question that is over."""
    locked = Ask.objects.select_for_update().get(pk=question.pk)
    if locked.refused or locked.until <= timezone.now():
        raise Refused("consent", "Expected a question that still waits for an answer; this one is over.")
    given = Consent.objects.filter(ask=locked).first()
    return given or _signed(locked)


def _signed(question: Ask) -> Consent:
    now = timezone.now()
    receipt = make_receipt(
        signer=signer(),
        id=str(question.id),
        person=question.person.nik or "",
        purpose=question.purpose,
        recipient=SubsystemId(question.recipient),
        fields=tuple(question.fields),
        since=_milliseconds(now),
        until=_milliseconds(question.until),
        salt=secrets.token_bytes(16),
    )
    name = receipt_name(read_receipt(receipt))
    made = Consent.objects.create(ask=question, name=name, receipt=receipt.decode(), given=now)
    signals.given.send(Consent, consent=made)
    return made


def refuse(question: Ask) -> None:
    """The person said no; nothing is sent, and the refusal has no other effect."""
    Ask.objects.filter(pk=question.pk, consent=None).update(refused=timezone.now())


def receipt_for(person: Person, purpose: str, recipient: str, fields: Iterable[str]) -> str:
    """The receipt to carry with a question, empty where the person has not agreed to all of these fields."""
    found = Consent.objects.filter(ask__person=person, ask__purpose=purpose, ask__recipient=recipient, withdrawn=None)
    needed, now = set(fields), timezone.now()
    for consent in found.select_related("ask").order_by("-given"):
        if consent.in_force(now) and needed <= set(consent.ask.fields):
            return str(consent.receipt)
    return ""


def withdraw(consent: Consent) -> None:
    """Taken back: here at once, at every provider's node as soon as the federation says so (within 60 s)."""
    Consent.objects.filter(pk=consent.pk, withdrawn=None).update(withdrawn=timezone.now())
    publish_waiting()


def publish_waiting() -> int:
    """Send withdrawals that the federation has not heard of yet; returns how many still wait."""
    waiting = Consent.objects.filter(withdrawn__isnull=False, published=None)
    for consent in waiting:
        try:
            publishing.send(consent.name, signer())
        except OSError as error:
            _log.warning("consent.withdrawal-waits", error=str(error))
        else:
            Consent.objects.filter(pk=consent.pk).update(published=timezone.now())
    return waiting.all().count()


def signer() -> Signer:
    """The portal's consent key under its listed name."""
    return settings.KEYS.consent_signer(settings.PORTAL.consent_signer)


def proof(consent: Consent) -> bytes:
    """The receipt as a C2SP signed note: what a person keeps (UU PDP article 24)."""
    return base64.b64decode(consent.receipt)


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def about(question: Ask, agreements: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The agreements under which this recipient gets these fields for this purpose: who gives what, those with consent alone
    where any asks for one (another may know a field of the same name, and gives it anyway)."""
    found = [
        one
        for one in agreements
        if question.purpose in {purpose["id"] for purpose in one["purposes"]}
        and set(one["fields"]) & set(question.fields)
    ]
    return [one for one in found if one.get("needs_consent")] or found
