"""An agreement's walk: asked by the consumer, reviewed and decided by the provider, ended by either. The table: states.py."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from msgspec import Struct

from terpadu.errors import Refused
from terpadu.identity.models import Person
from terpadu.model.federation import WHOLE_BODY
from terpadu.registry import history, office, risk
from terpadu.registry.describing import live, pattern
from terpadu.registry.joining import BELONGING
from terpadu.registry.models import Agreement, Purpose, Service, Subsystem, Version
from terpadu.registry.refusals import no
from terpadu.registry.roles import check_another, check_may
from terpadu.registry.states import AGREEMENT, Deal, Life, move

LONGEST = timedelta(days=2 * 366)
"""An agreement is looked at anew at least every two years."""
PENDING = (Deal.REQUESTED, Deal.REVIEW)


class Wanted(Struct, frozen=True, kw_only=True):
    """What a consumer asks for, or a template offers."""

    purposes: tuple[str, ...]
    fields: tuple[str, ...]
    quota: int
    persons: int
    until: date
    needs_case: bool = False
    needs_consent: bool = False
    keep_days: int = 0
    why: str = ""


@transaction.atomic
def ask(person: Person, consumer: str, service: str, wanted: Wanted) -> Agreement:
    """The consumer asks; an agreement between the two that counts already gets its next version. Raises `Refused`."""
    check_may(person, "agreement.ask", consumer=consumer)
    system, offered = subsystem(consumer), service_named(service)
    version = check_terms(offered, wanted)
    if system.pk == offered.subsystem_id:
        raise no("itself")
    if Agreement.objects.filter(consumer=system, service=offered, state__in=PENDING).exists():
        raise no("waits-already")
    asked = made(system, offered, wanted, version)
    asked.asked_by = person
    asked.save()
    history.record("agreement.ask", asked.name, person)
    return asked


def check_terms(service: Service, wanted: Wanted) -> Version:
    """Terms that could let something through, and no more than the service has. Raises `Refused`."""
    version = live(service)
    if version is None or version.state == Life.DEPRECATED:
        raise no("not-offered", service=service.pk)
    known = set(Purpose.objects.filter(id__in=wanted.purposes, state__in=BELONGING).values_list("id", flat=True))
    if not wanted.purposes or set(wanted.purposes) - known:
        raise no("purposes")
    unknown = [name for name in wanted.fields if name not in version.fields]
    if version.form and unknown:
        raise no("no-such-fields", names=", ".join(unknown))
    if not wanted.fields or not wanted.quota or WHOLE_BODY in wanted.fields:
        raise no("empty")
    if version.subject and not wanted.persons:
        raise no("persons")
    if not timezone.localdate() < wanted.until <= timezone.localdate() + LONGEST:
        raise no("too-long", days=LONGEST.days)
    return version


def made(system: Subsystem, service: Service, wanted: Wanted, version: Version) -> Agreement:
    """The row, not yet saved: the next version where both have agreed before."""
    before = Agreement.objects.filter(consumer=system, service=service).order_by("-pk").first()
    code = before.code if before else _code(system, service)
    last = Agreement.objects.filter(code=code).aggregate(last=Max("version"))["last"] or 0
    endpoints = [[method, pattern(path)] for method, path in version.endpoints]
    return Agreement(
        code=code, version=last + 1, consumer=system, service=service, purposes=sorted(wanted.purposes),
        default_purpose=wanted.purposes[0] if len(wanted.purposes) == 1 else "", fields=sorted(wanted.fields),
        endpoints=endpoints, quota=wanted.quota, persons=wanted.persons, needs_case=wanted.needs_case,
        needs_consent=wanted.needs_consent, keep_days=wanted.keep_days, until=wanted.until, why=wanted.why,
    )  # fmt: skip


def _code(system: Subsystem, service: Service) -> str:
    """A name that people can read out; a number behind it where two read alike."""
    parts = [*system.pk.split("/")[2:], service.pk.rpartition("/")[2]]
    base = "-".join(parts).upper()[:70]
    taken = set(Agreement.objects.filter(code__startswith=base).values_list("code", flat=True))
    published = office.published()
    taken |= {one.id for one in published.agreements} if published else set()
    return next(name for name in (base, *(f"{base}-{n}" for n in range(2, 10_000))) if name not in taken)


@transaction.atomic
def review(person: Person, number: int) -> Agreement:
    """Somebody of the provider takes it up; the risk form must stand. Raises `Refused`."""
    found = _agreement(number)
    check_may(person, "agreement.review", provider=found.service_id)
    check_another(person, found.asked_by)
    risk.check_assessed(found, live(found.service))
    move(found, AGREEMENT, Deal.REVIEW)
    found.reviewed_by = person
    return _kept(found, "agreement.review", person)


@transaction.atomic
def approve(person: Person, number: int) -> Agreement:
    """The provider's head approves. Raises `Refused`: where the terms no longer fit, or the same person asked for it."""
    found = _agreement(number)
    check_may(person, "agreement.approve", provider=found.service_id)
    check_another(person, found.asked_by, found.reviewed_by)
    version = live(found.service)
    risk.check_assessed(found, version)
    lost = [name for name in found.fields if version is None or (version.form and name not in version.fields)]
    if lost:
        raise no("fields-gone", names=", ".join(lost))
    move(found, AGREEMENT, Deal.APPROVED)
    found.decided_by, found.decided = person, timezone.now()
    return _kept(found, "agreement.approve", person)


