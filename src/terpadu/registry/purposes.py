"""The register of purposes, each with its legal basis (UU 27/2022 pasal 20): one operator enters it, another approves."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from terpadu.errors import Refused
from terpadu.identity.models import Person
from terpadu.registry import history
from terpadu.registry.models import Purpose
from terpadu.registry.refusals import no
from terpadu.registry.roles import check_another, check_may
from terpadu.registry.states import PART, Joining, move


@transaction.atomic
def ask(person: Person, name: str, title: str, basis: str) -> Purpose:
    """An operator enters a purpose. Raises `Refused`."""
    check_may(person, "purpose.ask")
    if Purpose.objects.filter(pk=name).exists():
        raise no("taken", name=name)
    found = Purpose.objects.create(id=name, title=title, basis=basis, asked_by=person)
    history.record("purpose.ask", name, person, basis)
    return found


@transaction.atomic
def approve(person: Person, name: str) -> Purpose:
    """Another operator finds the basis to be one. Raises `Refused`."""
    check_may(person, "purpose.approve")
    found = Purpose.objects.select_for_update().filter(pk=name).first()
    if found is None:
        raise Refused("not-found", f"Expected a purpose that the registry knows, got {name[:80]!r}.")
    check_another(person, found.asked_by)
    move(found, PART, Joining.APPROVED)
    found.decided_by, found.decided = person, timezone.now()
    found.save()
    history.record("purpose.approve", name, person)
    return found
