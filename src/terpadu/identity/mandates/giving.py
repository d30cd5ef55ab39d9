"""Mandates are offered with a code and accepted by its holder: nobody learns by it whether an account exists."""

from __future__ import annotations

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone

from terpadu.errors import Refused
from terpadu.identity import events
from terpadu.identity.codes import draw, hashed
from terpadu.identity.mandates.asking import EVERY_SERVICE, NEEDED, check_office, offices_of
from terpadu.identity.models import OfficeMandate, Person, PersonMandate, Role
from terpadu.model.identifiers import subsystem_id

LONGEST_GIVEN = timedelta(days=366)
LONGEST_OFFICE = timedelta(days=2 * 366)
OFFER = timedelta(days=7)

AnyMandate = OfficeMandate | PersonMandate


def give(person: Person, services: list[str], term: timedelta) -> tuple[PersonMandate, str]:
    """A person lets somebody act for them, for these services and this time. Gives the code to hand over. Raises `Refused`."""
    _check_proven(person)
    if not services or EVERY_SERVICE in services:
        raise Refused("business-rule", "Expected named services; a mandate for everything is not given.")
    _check_term(term, LONGEST_GIVEN)
    code = draw()
    now = timezone.now()
    mandate = PersonMandate.objects.create(
        kind=PersonMandate.Kind.GIVEN, given_by=person, subject=person, subject_nik=person.nik,
        subject_index=person.nik_index or "", subject_name=person.name, services=sorted(set(services)), until=now + term,
        offer=hashed(code), offer_ends=now + OFFER,
    )  # fmt: skip
    events.record("mandate-given", person, mandate=str(mandate.pk))
    return mandate, code


def give_office(head: Person, office: str, role: Role, term: timedelta) -> tuple[OfficeMandate, str]:
    """The head of an office lets an official act for it. Gives the code to hand over. Raises `Refused`."""
    check_office(head, office, Role.HEAD)
    if role == Role.HEAD:
        raise Refused("business-rule", "Expected a role below the head's; a head is named by the portal's operator.")
    _check_term(term, LONGEST_OFFICE)
    code = draw()
    now = timezone.now()
    mandate = OfficeMandate.objects.create(
        office=office, role=role, given_by=head, until=now + term, offer=hashed(code), offer_ends=now + OFFER
    )
    events.record("mandate-given", head, mandate=str(mandate.pk), office=office, role=role.value)
    return mandate, code


def name_head(office: str, person: Person) -> OfficeMandate:
    """The operator names the head of an office; the one before is head no longer. Raises `Refused`."""
    _check_proven(person)
    with transaction.atomic():
        for before in OfficeMandate.objects.filter(office=office, role=Role.HEAD, revoked=None):
            _end(before, None, "a new head was named")
        mandate = OfficeMandate.objects.create(
            office=office, role=Role.HEAD, holder=person, until=timezone.now() + LONGEST_OFFICE
        )
        events.record("mandate-given", person, mandate=str(mandate.pk), office=office, role=Role.HEAD.value)
    return mandate


def name_head_by_address(office: str, email: str) -> OfficeMandate:
    """The same by a proven address, for the command line. Raises `Refused`."""
    found = EmailAddress.objects.filter(email__iexact=email, verified=True).select_related("user").first()
    if found is None:
        raise Refused("not-found", f"Expected an account with the proven address {email}; let the person register.")
    return name_head(subsystem_id(office), found.user)


def offered(code: str) -> AnyMandate:
    """What a code offers. Raises `Refused` for one that is unknown, used or too old, all alike."""
    wanted = hashed(code)
    for kind in (PersonMandate, OfficeMandate):
        found = kind.objects.filter(offer=wanted, holder=None, revoked=None, offer_ends__gt=timezone.now()).first()
        if found is not None:
            return found
    raise Refused("not-found", "Expected the code of an offer that still stands; ask for a new one.")


@transaction.atomic
def accept(person: Person, code: str) -> AnyMandate:
    """The one to whom the code was handed takes the mandate; it counts from now. Raises `Refused`."""
    _check_proven(person)
    found = offered(code)
    mandate = type(found).objects.select_for_update().get(pk=found.pk)
    if mandate.holder_id is not None or mandate.revoked is not None:
        raise Refused("not-found", "Expected the code of an offer that still stands; ask for a new one.")
    if isinstance(mandate, PersonMandate) and mandate.subject_id == person.pk:
        raise Refused("business-rule", "Expected somebody else; nobody needs a mandate for themselves.")
    mandate.holder, mandate.since, mandate.offer = person, timezone.now(), ""
    mandate.save()
    events.record("mandate-given", person, mandate=str(mandate.pk), accepted=True)
    return mandate


@transaction.atomic
def revoke(mandate: AnyMandate, person: Person, reason: str = "") -> None:
    """End it, at once. Raises `Refused` where this person may not."""
    if not may_revoke(mandate, person):
        raise Refused("identity", "Expected its giver, its holder, the person it is about, or the head of the office.")
    _end(type(mandate).objects.select_for_update().get(pk=mandate.pk), person, reason)
    mandate.refresh_from_db()


def may_revoke(mandate: AnyMandate, person: Person) -> bool:
    """Both ends may; for an office also whoever is its head now; for a child also an official who proves people."""
    if person.pk in (mandate.holder_id, mandate.given_by_id):
        return True
    if isinstance(mandate, OfficeMandate):
        return _is(person, Role.HEAD, mandate.office)
    if mandate.kind == PersonMandate.Kind.GIVEN:
        return mandate.subject_id == person.pk
    return _is(person, Role.IDENTITY)


def _is(person: Person, role: Role, office: str = "") -> bool:
    return any(office in ("", mandate.office) for mandate in offices_of(person, role))


def _end(mandate: AnyMandate, by: Person | None, reason: str) -> None:
    if mandate.revoked is None:
        mandate.revoked, mandate.revoked_by, mandate.reason, mandate.offer = timezone.now(), by, reason[:300], ""
        mandate.save()
        events.record("mandate-revoked", mandate.holder or mandate.given_by, by, mandate=str(mandate.pk))


def _check_proven(person: Person) -> None:
    if person.assurance < NEEDED or not person.is_active:
        raise Refused("identity", "Expected a person whose NIK is proven; prove it first.")


def _check_term(term: timedelta, longest: timedelta) -> None:
    if not timedelta(0) < term <= longest:
        raise Refused("business-rule", f"Expected an end within {longest.days} days; choose an earlier one.")
