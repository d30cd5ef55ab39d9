"""Templates: terms that a provider approves once, so that every kabupaten and kota joins a service with one form."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from terpadu.errors import Refused
from terpadu.identity.models import Person
from terpadu.registry import history, risk
from terpadu.registry.agreeing import PENDING, Wanted, check_terms, made, service_named, subsystem
from terpadu.registry.describing import live, pattern
from terpadu.registry.models import Agreement, Template
from terpadu.registry.refusals import no
from terpadu.registry.roles import check_another, check_may
from terpadu.registry.states import COUNTING, Deal


@transaction.atomic
def make_template(person: Person, service: str, name: str, member_class: str, wanted: Wanted) -> Template:
    """Terms for many, drawn up by the provider. Raises `Refused`."""
    offered = service_named(service)
    check_may(person, "template.make", provider=offered.pk)
    version = check_terms(offered, wanted)
    drawn = Template.objects.create(
        service=offered, name=name, member_class=member_class, made_by=person, purposes=sorted(wanted.purposes),
        default_purpose=wanted.purposes[0] if len(wanted.purposes) == 1 else "", fields=sorted(wanted.fields),
        endpoints=[[method, pattern(path)] for method, path in version.endpoints], quota=wanted.quota,
        persons=wanted.persons, needs_case=wanted.needs_case, needs_consent=wanted.needs_consent,
        keep_days=wanted.keep_days, until=wanted.until,
    )  # fmt: skip
    history.record("template.make", f"{offered.pk}#{drawn.pk}", person, name)
    return drawn


@transaction.atomic
def open_template(person: Person, number: int) -> Template:
    """The provider's head approves the terms once, for all who will join. Raises `Refused`."""
    found = Template.objects.select_for_update().select_related("service", "made_by").filter(pk=number).first()
    if found is None:
        raise Refused("not-found", "Expected a template that the registry knows.")
    check_may(person, "template.open", provider=found.service_id)
    check_another(person, found.made_by)
    risk.check_assessed(found, live(found.service))
    found.approved_by, found.is_open = person, True
    found.save()
    history.record("template.open", f"{found.service_id}#{found.pk}", person)
    return found


@transaction.atomic
def join(person: Person, number: int, consumer: str) -> Agreement:
    """A consumer joins an open template: approved at once, since the provider's head approved it before. Raises `Refused`."""
    check_may(person, "template.join", consumer=consumer)
    found = Template.objects.select_related("service").filter(pk=number, is_open=True).first()
    if found is None:
        raise Refused("not-found", "Expected a template that is open.")
    system = subsystem(consumer)
    if found.member_class and system.pk.split("/")[1] != found.member_class:
        raise no("other-class", name=found.member_class)
    taken = (*PENDING, *COUNTING)
    if Agreement.objects.filter(consumer=system, service=found.service, state__in=taken).exists():
        raise no("has-one")
    wanted = Wanted(
        purposes=tuple(found.purposes), fields=tuple(found.fields), quota=found.quota, persons=found.persons,
        until=found.until, needs_case=found.needs_case, needs_consent=found.needs_consent, keep_days=found.keep_days,
    )  # fmt: skip
    joined = made(system, found.service, wanted, check_terms(found.service, wanted))
    joined.template, joined.state = found, Deal.APPROVED
    joined.asked_by, joined.decided_by, joined.decided = person, found.approved_by, timezone.now()
    joined.save()
    history.record("template.join", joined.name, person, found.name)
    return joined
