"""May this person act? Asked of the database each time, so that a revocation counts at once."""

from __future__ import annotations

from itertools import chain

from django.db.models import Q
from django.utils import timezone

from terpadu.errors import Refused
from terpadu.identity.models import OfficeMandate, Person, PersonMandate, Role, in_force
from terpadu.pages.sealed import index

EVERY_SERVICE = "*"
NEEDED = 2
"""Level of assurance without which a mandate counts for nothing."""


def offices_of(person: Person, role: Role | None = Role.OFFICER) -> tuple[OfficeMandate, ...]:
    """The mandates of this person for offices, in this role; `None`: in any."""
    if not _proven(person):
        return ()
    found = OfficeMandate.objects.filter(in_force(timezone.now()), holder=person).order_by("office", "role", "pk")
    return tuple(found.filter(role=role) if role else found)


def check_office(person: Person, office: str, role: Role = Role.OFFICER) -> OfficeMandate:
    """The mandate by which this person acts for this office in this role. Raises `Refused`."""
    for mandate in offices_of(person, role):
        if mandate.office == office:
            return mandate
    raise Refused("identity", f"Expected a mandate as {role.value} of {office}; ask its head for one.")


def people_of(person: Person, service: str = "") -> tuple[PersonMandate, ...]:
    """The mandates by which this person acts for others, for this service where one is named."""
    if not _proven(person):
        return ()
    found = PersonMandate.objects.filter(in_force(timezone.now()), holder=person).order_by("kind", "given", "pk")
    return tuple(one for one in found if covers(one, service) or (not service and one.services))


def covers(mandate: PersonMandate, service: str) -> bool:
    """Does it name the service? An empty list names none."""
    return EVERY_SERVICE in mandate.services or (bool(service) and service in mandate.services)


def check_may_act_for(person: Person, nik: str, service: str) -> PersonMandate | None:
    """The mandate by which this person may act for the one with this NIK; none for oneself. Raises `Refused`."""
    if not _proven(person):
        raise Refused("identity", "Expected a person whose NIK is proven; prove it first.")
    wanted = index(nik)
    if wanted == person.nik_index:
        return None
    for mandate in people_of(person):
        if mandate.subject_index == wanted and covers(mandate, service):
            return mandate
    raise Refused("identity", "Expected a mandate for this person and service; there is none in force.")


def can_act_for(person: Person, nik: str, service: str) -> bool:
    """The same for a page."""
    try:
        check_may_act_for(person, nik, service)
    except Refused:
        return False
    return True


def history_of(person: Person) -> list[OfficeMandate | PersonMandate]:
    """All that this person holds, held, gave or is the subject of, the newest first."""
    theirs = Q(holder=person) | Q(given_by=person)
    people = PersonMandate.objects.select_related("holder", "given_by").filter(theirs | Q(subject=person))
    offices = OfficeMandate.objects.select_related("holder", "given_by").filter(theirs)
    return sorted(chain(people, offices), key=lambda one: one.given, reverse=True)


def _proven(person: Person) -> bool:
    return person.is_active and person.assurance >= NEEDED and person.nik_index is not None
