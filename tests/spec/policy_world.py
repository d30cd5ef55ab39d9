"""A small federation in which one request is allowed, and the changes that the truth table makes to it.

The request: a city's birth registration (member 1) asks the population register (member 9) for a person's name and
address, with a case and the person's consent. Invented numbers begin with 99, which no region has.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.asymmetric import ec
from msgspec.structs import replace

from terpadu.model.federation import (
    Agreement,
    Endpoint,
    Federation,
    KeyEntry,
    Member,
    Narrowing,
    Node,
    Purpose,
    Revocations,
    RevokedKey,
    Service,
    Subsystem,
    Suspension,
)
from terpadu.model.identifiers import MemberId, NodeId, ServiceId, SubsystemId
from terpadu.model.message import Decision, Facts
from terpadu.model.rights import note_key_id, rights_of, withdrawal_of
from terpadu.policy import consent
from terpadu.policy.decide import decide
from terpadu.policy.usage import Usage
from terpadu.signing import keys

NOW = 1_790_000_000_000
SINCE, UNTIL = NOW - 86_400_000, NOW + 86_400_000
EXPIRES = NOW + 7 * 86_400_000
CONSUMER, OTHER = SubsystemId("ID/GOV/1/app"), SubsystemId("ID/GOV/1/other")
ASKER, SERVER = NodeId("ID/GOV/1/n1"), NodeId("ID/GOV/9/n1")
SERVICE = ServiceId("ID/GOV/9/pop/person")
PERSON, NEIGHBOUR = "9901014107900001", "9901014107900002"
WHO = bytes(16)
ISSUER = "ID/GOV/5/consent"


def private_key(number: int) -> ec.EllipticCurvePrivateKey:
    """A key that is the same on every run; for tests only."""
    return ec.derive_private_key(number, ec.SECP256R1())


def entry(name: str, number: int, use: str = "consent", since: int = 0, until: int = 2**53 - 1) -> KeyEntry:
    """The listing of such a key."""
    text = keys.public_text(private_key(number))
    return KeyEntry(alg="ecdsa-p256", members=(MemberId("ID/GOV/5"),), since=since, key=text, kind="key", name=name,
                    until=until, use=use)  # fmt: skip


def receipt(signed_by: KeyEntry | None = None, number: int = 5, **change: Any) -> bytes:
    """The consent that fits the request, or one that differs from it."""
    fitting: dict[str, Any] = {
        "id": "c-1", "person": PERSON, "purpose": "akta-lahir", "recipient": CONSUMER, "fields": ("alamat", "nama"),
        "since": NOW - 60_000, "until": NOW + 60_000, "salt": bytes(range(16)),
    }  # fmt: skip
    signer = keys.signer(signed_by or entry(ISSUER, number), private_key(number))
    return consent.make_receipt(signer=signer, **(fitting | change))


AGREEMENT = Agreement(
    id="A1", version=1, consumer=CONSUMER, service=SERVICE, purposes=("akta-lahir", "pindah"),
    endpoints=(Endpoint("POST", "/person"), Endpoint("GET", "/person/*/card")), fields=("nama", "alamat"),
    since=SINCE, until=UNTIL, quota=3, persons=2, default_purpose="akta-lahir", needs_case=True, needs_consent=True,
)  # fmt: skip
OFFERED = Service(
    id=SERVICE, title="Penduduk", type="REST", effect="safe", nodes=(SERVER,), subject="body:nik",
    endpoints=(Endpoint("POST", "/person"), Endpoint("GET", "/**")),
)  # fmt: skip
FEDERATION = Federation(
    instance="ID", number=1, made=SINCE, expires=EXPIRES, authorities=("ID/GOV/0",),
    members=tuple(Member(MemberId(f"ID/GOV/{n}"), f"Kantor {n}") for n in (1, 5, 9)),
    nodes=tuple(Node(node, MemberId(node[:8]), "127.0.0.1", 1, ("terpadu/1",)) for node in (ASKER, SERVER)),
    subsystems=tuple(Subsystem(SubsystemId(name), name) for name in (CONSUMER, OTHER, "ID/GOV/9/pop")),
    services=(OFFERED,),
    purposes=(Purpose("akta-lahir", "Pencatatan kelahiran", "UU 24/2013 pasal 27"),
              Purpose("pindah", "Pindah domisili", "UU 23/2006 pasal 15"),
              Purpose("tanpa-dasar", "Tanpa dasar hukum", " ")),
    agreements=(AGREEMENT,),
    keys=(entry(ISSUER, 5),),
)  # fmt: skip
FACTS = Facts(
    consumer=CONSUMER, service=SERVICE, verb="POST", path="/person", agreement="A1/1", purpose="akta-lahir",
    case="KL-1", consent=receipt(), has_key=False, asker=ASKER, who=WHO, share=None, person=PERSON,
)  # fmt: skip


class World(NamedTuple):
    """Everything that a decision rests on. `used` are the calls admitted before today: the persons asked about."""

    facts: Facts = FACTS
    federation: Federation = FEDERATION
    narrowing: Narrowing = Narrowing(1)
    revocations: Revocations = Revocations(1)
    used: tuple[bytes | None, ...] = ()
    now: int = NOW


Change = Callable[[World], World]


def decided(world: World) -> Decision:
    """What policy says in this world."""
    usage = Usage()
    for who in world.used:
        usage.count("A1/1", who, world.now)
    rights = rights_of(world.federation, world.narrowing, world.revocations)
    return decide(world.facts, rights, usage, world.now)


def facts(**change: Any) -> Change:
    """Another request."""
    return lambda world: world._replace(facts=replace(world.facts, **change))


def federation(**change: Any) -> Change:
    """Another federation."""
    return lambda world: world._replace(federation=replace(world.federation, **change))


def agreement(**change: Any) -> Change:
    """Other words in every agreement."""
    return lambda world: federation(agreements=tuple(replace(x, **change) for x in world.federation.agreements))(world)


def service(**change: Any) -> Change:
    """Another description of the service."""
    return lambda world: federation(services=tuple(replace(x, **change) for x in world.federation.services))(world)


def without(kind: str, name: str) -> Change:
    """The federation without one entry."""
    return lambda world: federation(**{kind: tuple(x for x in getattr(world.federation, kind) if x.id != name)})(world)


def abroad(kind: str, name: str) -> Change:
    """A node or member that stands abroad."""
    return lambda world: federation(
        **{kind: tuple(replace(x, country="SG") if x.id == name else x for x in getattr(world.federation, kind))}
    )(world)


def suspended(what: str) -> Change:
    """Something is suspended too."""
    item = Suspension(what, "centre", SINCE, "uji")
    return lambda world: world._replace(
        narrowing=replace(world.narrowing, suspended=(*world.narrowing.suspended, item))
    )


def halted(world: World) -> World:
    """The launch of the service is halted."""
    return world._replace(narrowing=replace(world.narrowing, halted=(SERVICE,)))


def at(now: int) -> Change:
    """Another time."""
    return lambda world: world._replace(now=now)


def used(*persons: bytes | None) -> Change:
    """More calls were admitted today."""
    return lambda world: world._replace(used=(*world.used, *persons))


def listed(*entries: KeyEntry) -> Change:
    """Other keys in the federation."""
    return federation(keys=entries)


def revoked(since: int) -> Change:
    """The consent key is revoked from this moment on."""
    key = RevokedKey(ISSUER, note_key_id(entry(ISSUER, 5)).hex(), since)
    return lambda world: world._replace(revocations=replace(world.revocations, keys=(key,)))


def withdrawn(value: bytes) -> Change:
    """The person took this receipt back."""
    name = withdrawal_of(consent.receipt_name(consent.read_receipt(value)))
    return lambda world: world._replace(revocations=replace(world.revocations, withdrawn=(name,)))


def turned_over(value: bytes) -> bytes:
    """The same receipt under the other valid signature of the same bytes: (r, n - s)."""
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

    from terpadu.signing import note

    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    text, (line,) = note.parse(base64.b64decode(value))
    r, s = decode_dss_signature(line.signature)
    other = note.signature_line(line.name, line.key_id, encode_dss_signature(r, order - s))
    return base64.b64encode(text + b"\n" + other)
