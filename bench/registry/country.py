"""An invented country: 600 members with a node each, 3,000 services, 20,000 agreements; keys are real, names are numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import structs

from terpadu.model.federation import Agreement, Endpoint, Federation, Member, Purpose, Service, Subsystem
from terpadu.model.identifiers import MemberId, NodeId, ServiceId, SubsystemId
from terpadu.signing.keys import new_key
from terpadu.trust import draft, request
from terpadu.trust.keys import ALGORITHM, OwnKey, listed_name
from terpadu.trust.office import Office

MEMBERS, SERVICES, AGREEMENTS = 600, 3_000, 20_000
YEAR = 365 * 86_400_000
FIELDS = tuple(f"data.bagian{number}" for number in range(12))
EVERYTHING = (Endpoint(method="POST", path="/**"),)
USES = (("frame", 1), ("tls", 1), ("journal", 1), ("journal", 2), ("witness", 1))


def member(number: int) -> str:
    return f"ID/{'PEMDA' if number > 86 else 'GOV'}/INSTANSI-{number:03}"


def system(number: int) -> str:
    return f"{member(number)}/SISTEM"


def service(number: int) -> str:
    return f"{system(number % MEMBERS)}/layanan-{number // MEMBERS}"


def fill(office: Office, now: int) -> Federation:
    """Put the country into the draft of a registry."""
    made = structs.replace(
        office.draft(),
        members=tuple(Member(id=MemberId(member(n)), name=f"Instansi rekaan {n}") for n in range(MEMBERS)),
        subsystems=tuple(Subsystem(id=SubsystemId(system(n)), name=f"Sistem {n}", application=str(n)) for n in range(MEMBERS)),
        purposes=(Purpose(id="uji", title="Uji", basis="UU contoh pasal 1"),),
    )
    for number in range(MEMBERS):
        made = draft.with_node(made, _request(number), now)
    made = structs.replace(made, services=tuple(_services()), agreements=tuple(_agreements(now)))
    office.save_draft(made)
    return made


def _request(number: int) -> request.JoiningRequest:
    name = NodeId(f"{member(number)}/n1")
    own = [OwnKey(use, generation, listed_name(name, use, generation), new_key(ALGORITHM[use])) for use, generation in USES]  # type: ignore[arg-type,index]
    return request.read_request(request.ask(request.node_of(name, "127.0.0.1", 5500), own), "request.json")


def _services() -> Iterator[Service]:
    for number in range(SERVICES):
        yield Service(
            id=ServiceId(service(number)), title=f"Layanan rekaan {number}", type="REST", effect="safe",
            nodes=(NodeId(f"{member(number % MEMBERS)}/n1"),), endpoints=EVERYTHING, subject="body:nik",
        )  # fmt: skip


def _agreements(now: int) -> Iterator[Agreement]:
    """Every tenth is with the first service: one that half the country uses."""
    for number in range(AGREEMENTS):
        meant = 0 if number % 10 == 0 and number // 10 < MEMBERS else number * 7 % SERVICES
        yield agreement(number, (number * 13 + 1) % MEMBERS, meant, now)


def agreement(number: int, consumer: int, meant: int, now: int) -> Agreement:
    values: dict[str, Any] = {"purposes": ("uji",), "endpoints": EVERYTHING, "fields": FIELDS[: 3 + number % 9]}
    return Agreement(
        id=f"K-{number}", version=1, consumer=SubsystemId(system(consumer)), service=ServiceId(service(meant)),
        since=now - 60_000, until=now + YEAR, quota=1000 + number % 500, persons=100, default_purpose="uji", **values,
    )  # fmt: skip
