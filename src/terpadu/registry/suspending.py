"""Taking a right away: consumer, provider and centre each for itself, at once, by the online role that can only narrow."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from terpadu.errors import Refused
from terpadu.identity.models import Person
from terpadu.registry import history, office
from terpadu.registry.models import Agreement, Member, Node, Service, Subsystem, Suspension
from terpadu.registry.models.agreement import Side
from terpadu.registry.refusals import no
from terpadu.registry.roles import check_may
from terpadu.registry.states import AGREEMENT, IN_FEDERATION, Deal, move


def suspend_agreement(person: Person, number: int, by: Side, reason: str) -> Suspension:
    """One of the three takes an agreement away. Nodes refuse within 60 seconds. Raises `Refused`."""
    with transaction.atomic():
        found = _agreement(number)
        _check(person, found, by)
        if found.state not in IN_FEDERATION:
            raise no("not-in-force")
        kept = _written(person, found.name, by, reason)
        if found.state == Deal.IN_FORCE:
            move(found, AGREEMENT, Deal.SUSPENDED)
            found.changed = timezone.now()
            found.save()
        office.suspend(found.name, by.value, reason)
    return kept


def resume_agreement(person: Person, number: int, by: Side) -> None:
    """That one lifts its own; the agreement is in force again when nobody's is left. Raises `Refused`."""
    with transaction.atomic():
        found = _agreement(number)
        _check(person, found, by)
        _lifted(person, found.name, by)
        office.resume(found.name, by.value)
        if not standing_on(found.name).exists() and found.state == Deal.SUSPENDED:
            move(found, AGREEMENT, Deal.IN_FORCE)
            found.changed = timezone.now()
            found.save()


def suspend(person: Person, what: str, by: Side, reason: str) -> Suspension:
    """A member, subsystem, node or service: by its own house, or by the centre. Raises `Refused`."""
    _check_whole(person, what, by)
    with transaction.atomic():
        kept = _written(person, what, by, reason)
        office.suspend(what, by.value, reason)
    return kept


def resume(person: Person, what: str, by: Side) -> None:
    """Lift it. Raises `Refused`."""
    _check_whole(person, what, by)
    with transaction.atomic():
        _lifted(person, what, by)
        office.resume(what, by.value)


def halt(person: Person, service: str, going_on: bool = False) -> None:
    """Halt the launch of a service, or let it go on. Raises `Refused`."""
    check_may(person, "halt", provider=service)
    with transaction.atomic():
        history.record("halt", service, person, "" if going_on else "halted")
        office.halt(service, going_on)


def standing_on(*names: str) -> QuerySet[Suspension]:
    """The suspensions that stand on things, the newest first."""
    return Suspension.objects.filter(what__in=names, ended=None).select_related("person").order_by("-since")


def may_suspend(found: Agreement, may: Iterable[str]) -> list[Side]:
    """The sides for which somebody may act, of the actions that a page found to be allowed."""
    allowed = set(may)
    return [side for side in Side if f"suspend.{side.value}" in allowed and found.state in IN_FEDERATION]


def _agreement(number: int) -> Agreement:
    found = Agreement.objects.select_for_update().filter(pk=number).first()
    if found is None:
        raise Refused("not-found", "Expected an agreement that the registry knows.")
    return found


def _check(person: Person, found: Agreement, by: Side) -> None:
    check_may(person, f"suspend.{by.value}", consumer=found.consumer_id, provider=found.service_id)


def _check_whole(person: Person, what: str, by: Side) -> None:
    """A whole thing is suspended by its own house (as provider) or by the centre."""
    if by == Side.CONSUMER:
        raise no("own-house")
    check_may(person, f"suspend.{by.value}", provider=what)
    kinds = ((Member, "pk"), (Subsystem, "pk"), (Service, "pk"), (Node, "name"))
    if not any(kind._default_manager.filter(**{key: what}).exists() for kind, key in kinds):
        raise Refused("not-found", f"Expected something that the registry knows, got {what[:80]!r}.")


def _written(person: Person, what: str, by: Side, reason: str) -> Suspension:
    if not reason.strip():
        raise no("reason")
    if Suspension.objects.filter(what=what, by=by, ended=None).exists():
        raise no("suspended-already")
    history.record(f"suspend.{by.value}", what, person, reason)
    return Suspension.objects.create(what=what, by=by, reason=reason.strip(), person=person)


def _lifted(person: Person, what: str, by: Side) -> None:
    found = Suspension.objects.select_for_update().filter(what=what, by=by, ended=None)
    if not found.update(ended=timezone.now(), ended_by=person):
        raise no("not-suspended")
    history.record(f"suspend.{by.value}", what, person, "lifted")
