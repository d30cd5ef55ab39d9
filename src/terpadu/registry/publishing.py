"""From decided rows to a signed federation: collected into the draft, proposed, signed by the holders, published, settled.

What was decided while holders sign waits for the next proposal: a change of the draft would void their signatures.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from msgspec import convert

from terpadu.identity.models import Person
from terpadu.model import federation as form
from terpadu.registry import adopting, history, office
from terpadu.registry.describing import pattern
from terpadu.registry.models import Agreement, Member, Node, Publication, Purpose, Subsystem, Suspension, Version
from terpadu.registry.office import Additions, Waiting
from terpadu.registry.refusals import no
from terpadu.registry.roles import check_may
from terpadu.registry.states import IN_FEDERATION, LIVE, Deal, Joining, Life

STAGES = {Life.TRIAL: "trial", Life.PUBLISHED: "general", Life.DEPRECATED: "general"}
_CHUNK = 500
"""Names in one query: SQLite takes 999 values, some builds of it."""


def decided() -> Additions:
    """Everything that was decided and is not published, as the draft takes it."""
    members = Member.objects.filter(state=Joining.APPROVED).order_by("pk")
    systems = Subsystem.objects.filter(state=Joining.APPROVED).order_by("pk")
    nodes = Node.objects.filter(state=Joining.APPROVED).order_by("pk")
    purposes = Purpose.objects.filter(state=Joining.APPROVED).order_by("pk")
    versions = Version.objects.filter(published=False, state__in=LIVE).order_by("service")
    gone = Version.objects.filter(published=False, state=Life.RETIRED).exclude(service__versions__state__in=LIVE)
    agreed = Agreement.objects.filter(state=Deal.APPROVED).order_by("pk")
    ended = _names(Agreement.objects.filter(state=Deal.ENDED))
    return Additions(
        members=tuple(form.Member(id=_as(one.pk), name=one.name, country=one.country) for one in members),
        subsystems=tuple(form.Subsystem(id=_as(s.pk), name=s.name, application=s.application) for s in systems),
        nodes=tuple(office.read_request(one.request.encode(), one.name) for one in nodes),
        purposes=tuple(form.Purpose(id=one.pk, title=one.title, basis=one.basis) for one in purposes),
        services=tuple(service_of(one) for one in versions),
        agreements=tuple(agreement_of(one) for one in agreed),
        no_services=frozenset(gone.values_list("service", flat=True)),
        no_agreements=frozenset((*ended, *_older(agreed))),
    )


def _names(rows: models.QuerySet[Agreement]) -> Iterator[str]:
    """Names alone: rows by ten thousands are not made into objects."""
    return (f"{code}/{version}" for code, version in rows.values_list("code", "version").order_by())


def _older(agreed: Iterable[Agreement]) -> Iterator[str]:
    """Published versions that an approved one takes the place of."""
    for codes in _chunks({one.code for one in agreed}):
        yield from _names(Agreement.objects.filter(published=True, state__in=IN_FEDERATION, code__in=codes))


def _as(name: str) -> Any:
    """Names were checked when they were asked for."""
    return name


def service_of(version: Version) -> form.Service:
    """A version as the federation lists its service."""
    kind = "OPENAPI" if version.form == "openapi" else "REST"
    endpoints = [{"method": method, "path": pattern(path)} for method, path in version.endpoints]
    fields = {
        "id": version.service_id, "title": version.title, "type": kind, "effect": version.effect, "nodes": version.nodes,
        "endpoints": endpoints, "subject": version.subject, "description": version.description,
        "stage": STAGES[Life(version.state)],
    }  # fmt: skip
    return convert(fields, form.Service)


def agreement_of(agreed: Agreement) -> form.Agreement:
    """An agreement as the federation lists it: from its first day to the end of its last, Jakarta's time."""
    fields = {
        "id": agreed.code, "version": agreed.version, "consumer": agreed.consumer_id, "service": agreed.service_id,
        "purposes": agreed.purposes, "default_purpose": agreed.default_purpose, "fields": agreed.fields,
        "endpoints": [{"method": method, "path": path} for method, path in agreed.endpoints], "quota": agreed.quota,
        "persons": agreed.persons, "needs_case": agreed.needs_case, "needs_consent": agreed.needs_consent,
        "keep_days": agreed.keep_days, "since": _midnight(agreed.since), "until": _midnight(agreed.until + timedelta(days=1)),
    }  # fmt: skip
    return convert(fields, form.Agreement)


def _midnight(day: date) -> int:
    return int(timezone.make_aware(datetime.combine(day, time())).timestamp() * 1000)


def waits() -> dict[str, int]:
    """How much was decided and waits: kind -> number, for the page; counted, not read."""
    return {
        "members": Member.objects.filter(state=Joining.APPROVED).count(),
        "subsystems": Subsystem.objects.filter(state=Joining.APPROVED).count(),
        "nodes": Node.objects.filter(state=Joining.APPROVED).count(),
        "purposes": Purpose.objects.filter(state=Joining.APPROVED).count(),
        "services": Version.objects.filter(published=False).exclude(state=Life.DRAFT).count(),
        "agreements": Agreement.objects.filter(state=Deal.APPROVED).count(),
        "ended": Agreement.objects.filter(state=Deal.ENDED, published=True).count(),
    }


