"""A case begins: a draft of its own reference, kept until it is sent; sending is once."""

from __future__ import annotations

import secrets
from typing import Any

from django.db import transaction
from django.utils import timezone

from terpadu.cases.models import Case
from terpadu.cases.states import State
from terpadu.cases.telling import tell
from terpadu.errors import Refused
from terpadu.identity.models import Person
from terpadu.pages.sealed import index

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Nothing that is read two ways: no 0 O, 1 I L, U."""


def reference(service: str) -> str:
    """An opaque reference, for example KL-7QF3-2948: two letters of the service, the rest by chance, no personal number."""
    letters = [letter for letter in service if letter.isalpha()]
    second = next((letter for letter in letters[1:] if letter not in "aeiou"), "x")
    text = "".join(secrets.choice(_ALPHABET) for _ in range(8))
    return f"{letters[0]}{second}-{text[:4]}-{text[4:]}".upper()


def start(service: str, applicant: Person, subject: dict[str, Any]) -> Case:
    """A draft. `subject` is what is known of the one it is about, at least {"nik": …}."""
    return Case.objects.create(
        reference=reference(service),
        service=service,
        applicant=applicant,
        subject=subject,
        subject_index=index(subject["nik"]) if subject.get("nik") else "",
    )


@transaction.atomic
def send(case: Case) -> None:
    """Send a draft: from now on the worker carries it. Raises `Refused` where it was sent before."""
    held = Case.objects.select_for_update().get(pk=case.pk)
    if held.state != State.DRAFT:
        raise Refused("business-rule", f"Expected a draft; {case.reference} was sent before. Open it instead.")
    now = timezone.now()
    held.become(State.SENT)
    held.sent = held.wake = now
    held.save(update_fields=["state", "sent", "wake"])
    tell(held, "sent")
    case.refresh_from_db()
