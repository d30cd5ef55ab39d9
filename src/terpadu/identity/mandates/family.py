"""Parents act for their children: derived from the family card (KK) through the node, with its date and its exchange.

A parent is who stands on the card as head or spouse and is named as father or mother in the child's own line; both must fit.
Good for thirty days, then the card is asked again: families change.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from terpadu.errors import Refused
from terpadu.identity import events
from terpadu.identity.mandates.asking import EVERY_SERVICE, NEEDED
from terpadu.identity.models import Person, PersonMandate, in_force
from terpadu.identity.proving import register
from terpadu.identity.proving.register import Member
from terpadu.pages.sealed import index

GOOD = timedelta(days=30)
ADULT = 18
"""Years; UU 35/2014 article 1 number 1: a child is under 18."""
PARENTS = frozenset(("KEPALA KELUARGA", "ISTRI", "SUAMI"))
CHILD = "ANAK"


def derive(person: Person) -> list[PersonMandate]:
    """Ask the card and write down what it says; what it says no longer ends. Raises `Refused`, `Silent`."""
    if person.assurance < NEEDED or not person.nik:
        raise Refused("identity", "Expected a person whose NIK is proven; prove it first.")
    members, number = register.family_of(person.nik)
    children = children_of(person.nik, members, timezone.localdate())
    with transaction.atomic():
        _end_older(person)
        return [_mandate(person, child, number) for child in children]


def children_of(nik: str, members: list[Member], today: date) -> list[Member]:
    """The children on the card whose own line names this person as father or mother."""
    parent = next((one for one in members if one.nik == nik and one.relation in PARENTS), None)
    if parent is None:
        return []
    return [
        one
        for one in members
        if one.relation == CHILD and parent.name in (one.father, one.mother) and today < grown_up(one.birth_date)
    ]


def grown_up(born: date) -> date:
    """The 18th birthday; of 29 February, 1 March."""
    try:
        return born.replace(year=born.year + ADULT)
    except ValueError:
        return date(born.year + ADULT, 3, 1)


def _end_older(person: Person) -> None:
    now = timezone.now()
    older = PersonMandate.objects.filter(in_force(now), holder=person, kind=PersonMandate.Kind.PARENT)
    for mandate in older.select_for_update(of=("self",)):
        mandate.revoked, mandate.reason = now, "the family card was asked again"
        mandate.save()


def _mandate(person: Person, child: Member, number: str) -> PersonMandate:
    birthday = timezone.make_aware(datetime.combine(grown_up(child.birth_date), datetime.min.time()))
    mandate = PersonMandate.objects.create(
        kind=PersonMandate.Kind.PARENT, holder=person, subject=Person.objects.by_nik(child.nik), subject_nik=child.nik,
        subject_index=index(child.nik), subject_name=child.name, services=[EVERY_SERVICE], receipt=number,
        until=min(timezone.now() + GOOD, birthday),
    )  # fmt: skip
    events.record("mandate-given", person, mandate=str(mandate.pk), exchange=number)
    return mandate
