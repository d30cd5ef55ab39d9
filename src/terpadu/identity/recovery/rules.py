"""The walk of a recovery: opened by one official, confirmed by another, waited for, finished by the person or cancelled.

It is not weaker than a passkey: both officials sign on with passkeys of their own, each with an identity mandate; neither can
be the person; both see the card and name its NIK; every known address hears of it and can cancel it with one code.
"""

from __future__ import annotations

from datetime import timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.utils import timezone

from terpadu.errors import Refused
from terpadu.identity import events, notices, sessions
from terpadu.identity.codes import draw, hashed
from terpadu.identity.models import Person, Recovery
from terpadu.identity.proving.seeing import official_mandate
from terpadu.pages.sealed import index

WAIT = timedelta(hours=24)
"""Between the second official's yes and the new passkey: time to read a letter and cancel."""
LASTS = timedelta(days=14)


def begin(official: Person, nik: str, address: str) -> Recovery:
    """The first official saw the person with their card. `address`: where the person reads letters now. Raises `Refused`."""
    office = official_mandate(official).office
    person = _person(nik, official)
    _check_address(person, address)
    _end_old(person)
    code = draw(5)
    try:
        with transaction.atomic():
            found = Recovery.objects.create(
                person=person, address=address, opened_by=official, opened_office=office,
                ends=timezone.now() + LASTS, cancel_code=hashed(code),
            )  # fmt: skip
            events.record("recovery-opened", person, official, office=office, recovery=str(found.pk))
    except IntegrityError:
        raise Refused("business-rule", "Expected no other recovery of this account; one is open already.") from None
    notices.tell(person, "recovery_opened", code=code, office=office)
    return found


def waiting(official: Person) -> list[Recovery]:
    """What this official could confirm: opened by somebody else, about somebody else."""
    official_mandate(official)
    found = Recovery.objects.filter(confirmed=None, cancelled=None, finished=None, ends__gt=timezone.now())
    return list(found.exclude(opened_by=official).exclude(person=official).order_by("opened"))


def confirm(official: Person, recovery: Recovery, nik: str) -> None:
    """A second, different official saw the person too, and reads the NIK from the card. Raises `Refused`."""
    office = official_mandate(official).office
    code = draw(5)
    with transaction.atomic():
        held = Recovery.objects.select_for_update().get(pk=recovery.pk)
        _check_second(official, held, nik)
        now = timezone.now()
        held.confirmed, held.confirmed_by, held.confirmed_office = now, official, office
        held.ready, held.finish_code = now + WAIT, hashed(code)
        held.save()
        events.record("recovery-confirmed", held.person, official, office=office, recovery=str(held.pk))
    notices.tell(held.person, "recovery_confirmed", office=office, ready=held.ready)
    notices.send(held.address, held.person.language, "recovery_code", code=code, ready=held.ready, ends=held.ends)


def cancel_by_code(code: str) -> None:
    """Whoever reads a known address may cancel. Raises `Refused`."""
    found = Recovery.objects.filter(cancel_code=hashed(code)).first()
    if found is None or not found.runs():
        raise Refused("not-found", "Expected the code of a recovery that runs; it may have ended.")
    cancel(found, None)


def cancel(recovery: Recovery, by: Person | None) -> None:
    """The person, whoever holds the code, or an official ends it; who never asked is safe. Raises `Refused` when it is over."""
    with transaction.atomic():
        held = Recovery.objects.select_for_update().get(pk=recovery.pk)
        if not held.runs():
            raise Refused("business-rule", "Expected a recovery that runs; this one is over.")
        held.cancelled, held.cancelled_by = timezone.now(), by
        held.save()
        events.record("recovery-cancelled", held.person, by, recovery=str(held.pk))
    notices.tell(held.person, "recovery_cancelled", also=[held.address])


def ready(code: str) -> Recovery:
    """The recovery whose time of waiting is over, by the code that the new address got. Raises `Refused`."""
    found = Recovery.objects.filter(finish_code=hashed(code)).exclude(finish_code="").select_related("person").first()
    if found is None or not found.runs() or not found.person.is_active:
        raise Refused("not-found", "Expected the code of a recovery that runs; it may have ended.")
    if found.ready is None or timezone.now() < found.ready:
        raise Refused("not-yet", "Expected the waiting time to be over; it is in the letter.")
    return found


@transaction.atomic
def finish(recovery: Recovery) -> None:
    """All older ways to sign on end, also sessions; the new address is known. The new passkey is the caller's next line."""
    held = Recovery.objects.select_for_update().get(pk=recovery.pk)
    if not held.runs() or held.ready is None or timezone.now() < held.ready:
        raise Refused("business-rule", "Expected a recovery that waits to be finished; this one is over.")
    Authenticator.objects.filter(user=held.person).delete()
    sessions.end_all(held.person)
    _know(held.person, held.address)
    held.finished, held.finish_code = timezone.now(), ""
    held.save()
    events.record("recovery-finished", held.person, recovery=str(held.pk))


def tell_finished(recovery: Recovery) -> None:
    """Every known address hears that it is over."""
    notices.tell(recovery.person, "recovery_finished")


def running(person: Person) -> Recovery | None:
    """The recovery of this account that runs, so that its owner sees it."""
    found = Recovery.objects.filter(person=person, cancelled=None, finished=None, ends__gt=timezone.now())
    return found.first()


def _person(nik: str, official: Person) -> Person:
    person = Person.objects.by_nik(nik)
    if person is None or not person.is_active:
        raise Refused("not-found", "Expected the NIK of an account; there is none. The person can register.")
    if person.pk == official.pk:
        raise Refused("identity", "Expected another official; nobody recovers their own account.")
    return person


def _check_address(person: Person, address: str) -> None:
    """An address may be new, the person's own, or that of an empty account which a claim left behind."""
    owner = EmailAddress.objects.filter(email__iexact=address, verified=True).exclude(user=person).first()
    if owner is not None and owner.user.nik_index is not None:
        raise Refused("business-rule", "Expected an address that no other account uses; ask for another one.")


def _end_old(person: Person) -> None:
    """One that ended by itself stands in nobody's way."""
    now = timezone.now()
    Recovery.objects.filter(person=person, cancelled=None, finished=None, ends__lte=now).update(cancelled=now)


def _check_second(official: Person, held: Recovery, nik: str) -> None:
    if not held.runs() or held.confirmed is not None:
        raise Refused("business-rule", "Expected a recovery that waits for a second official; this one does not.")
    if official.pk in (held.opened_by_id, held.person_id):
        raise Refused("identity", "Expected a second, different official who is not the person.")
    if index(nik) != held.person.nik_index:
        raise Refused("mismatch", "Expected the NIK of the account; read it from the person's card.")


def _know(person: Person, address: str) -> None:
    """The new address joins the known ones as the main one; an empty account that held it ends. Raises `Refused`."""
    _check_address(person, address)
    for other in EmailAddress.objects.filter(email__iexact=address).exclude(user=person).select_related("user"):
        if other.user.nik_index is None:
            sessions.disable(other.user, person)
            Person.objects.filter(pk=other.user_id).update(email=f"{other.user_id}@dilepas.invalid")
        other.delete()
    EmailAddress.objects.filter(user=person).update(primary=False)
    EmailAddress.objects.update_or_create(
        user=person, email=address.lower(), defaults={"verified": True, "primary": True}
    )
    person.email = address.lower()
    person.save(update_fields=["email"])
