"""The stages of one message, side by side. Each is frozen and holds the one before; a function takes one and returns the
next, so that a walk is a straight line and a skipped step is a type error (ARCHITECTURE.md).

    asking    Request -> Decided -> Admitted -> Written -> Sealed -> Recorded -> Durable -> (reply) Answered
    answering Verified -> Decided -> Recorded -> Durable -> Admitted -> Answer -> Written -> Sealed -> Recorded -> Durable
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol

from msgspec import Struct

from terpadu.model.federation import Agreement, Service
from terpadu.model.heads import Head
from terpadu.model.identifiers import NodeId, ServiceId, SubsystemId

Headers = tuple[tuple[bytes, bytes], ...]
"""Header names and values as they travel, in order."""


class Large(Protocol):
    """A body that is never in memory as a whole."""

    size: int | None
    """Bytes in all, where known beforehand."""

    def chunks(self) -> AsyncIterator[bytes]:
        """The bytes, in pieces of at most 64 KiB; raises `Refused("body-broken")` where they do not fit their marks."""
        ...


class Request(Struct, frozen=True, kw_only=True, gc=False):
    """A call of our own system, its caller known. `path` is the raw origin form, query included; `until` a deadline in ms;
    `server` the one node that may be asked, where the caller names it."""

    client: SubsystemId
    service: ServiceId
    verb: bytes
    path: bytes
    headers: Headers
    body: bytes
    number: str
    time: int
    until: int
    purpose: str | None = None
    case: str | None = None
    consent: bytes | None = None
    key: bytes | None = None
    actor: bytes | None = None
    server: NodeId | None = None
    large: Large | None = None


class Facts(Struct, frozen=True, kw_only=True, gc=False):
    """What policy decides about: proven or signed, nothing merely claimed. `path` is the service path, raw, without query.

    `who` is the node's keyed hash of the person asked about (None: no person), `consent` the whole consent receipt,
    `share` the person's stable place in a cohort, 0 to 999, or None. `person` is the plain number, for the consent
    alone: it goes nowhere else, and printing the facts does not show it.
    """

    consumer: SubsystemId
    service: ServiceId
    verb: str
    path: str
    agreement: str | None
    purpose: str | None
    case: str | None
    consent: bytes | None
    has_key: bool
    asker: NodeId
    who: bytes | None = None
    share: int | None = None
    person: str | None = None

    def __repr__(self) -> str:
        return f"Facts({self.consumer} -> {self.service}, {self.verb}, agreement {self.agreement})"


class Decision(Struct, frozen=True, kw_only=True):
    """Yes (`code` None) or no, the rule that said so, and what it rests on; `missing` is a sentence for who may know."""

    rule: str
    code: str | None
    missing: str = ""
    agreement: Agreement | None = None
    service: Service | None = None
    purpose: str = ""

    @property
    def yes(self) -> bool:
        """May it be done?"""
        return self.code is None


class Message(Struct, frozen=True, gc=False):
    """A head with its bytes, its leaf (32 bytes) and its content bytes (salt, part, body)."""

    head: Head
    raw: bytes
    leaf: bytes
    content: bytes


class Seal(Struct, frozen=True, gc=False):
    """What a frame proves of its messages: its sender and receiver, the turn note over it, its index and path there."""

    sender: NodeId
    receiver: NodeId
    note: bytes
    turn: bytes
    """SHA-256 of the turn's text (32 bytes)."""
    index: int
    path: tuple[bytes, ...]
    frame: bytes
    """The frame's hash (32 bytes)."""


class Frame(Struct, frozen=True, gc=False):
    """Messages for one peer under one seal: the unit of sending and of recording."""

    seal: Seal
    messages: tuple[Message, ...]


class Admitted(Struct, frozen=True, kw_only=True):
    """A durable request that policy let through: the only thing a connector can be asked with. Made by `policy.admit` alone.

    `path` is the raw service path with its query (`""`, `/`, `/a?b=c`); `fields` what the agreement names; `key` the
    idempotency key; `until` Unix ms. Exactly one of `body` and `large` holds the body.
    """

    service: Service
    verb: str
    path: str
    headers: Headers
    body: bytes
    fields: tuple[str, ...]
    number: str
    until: int
    key: str | None = None
    large: Large | None = None


class Answer(Struct, frozen=True, kw_only=True):
    """What the old system said, in HTTP's terms. `held` counts the fields it gave, `released` those that the agreement let
    through (both 0 before mapping, and for a body that is not cut)."""

    status: int
    reason: str
    headers: Headers
    body: bytes
    held: int = 0
    released: int = 0
    large: Large | None = None
