"""The one door to the federation's draft: only this module of all rooms writes what holders sign, or narrows (docs/decisions).

The registry's directory is named by the portal's setting `registry`; without it this portal keeps none, and every act here
is refused with a sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import chain
from pathlib import Path
from typing import NamedTuple, TypeVar

import msgspec
from django.conf import settings
from msgspec import structs

from terpadu.clock import system_clock
from terpadu.errors import BadInput, Refused
from terpadu.model.federation import Agreement, Federation, Member, Narrowing, Purpose, Service, Subsystem
from terpadu.registry.refusals import no
from terpadu.trust import carrying, differences, draft, narrow, publish
from terpadu.trust.forms import to_bytes
from terpadu.trust.office import Office
from terpadu.trust.proposal import Proposal
from terpadu.trust.request import JoiningRequest, read_request

T = TypeVar("T", Member, Subsystem, Purpose, Service)
__all__ = ("JoiningRequest", "Waiting", "read_request")

_read: dict[str, tuple[int, Federation]] = {}
"""The published federation by directory, with the version of its list: 20,000 agreements are not read twice."""


class Waiting(NamedTuple):
    """What the holders are signing."""

    proposal: Proposal
    federation: Federation
    signed: list[str]
    needed: int
    lines: list[str]

    @property
    def is_ready(self) -> bool:
        """Have enough holders signed?"""
        return len(self.signed) >= self.needed


def is_kept() -> bool:
    """Does this portal keep a registry?"""
    return bool(settings.PORTAL.registry)


def _office() -> Office:
    if not is_kept():
        raise no("no-registry")
    return Office(settings.HOME / Path(settings.PORTAL.registry))


def instance() -> str:
    """The name of this federation, as `ID`."""
    return _office().draft().instance


def published() -> Federation | None:
    """The federation that counts now; None before the first."""
    if not is_kept():
        return None
    office = _office()
    snapshot = office.snapshot()
    if snapshot is None:
        return None
    mark = snapshot.meta["targets.json"].version
    kept = _read.get(str(office.directory))
    if kept is None or kept[0] != mark:
        found = office.federation()
        if found is None:
            return None
        _read[str(office.directory)] = kept = (mark, found)
    return kept[1]


def narrowing() -> Narrowing:
    """What is suspended and halted now."""
    return _office().narrowing()


def amend(change: Callable[[Federation], Federation]) -> Federation:
    """Change the draft. Raises `BadInput` where it could never be signed."""
    return publish.amend(_office(), change)


def with_nodes(before: Federation, asked: Iterable[JoiningRequest]) -> Federation:
    """The draft with these nodes and their keys."""
    now = system_clock()
    for request in asked:
        before = draft.with_node(before, request, now)
    return before


def certificate_for(asked: JoiningRequest) -> str:
    """The TLS certificate of a drafted node (PEM)."""
    return publish.certificate_for(_office(), asked) if draft.certificate_file(asked) else ""


def file_of(asked: JoiningRequest) -> str:
    """How the node's owner must name the certificate."""
    return draft.certificate_file(asked)


def waiting() -> Waiting | None:
    """The proposal that is kept for the holders; None where nobody has prepared one, or the draft went on since."""
    office = _office()
    path = office.directory / "proposal.json"
    if not path.exists():
        return None
    kept = carrying.read(path.read_bytes())
    return _told(office, kept)


def prepare() -> Waiting:
    """Make the proposal for the draft as it is, and keep it."""
    office = _office()
    return _told(office, carrying.prepare(office, system_clock()))


def _told(office: Office, proposal: Proposal) -> Waiting:
    federation = msgspec.json.decode(proposal.federation, type=Federation)
    lines = differences.differences(published(), federation)
    return Waiting(proposal, federation, carrying.signers(proposal, office), office.anchors().threshold, lines)


def proposal_file() -> bytes:
    """What is carried to the holders. Raises `Refused` where none waits."""
    found = waiting()
    if found is None:
        raise Refused("not-found", "Expected a prepared proposal; prepare one first.")
    return to_bytes(found.proposal)


def root_file() -> bytes:
    """The trust anchor, for whoever joins."""
    return (_office().public / "root.json").read_bytes()


def take_signature(raw: bytes) -> Waiting:
    """A holder's signature came back. Raises `BadInput`."""
    office = _office()
    return _told(office, carrying.take_in(office, carrying.read(raw), system_clock()))


def publish_now() -> Federation:
    """Publish what enough holders signed. Raises `BadInput` below the threshold."""
    office = _office()
    if not (office.directory / "proposal.json").exists():
        raise BadInput("Expected a prepared proposal with enough signatures; prepare one first.", "unsigned")
    return publish.publish(office, system_clock())


def suspend(what: str, by: str, reason: str) -> None:
    """Take a right away, at once."""
    narrow.suspend(_office(), what, by, reason, system_clock())


def resume(what: str, by: str) -> None:
    """Lift that one's suspension."""
    narrow.resume(_office(), what, by, system_clock())


def forget(names: list[str]) -> None:
    """Suspensions of what is listed no more are of no use."""
    narrow.forget(_office(), names, system_clock())


def halt(service: str, going_on: bool = False) -> None:
    """Halt a launch, or let it go on."""
    (narrow.unhalt if going_on else narrow.halt)(_office(), service, system_clock())


class Additions(NamedTuple):
    """What a draft gets in one go: in place of the entry with the same name, or at its end."""

    members: tuple[Member, ...] = ()
    subsystems: tuple[Subsystem, ...] = ()
    nodes: tuple[JoiningRequest, ...] = ()
    purposes: tuple[Purpose, ...] = ()
    services: tuple[Service, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    no_services: frozenset[str] = frozenset()
    no_agreements: frozenset[str] = frozenset()

    def put_into(self, before: Federation) -> Federation:
        """The next draft."""
        joined = structs.replace(before, members=_by_id(before.members, self.members))
        joined = with_nodes(joined, self.nodes)
        agreements = {one.name: one for one in (*before.agreements, *self.agreements)}
        return structs.replace(
            joined,
            subsystems=_by_id(before.subsystems, self.subsystems),
            purposes=_by_id(before.purposes, self.purposes),
            services=tuple(
                one for one in _by_id(before.services, self.services) if one.id not in self.no_services
            ),
            agreements=tuple(one for name, one in agreements.items() if name not in self.no_agreements),
        )  # fmt: skip


def _by_id(before: tuple[T, ...], added: tuple[T, ...]) -> tuple[T, ...]:
    joined: dict[str, T] = {}
    for one in chain(before, added):
        joined[one.id] = one
    return tuple(joined.values())
