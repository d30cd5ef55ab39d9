"""The federation made quick to ask: one frozen view of everything that is in force, built once per change."""

from __future__ import annotations

import base64
import hashlib
from collections import defaultdict
from typing import NamedTuple

from terpadu.model.federation import (
    Agreement,
    Federation,
    KeyEntry,
    Member,
    Narrowing,
    Node,
    Purpose,
    Revocations,
    Service,
    Subsystem,
)
from terpadu.model.identifiers import AgreementId, MemberId, NodeId, ServiceId, SubsystemId


class TrustNumbers(NamedTuple):
    """Which statements a decision relied on: membership, revocation and freshness numbers."""

    membership: int
    revocation: int
    freshness: int

    def line(self) -> str:
        """As the turn text and the records carry them."""
        return f"{self.membership} {self.revocation} {self.freshness}"


class ListedKey(NamedTuple):
    """A key entry with its note key id and the moment from which it is revoked (0: not)."""

    entry: KeyEntry
    revoked: int


class Rights(NamedTuple):
    """All that is in force. Dictionaries are built by `rights_of` and never changed."""

    federation: Federation
    numbers: TrustNumbers
    members: dict[MemberId, Member]
    nodes: dict[NodeId, Node]
    subsystems: dict[SubsystemId, Subsystem]
    services: dict[ServiceId, Service]
    purposes: dict[str, Purpose]
    agreements: dict[AgreementId, Agreement]
    between: dict[tuple[SubsystemId, ServiceId], tuple[Agreement, ...]]
    keys: dict[tuple[str, bytes], ListedKey]
    suspended: frozenset[str]
    halted: frozenset[ServiceId]
    withdrawn: frozenset[str]

    def key(self, name: str, key_id: bytes) -> ListedKey | None:
        """The listed key of a name and a note key id (4 bytes)."""
        return self.keys.get((name, key_id))

    def current_keys(self, name: str, use: str, now: int) -> list[KeyEntry]:
        """Entries of a name for a use that are valid at `now` and not revoked, newest first."""
        found = [
            listed.entry
            for (owner, _), listed in self.keys.items()
            if owner == name
            and listed.entry.use == use
            and listed.entry.since <= now < listed.entry.until
            and not 0 < listed.revoked <= now
        ]
        return sorted(found, key=lambda entry: -entry.since)


def note_key_id(entry: KeyEntry) -> bytes:
    """Key id on a note's signature line (4 bytes): P-256 SHA-256(SPKI)[:4]; Ed25519 as C2SP, type 1, a witness type 4."""
    raw = base64.b64decode(entry.key)
    if entry.alg == "ecdsa-p256":
        return hashlib.sha256(raw).digest()[:4]
    kind = b"\x04" if entry.use == "witness" else b"\x01"
    return hashlib.sha256(entry.name.encode() + b"\n" + kind + raw).digest()[:4]


def withdrawal_of(receipt_hash: str) -> str:
    """The opaque form in which a withdrawn consent receipt (base64 SHA-256) is published."""
    digest = hashlib.sha256(b"terpadu.withdrawal/1\n" + receipt_hash.encode()).digest()
    return base64.b64encode(digest).decode()


def rights_of(federation: Federation, narrowing: Narrowing, revocations: Revocations, freshness: int = 0) -> Rights:
    """Index everything that is in force."""
    revoked = {(key.name, bytes.fromhex(key.id)): key.since for key in revocations.keys}
    between: dict[tuple[SubsystemId, ServiceId], list[Agreement]] = defaultdict(list)
    for agreement in federation.agreements:
        between[agreement.consumer, agreement.service].append(agreement)
    keyed = [((entry.name, note_key_id(entry)), entry) for entry in federation.keys]
    return Rights(
        federation=federation,
        numbers=TrustNumbers(federation.number, revocations.number, freshness),
        members={member.id: member for member in federation.members},
        nodes={node.id: node for node in federation.nodes},
        subsystems={subsystem.id: subsystem for subsystem in federation.subsystems},
        services={service.id: service for service in federation.services},
        purposes={purpose.id: purpose for purpose in federation.purposes},
        agreements={agreement.name: agreement for agreement in federation.agreements},
        between={pair: tuple(found) for pair, found in between.items()},
        keys={name: ListedKey(entry, revoked.get(name, 0)) for name, entry in keyed},
        suspended=frozenset(item.what for item in narrowing.suspended),
        halted=frozenset(narrowing.halted),
        withdrawn=frozenset(revocations.withdrawn),
    )
