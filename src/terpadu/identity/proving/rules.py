"""A claim to a NIK: limited, matched, then proven, refused, put off or left to an official, by the same steps each time."""

from __future__ import annotations

from enum import Enum

from allauth.core import ratelimit
from django.db import IntegrityError, transaction
from django.http import HttpRequest

from terpadu.errors import Refused
from terpadu.identity import events, notices
from terpadu.identity.models import Person
from terpadu.identity.proving import register
from terpadu.identity.proving.register import Answer, Claim, Silent
from terpadu.pages.sealed import index


class Verdict(Enum):
    """What came of a claim."""

    PROVEN = "proven"
    REFUSED = "refused"
    LATER = "later"
    OFFICIAL = "official"
    LIMITED = "limited"


def claim(request: HttpRequest, person: Person, said: Claim) -> Verdict:
    """Prove that a person is who the register means. Raises `Refused` where that was done before."""
    if person.assurance > 1:
        raise Refused("business-rule", "Expected an account without a proven NIK; this one has it.")
    if not ratelimit.consume(request, action="nik", user=person, key=index(said.nik)):
        return Verdict.LIMITED
    try:
        answer = register.match(said)
    except Silent:
        return Verdict.LATER
    holder = Person.objects.by_nik(said.nik)
    if not answer.matches:
        events.record("nik-refused", person, exchange=answer.number)
        return Verdict.REFUSED
    return _claimed(person, holder) if holder else _proven(person, said, answer)


def _proven(person: Person, said: Claim, answer: Answer) -> Verdict:
    person.set_nik(said.nik)
    person.name, person.birth_date = " ".join(said.name.upper().split()), said.birth_date.isoformat()
    person.assurance = 2
    try:
        with transaction.atomic():
            person.save(update_fields=["nik", "nik_index", "name", "birth_date", "assurance"])
            events.record("nik-proven", person, exchange=answer.number)
    except IntegrityError:
        person.refresh_from_db()
        return _claimed(person, Person.objects.by_nik(said.nik))
    return Verdict.PROVEN


def _claimed(person: Person, holder: Person | None) -> Verdict:
    """Two accounts say the same NIK: one of them is wrong, and no program knows which. The holder learns of it."""
    events.record("nik-claimed", holder, person)
    if holder is not None:
        notices.tell(holder, "claimed")
    return Verdict.OFFICIAL
