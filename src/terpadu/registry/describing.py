"""Services and their versions: described by upload, compared with what consumers rely on, moved along the table of states."""

from __future__ import annotations

import re
from datetime import date

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from msgspec import Struct, structs

from terpadu.errors import Refused
from terpadu.identity.models import Person
from terpadu.model.identifiers import member_of, service_id, subsystem_of
from terpadu.registry import history
from terpadu.registry.contracts.compare import Break, Relying, breaking, breaks
from terpadu.registry.contracts.form import Contract, Field, Input
from terpadu.registry.contracts.reading import read
from terpadu.registry.joining import BELONGING
from terpadu.registry.models import Agreement, Node, Service, Subsystem, Version
from terpadu.registry.refusals import no
from terpadu.registry.roles import check_may
from terpadu.registry.states import COUNTING, LIVE, VERSION, Life, move


class Description(Struct, frozen=True, kw_only=True):
    """What the owner says of a version, beside the file."""

    title: str
    description: str = ""
    effect: str = "safe"
    subject: str = ""
    nodes: tuple[str, ...] = ()
    form: str
    raw: bytes


@transaction.atomic
def describe(person: Person, name: str, told: Description) -> Version:
    """A new version, as a draft. Raises `Refused`, `BadInput`; nothing is fetched from an address that the file names."""
    code = service_id(name)
    check_may(person, "service.describe", provider=code)
    contract = read(told.form, told.raw)
    system = Subsystem.objects.filter(pk=subsystem_of(code), state__in=BELONGING).first()
    if system is None:
        raise no("no-subsystem", name=subsystem_of(code))
    _check_nodes(told, code)
    service, _ = Service.objects.select_for_update().get_or_create(pk=code, defaults={"subsystem": system})
    version = _version(service, told, contract)
    version.made_by = person
    version.save()
    history.record("service.describe", code, person, f"{version.number}")
    return version


def _check_nodes(told: Description, code: str) -> None:
    """A member answers with its own nodes alone, whatever else its description copies."""
    member = member_of(service_id(code))
    own = set(
        Node.objects.filter(name__in=told.nodes, member=member, state__in=BELONGING).values_list("name", flat=True)
    )
    if not told.nodes or set(told.nodes) - own:
        raise no("own-nodes", name=member)
    if told.effect != "safe" and len(told.nodes) > 1:
        raise no("one-node")


def _version(service: Service, told: Description, contract: Contract) -> Version:
    last = service.versions.aggregate(last=Max("number"))["last"] or 0
    fields = {name: {"type": one.type, "specific": False} for name, one in contract.fields.items()}
    inputs = {name: {"type": one.type, "required": one.required} for name, one in contract.inputs.items()}
    return Version(
        service=service, number=last + 1, title=told.title, description=told.description, effect=told.effect,
        subject=told.subject, nodes=sorted(told.nodes), form=told.form, contract=told.raw.decode("utf-8", "replace"),
        fields=fields, inputs=inputs, endpoints=[list(pair) for pair in contract.endpoints],
    )  # fmt: skip


@transaction.atomic
def mark_specific(person: Person, number: int, names: list[str]) -> Version:
    """Which fields of a draft are personal data of the specific kind (UU 27/2022 pasal 4 ayat 2). Raises `Refused`."""
    version = Version.objects.select_for_update().filter(pk=number, state=Life.DRAFT).first()
    if version is None:
        raise no("step")
    check_may(person, "service.describe", provider=version.service_id)
    version.fields = {name: {**one, "specific": name in names} for name, one in version.fields.items()}
    version.save()
    return version


def contract_of(version: Version) -> Contract:
    """What a kept version takes and gives."""
    return Contract(
        fields={name: Field(one["type"]) for name, one in version.fields.items()},
        inputs={name: Input(one["type"], one["required"]) for name, one in version.inputs.items()},
        endpoints=tuple((method, path) for method, path in version.endpoints),
        effect=version.effect,
        subject=version.subject,
    )


def live(service: Service) -> Version | None:
    """The version that can be asked."""
    return service.versions.filter(state__in=LIVE).first()


def relying_on(service: Service) -> list[Relying]:
    """Who relies on a service, by agreements that count."""
    found = Agreement.objects.filter(service=service, state__in=COUNTING).order_by("code", "version")
    return [Relying(one.name, one.consumer_id, tuple(one.fields)) for one in found]


def compared(version: Version) -> list[Break]:
    """What this version breaks against the one that can be asked; nothing where there is none."""
    before = live(version.service)
    if before is None or before.pk == version.pk:
        return []
    old, new = contract_of(before), contract_of(version)
    if not before.form:  # adopted from a federation: it has no description, but what is agreed is known
        named = {field: Field("any") for one in relying_on(version.service) for field in one.fields}
        old = structs.replace(old, fields=named, endpoints=())
        new = structs.replace(new, fields={name: Field("any") for name in new.fields}, inputs={})
    return breaks(old, new, relying_on(version.service))


@transaction.atomic
def move_version(person: Person, number: int, after: Life, ends: date | None = None) -> Version:
    """One step of a version's life. Raises `Refused`: with the consumers' names where it would break them."""
    version = Version.objects.select_for_update().select_related("service").filter(pk=number).first()
    if version is None:
        raise Refused("not-found", "Expected a version that the registry knows.")
    check_may(person, "service.move", provider=version.service_id)
    before = live(version.service)
    if after in (Life.TRIAL, Life.PUBLISHED):
        _check_takes_its_place(version, before, after)
    if after == Life.RETIRED and version.state in LIVE:
        _check_nobody_relies(version)
    if after == Life.DEPRECATED and (ends is None or ends <= timezone.localdate()):
        raise no("retire-day")
    move(version, VERSION, after)
    if before is not None and before.pk != version.pk and version.state in LIVE:
        _step(before, Life.RETIRED, None)
    _step(version, after, ends)
    history.record("service.move", version.service_id, person, f"{version.number}: {after}")
    return version


def _step(version: Version, after: Life, ends: date | None) -> None:
    version.state, version.ends, version.changed, version.published = after, ends, timezone.now(), False
    version.save()


def _check_takes_its_place(version: Version, before: Version | None, after: Life) -> None:
    if before is None and after == Life.PUBLISHED:
        raise no("trial-first")
    if before is not None and before.pk != version.pk:
        if after == Life.TRIAL and before.state != Life.TRIAL:
            raise no("stays-published")
        hit = breaking(compared(version))
        if hit:
            names = sorted({one.consumer for found in hit for one in found.whom})
            raise no("breaks", what=hit[0].what, names=", ".join(names))


def _check_nobody_relies(version: Version) -> None:
    found = relying_on(version.service)
    if found:
        raise no("relied-on", names=", ".join(sorted({one.consumer for one in found})))


def pattern(path: str) -> str:
    """A path of a description as a pattern of the federation: `{…}` is one segment."""
    return re.sub(r"\{[^}]*\}", "*", path)
