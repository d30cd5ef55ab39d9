"""Take a federation that was made by commands into the registry's rows, so that its pages show it; nothing is decided anew."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime

from django.db import transaction
from django.utils import timezone

from terpadu.model import federation as form
from terpadu.model.identifiers import member_of, subsystem_of
from terpadu.registry import office
from terpadu.registry.models import Agreement, Member, Node, Purpose, Service, Subsystem, Version
from terpadu.registry.refusals import no
from terpadu.registry.states import Deal, Joining, Life

_LISTED = Joining.LISTED


@transaction.atomic
def adopt(found: form.Federation) -> dict[str, int]:
    """Rows for what the registry does not know yet: kind -> how many came. What it knows stays as it is."""
    before = _counts()
    Member.objects.bulk_create(
        (Member(id=one.id, name=one.name, country=one.country, state=_LISTED) for one in found.members),
        ignore_conflicts=True,
    )
    Subsystem.objects.bulk_create(
        (
            Subsystem(id=one.id, member_id=member_of(one.id), name=one.name, application=one.application, state=_LISTED)
            for one in found.subsystems
        ),
        ignore_conflicts=True,
    )
    Purpose.objects.bulk_create(
        (Purpose(id=one.id, title=one.title, basis=one.basis, state=_LISTED) for one in found.purposes),
        ignore_conflicts=True,
    )
    _nodes(found)
    _services(found)
    _agreements(found.agreements)
    return {kind: now - before[kind] for kind, now in _counts().items()}


def adopt_published() -> dict[str, int]:
    """The same for the command line: the federation that this portal's registry has published. Raises `Refused`."""
    found = office.published()
    if found is None:
        raise no("not-prepared")
    return adopt(found)


def _counts() -> dict[str, int]:
    kinds = (Member, Subsystem, Purpose, Node, Service, Agreement)
    return {kind.__name__: kind._default_manager.count() for kind in kinds}


def _nodes(found: form.Federation) -> None:
    known = set(Node.objects.values_list("name", flat=True))
    Node.objects.bulk_create(
        Node(name=one.id, member_id=one.member, host=one.host, port=one.port, state=_LISTED)
        for one in found.nodes
        if one.id not in known
    )


def _services(found: form.Federation) -> None:
    known = set(Service.objects.values_list("pk", flat=True))
    new = [one for one in found.services if one.id not in known]
    Service.objects.bulk_create(Service(id=one.id, subsystem_id=subsystem_of(one.id)) for one in new)
    Version.objects.bulk_create(
        Version(
            service_id=one.id, number=1, title=one.title, description=one.description, effect=one.effect,
            subject=one.subject, nodes=list(one.nodes), endpoints=[[point.method, point.path] for point in one.endpoints],
            state=Life.TRIAL if one.stage == "trial" else Life.PUBLISHED, published=True,
        )
        for one in new
    )  # fmt: skip


def _agreements(found: Iterable[form.Agreement]) -> None:
    known = set(Agreement.objects.values_list("code", "version"))
    Agreement.objects.bulk_create(
        Agreement(
            code=one.id, version=one.version, consumer_id=one.consumer, service_id=one.service,
            purposes=list(one.purposes), default_purpose=one.default_purpose, fields=list(one.fields),
            endpoints=[[point.method, point.path] for point in one.endpoints], quota=one.quota, persons=one.persons,
            needs_case=one.needs_case, needs_consent=one.needs_consent, keep_days=one.keep_days,
            since=_day(one.since), until=_day(one.until - 1), state=Deal.IN_FORCE, published=True,
        )
        for one in found
        if (one.id, one.version) not in known
    )  # fmt: skip


def _day(milliseconds: int) -> date:
    return timezone.localtime(datetime.fromtimestamp(milliseconds / 1000, UTC)).date()
