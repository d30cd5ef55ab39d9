"""The federation as its files say it: members, services, agreements, keys, and what narrows them (ARCHITECTURE.md).

These are the published forms; `rights.py` beside it makes them quick to ask. Emptiness means refusal everywhere: an
agreement without purposes, endpoints or fields lets nothing through.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from terpadu.model.heads import Milliseconds
from terpadu.model.identifiers import AgreementId, MemberId, NodeId, ServiceId, SubsystemId

Effect = Literal["safe", "keyed", "tx", "best-effort"]
"""Class of a service: without effect; takes an idempotency key; joins the node's transaction; cannot promise."""
Stage = Literal["trial", "limited", "general"]
KeyUse = Literal["tls", "frame", "journal", "witness", "consent"]
Algorithm = Literal["ecdsa-p256", "ed25519"]

WHOLE_BODY = "*whole-body-without-field-cutting*"
"""The one field name that lets a body pass uncut: for files and streams, never by accident."""


class File(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, kw_only=True):
    """What the published forms share: frozen, unknown keys are errors, absent means the default."""


class Member(File, frozen=True):
    """An agency that joined."""

    id: MemberId
    name: str
    country: str = "ID"


class Node(File, frozen=True):
    """A node (simpul): where it listens for peers and which protocols it speaks (ALPN, newest last)."""

    id: NodeId
    member: MemberId
    host: str
    port: Annotated[int, Meta(ge=1, le=65535)]
    protocols: tuple[str, ...]
    country: str = "ID"


class Subsystem(File, frozen=True):
    """A system of a member, and the inventory entry that it stands on."""

    id: SubsystemId
    name: str
    application: str = ""


class Endpoint(File, frozen=True):
    """A method (or `*`) and a path pattern: `*` within a segment, `**` across, backslash escapes (X-Road's rules)."""

    method: str
    path: str


class Service(File, frozen=True):
    """What a subsystem offers. `nodes` serve it: exactly one for a service with effects, many for a safe one.

    `subject` says where a request names its person: `body:<dotted path>` in a JSON body, or empty for no person. `early`:
    a request leaves the asking node only when its own record is on disk; one write more to wait for, and a power cut
    loses nothing there that was sent.
    """

    id: ServiceId
    title: str
    type: Literal["REST", "OPENAPI"]
    effect: Effect
    nodes: tuple[NodeId, ...]
    endpoints: tuple[Endpoint, ...]
    subject: str = ""
    description: str = ""
    stage: Stage = "general"
    early: bool = False


class Purpose(File, frozen=True):
    """An entry of the purpose register: what for, and the legal basis (UU PDP 27/2022 article 20)."""

    id: str
    title: str
    basis: str


class Agreement(File, frozen=True):
    """A right: who may use which service, for which purposes, and how far (ARCHITECTURE.md).

    Times are Unix milliseconds; `quota` counts calls and `persons` distinct persons, each per day of the provider; days
    to keep contents: 0 keeps none. A `share` is per mille of persons in a launch's cohort.
    """

    id: str
    version: Annotated[int, Meta(ge=1)]
    consumer: SubsystemId
    service: ServiceId
    purposes: tuple[str, ...]
    endpoints: tuple[Endpoint, ...]
    fields: tuple[str, ...]
    since: Milliseconds
    until: Milliseconds
    quota: Annotated[int, Meta(ge=0)]
    persons: Annotated[int, Meta(ge=0)]
    default_purpose: str = ""
    needs_case: bool = False
    needs_consent: bool = False
    keep_days: Annotated[int, Meta(ge=0)] = 0
    abroad: bool = False
    share: Annotated[int, Meta(ge=0, le=1000)] = 1000

    @property
    def name(self) -> AgreementId:
        """The agreement with its version, as heads carry it."""
        return AgreementId(f"{self.id}/{self.version}")


class KeyEntry(File, frozen=True):
    """A key of the registry's log (protocol section 3). `key` is base64: SPKI in DER for P-256, 32 raw bytes for Ed25519.

    `name` is a node, a journal's origin, `<node>/witness` or a consent signer; `members` are those it speaks for. Seconds
    are not used: `since` and `until` are Unix milliseconds, on the wire `from` and `until`.
    """

    alg: Algorithm
    members: tuple[MemberId, ...] = field(name="for")
    since: Milliseconds = field(name="from")
    key: str
    kind: Literal["key"]
    name: str
    until: Milliseconds
    use: KeyUse


class Federation(File, frozen=True):
    """Membership and rights: signed by a threshold of offline keys, good for 7 days."""

    instance: str
    number: int
    made: Milliseconds
    expires: Milliseconds
    authorities: tuple[str, ...]
    members: tuple[Member, ...] = ()
    nodes: tuple[Node, ...] = ()
    subsystems: tuple[Subsystem, ...] = ()
    services: tuple[Service, ...] = ()
    purposes: tuple[Purpose, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    keys: tuple[KeyEntry, ...] = ()


class Suspension(File, frozen=True):
    """What the online role may do: take away. `what` is a member, node, subsystem, service or agreement (`id/version`)."""

    what: str
    by: Literal["consumer", "provider", "centre"]
    since: Milliseconds
    reason: str


class Narrowing(File, frozen=True):
    """Suspensions and halted launches (services): can only take away."""

    number: int
    suspended: tuple[Suspension, ...] = ()
    halted: tuple[ServiceId, ...] = ()


class RevokedKey(File, frozen=True):
    """A key that counts no longer, from the given Unix milliseconds on. `id` is its note key id in hex (8 digits)."""

    name: str
    id: str
    since: Milliseconds


class Revocations(File, frozen=True):
    """Revoked keys and withdrawn consents; a withdrawal is opaque: base64 SHA-256(`terpadu.withdrawal/1` LF receipt hash)."""

    number: int
    keys: tuple[RevokedKey, ...] = ()
    withdrawn: tuple[str, ...] = ()