def prepare(person: Person) -> Waiting:
    """Collect what was decided, and make the proposal for the holders. Raises `Refused`, `BadInput`."""
    check_may(person, "publish.prepare")
    additions = decided()
    if any(additions):
        office.amend(additions.put_into)
    found = office.prepare()
    for node in Node.objects.filter(state=Joining.APPROVED, certificate=""):
        node.certificate = office.certificate_for(office.read_request(node.request.encode(), node.name))
        node.save()
    history.record("publish.prepare", f"federasi {found.federation.number}", person)
    return found


def take_signature(person: Person, raw: bytes) -> Waiting:
    """A holder's file came back. Raises `Refused`, `BadInput`."""
    check_may(person, "publish.sign")
    found = office.take_signature(raw)
    history.record("publish.sign", f"federasi {found.federation.number}", person, ", ".join(found.signed))
    return found


def publish(person: Person) -> Publication:
    """Publish what enough holders signed; nodes fetch it within a minute. Raises `Refused`, `BadInput`."""
    check_may(person, "publish.publish")
    found = office.waiting()
    if found is None:
        raise no("not-prepared")
    published = office.publish_now()
    kept = Publication.objects.create(number=published.number, lines=found.lines, holders=found.signed, by=person)
    settle(published)
    history.record("publish.publish", f"federasi {published.number}", person)
    return kept


def settle(published: form.Federation) -> None:
    """Bring the rows to what the signed federation says now; again brings the same. Also after a publication by command."""
    _ended(published)
    with transaction.atomic():
        for kind, key, names in (
            (Member, "pk", [one.id for one in published.members]),
            (Subsystem, "pk", [one.id for one in published.subsystems]),
            (Node, "name", [one.id for one in published.nodes]),
            (Purpose, "pk", [one.id for one in published.purposes]),
        ):
            rows: models.QuerySet[Any] = kind._default_manager.filter(state=Joining.APPROVED)
            _update(rows, key, set(names), state=Joining.LISTED)
        _settle_services(published)
        _settle_agreements(published)


def _ended(published: form.Federation) -> None:
    """What is gone for good needs no suspension any more."""
    listed = {one.name for one in published.agreements}
    rows = Agreement.objects.filter(published=True).values_list("pk", "code", "version").order_by()
    gone = {pk: f"{code}/{version}" for pk, code, version in rows if f"{code}/{version}" not in listed}
    _update(Agreement.objects.exclude(state=Deal.ENDED), "pk", set(gone), state=Deal.ENDED, changed=timezone.now())
    _update(Agreement.objects.all(), "pk", set(gone), published=False)
    names = sorted(gone.values())
    if names:
        office.forget(names)
        _update(Suspension.objects.filter(ended=None), "what", set(names), ended=timezone.now())


def _settle_services(published: form.Federation) -> None:
    stages = {one.id: one.stage for one in published.services}
    for version in Version.objects.filter(published=False, state__in=LIVE):
        if stages.get(_as(version.service_id)) == STAGES[Life(version.state)]:
            Version.objects.filter(pk=version.pk).update(published=True)
    for version in Version.objects.filter(published=False, state=Life.RETIRED).select_related("service"):
        replaced = version.service.versions.filter(state__in=LIVE).exists()
        if replaced or version.service_id not in stages:
            Version.objects.filter(pk=version.pk).update(published=True)


def _settle_agreements(published: form.Federation) -> None:
    """An agreement that ended while holders were signing is listed, and suspended until the next publication."""
    listed = {one.name for one in published.agreements}
    for late in Agreement.objects.filter(state=Deal.ENDED, published=False).only("pk", "code", "version"):
        if late.name in listed:
            Agreement.objects.filter(pk=late.pk).update(published=True)
            office.suspend(late.name, "centre", "ended")
    agreed = Agreement.objects.filter(state=Deal.APPROVED).values_list("pk", "code", "version").order_by()
    keys = {pk for pk, code, version in agreed if f"{code}/{version}" in listed}
    _update(Agreement.objects.all(), "pk", keys, state=Deal.IN_FORCE, published=True, changed=timezone.now())


def _update(rows: models.QuerySet[Any], key: str, names: set[Any], **values: object) -> None:
    for some in _chunks(names):
        rows.filter(**{f"{key}__in": some}).update(**values)


def _chunks(names: Iterable[Any]) -> Iterator[list[Any]]:
    rest = iter(names)
    while some := list(islice(rest, _CHUNK)):
        yield some


def adopt(person: Person) -> dict[str, int]:
    """Show here what commands have published before. Raises `Refused`."""
    check_may(person, "publish.prepare")
    found = office.published()
    if found is None:
        raise no("not-prepared")
    settle(found)
    return adopting.adopt(found)