@transaction.atomic
def refuse(person: Person, number: int, reasons: list[str]) -> Agreement:
    """Not so, with each reason. Raises `Refused` without one."""
    found = _agreement(number)
    check_may(person, "agreement.refuse", provider=found.service_id)
    given = [reason.strip()[:500] for reason in reasons if reason.strip()]
    if not given:
        raise no("reason")
    move(found, AGREEMENT, Deal.REFUSED)
    found.decided_by, found.decided, found.reasons = person, timezone.now(), given
    return _kept(found, "agreement.refuse", person, " ".join(given))


@transaction.atomic
def end(person: Person, number: int, reason: str) -> Agreement:
    """Either side ends it. What is in force is suspended at once and leaves the federation with the next publication."""
    found = _agreement(number)
    check_may(person, "agreement.end", consumer=found.consumer_id, provider=found.service_id)
    return end_agreement(found, person, reason)


def end_agreement(found: Agreement, person: Person | None, reason: str) -> Agreement:
    """End it, whoever said so; the caller has checked that."""
    move(found, AGREEMENT, Deal.ENDED)
    kept = _kept(found, "agreement.end", person, reason)
    if found.published:
        name = found.name
        transaction.on_commit(lambda: office.suspend(name, "centre", reason or "ended"))
    return kept


def _agreement(number: int) -> Agreement:
    found = (
        Agreement.objects.select_for_update(of=("self",))
        .select_related("service", "asked_by", "reviewed_by")
        .filter(pk=number)
        .first()
    )
    if found is None:
        raise Refused("not-found", "Expected an agreement that the registry knows.")
    return found


def _kept(found: Agreement, action: str, person: Person | None, note: str = "") -> Agreement:
    found.changed = timezone.now()
    found.save()
    history.record(action, found.name, person, note)
    return found


def subsystem(name: str) -> Subsystem:
    """A system that was let in. Raises `Refused`."""
    found = Subsystem.objects.filter(pk=name, state__in=BELONGING).first()
    if found is None:
        raise no("no-subsystem", name=name)
    return found


def service_named(name: str) -> Service:
    """A service of the registry. Raises `Refused`."""
    found = Service.objects.filter(pk=name).first()
    if found is None:
        raise Refused("not-found", f"Expected a service that the registry knows, got {name[:80]!r}.")
    return found
