"""A guardian acts for somebody else's child by a decision, which an official with an identity mandate saw."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from terpadu.errors import Refused
from terpadu.identity import events
from terpadu.identity.mandates.asking import EVERY_SERVICE
from terpadu.identity.mandates.family import grown_up
from terpadu.identity.models import Person, PersonMandate
from terpadu.identity.proving import register
from terpadu.identity.proving.register import Claim
from terpadu.identity.proving.seeing import official_mandate
from terpadu.pages.sealed import index

LONGEST = timedelta(days=2 * 366)


def appoint(official: Person, guardian: Person, child: Claim, decision: str, term: timedelta) -> PersonMandate:
    """Write down a guardian's right. The child must match the register. Raises `Refused`, `Silent`."""
    office = official_mandate(official).office
    _check(official, guardian, child, decision, term)
    answer = register.match(child)
    if not answer.matches:
        raise Refused("mismatch", "Expected the child as the population register has it; compare with the decision.")
    with transaction.atomic():
        mandate = PersonMandate.objects.create(
            kind=PersonMandate.Kind.GUARDIAN, holder=guardian, given_by=official, subject_nik=child.nik,
            subject=Person.objects.by_nik(child.nik), subject_index=index(child.nik), subject_name=child.name.upper(),
            services=[EVERY_SERVICE], receipt=answer.number, decision=decision.strip(), until=timezone.now() + term,
        )  # fmt: skip
        events.record("mandate-given", guardian, official, mandate=str(mandate.pk), office=office)
    return mandate


def _check(official: Person, guardian: Person, child: Claim, decision: str, term: timedelta) -> None:
    if guardian.assurance < 3 or guardian.pk == official.pk:
        raise Refused("identity", "Expected a guardian whom an official saw (level 3), other than the official.")
    if not decision.strip():
        raise Refused("business-rule", "Expected the number of the decision that names the guardian.")
    if not timedelta(0) < term <= LONGEST or (timezone.now() + term).date() > grown_up(child.birth_date):
        raise Refused("business-rule", "Expected an end within two years and before the child's 18th birthday.")
