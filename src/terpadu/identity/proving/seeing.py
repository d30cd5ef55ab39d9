"""Level 3: an official with an identity mandate saw the person with their card. The person brings a code; it names them once."""

from __future__ import annotations

from django.core.cache import cache
from django.db import transaction

from terpadu.errors import Refused
from terpadu.identity import events
from terpadu.identity.codes import draw, hashed
from terpadu.identity.mandates.asking import offices_of
from terpadu.identity.models import OfficeMandate, Person, Role

SECONDS = 900


def show(person: Person) -> str:
    """A code for the counter, good for a quarter of an hour. Raises `Refused` below level 2."""
    if person.assurance < 2:
        raise Refused("identity", "Expected a person whose NIK is proven; prove it first.")
    code = draw()
    cache.set(f"seen:{hashed(code)}", str(person.pk), SECONDS)
    return code


def shown(official: Person, code: str) -> Person:
    """Whom a code names. Raises `Refused`: not an official, nobody, oneself."""
    official_mandate(official)
    person = Person.objects.filter(pk=cache.get(f"seen:{hashed(code)}"), is_active=True).first()
    if person is None or person.pk == official.pk:
        raise Refused("not-found", "Expected a code that a person before you got within fifteen minutes.")
    return person


@transaction.atomic
def confirm(official: Person, code: str) -> Person:
    """The official saw this person. Raises `Refused`."""
    mandate = official_mandate(official)
    found = shown(official, code)
    person = Person.objects.select_for_update().get(pk=found.pk)
    if not cache.delete(f"seen:{hashed(code)}"):
        raise Refused("not-found", "Expected a code that was not used yet; let the person get a new one.")
    person.assurance = 3
    person.save(update_fields=["assurance"])
    events.record("seen", person, official, office=mandate.office)
    return person


def official_mandate(official: Person) -> OfficeMandate:
    """The identity mandate of an official. Raises `Refused`."""
    found = offices_of(official, Role.IDENTITY)
    if not found:
        raise Refused("identity", "Expected an identity mandate of an office; its head gives it.")
    return found[0]
