"""The four heads: what is signed of a message, and kept for ever (protocol section 2).

A head names no person. Fields are declared in alphabetical order of their names on the wire, so that encoding gives the
canonical form (RFC 8785) directly; an empty field is absent, an unknown one forbidden.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from terpadu.model.identifiers import AgreementId, ServiceId, SubsystemId

Milliseconds = Annotated[int, Meta(ge=0, le=2**53 - 1)]
Size = Annotated[int, Meta(ge=0, le=2**53 - 1)]
Hash = Annotated[str, Meta(min_length=44, max_length=44)]
"""SHA-256 in padded base64, compared as text."""
Keyed = Annotated[str, Meta(min_length=24, max_length=24)]
"""A keyed hash of 16 bytes in padded base64."""
Number = Annotated[str, Meta(pattern="^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")]
"""A lower-case UUIDv4: the message number, X-Road-Request-Id."""
Word = Annotated[str, Meta(min_length=1)]
"""Not empty: an empty field is absent."""
State = Literal["done", "refused", "running", "in-doubt", "never-arrived"]


class RequestHead(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, kw_only=True, gc=False):
    """R: from a subsystem to a service, under an agreement, for a purpose."""

    actor: Keyed | None = None
    agreement: Annotated[AgreementId, Meta(min_length=1)]
    case: Word | None = None
    consent: Hash | None = None
    content: Hash
    source: SubsystemId = field(name="from")
    id: Number
    idem: Keyed | None = None
    kind: Literal["request"]
    purpose: Word
    stream: bool | None = None
    time: Milliseconds
    to: ServiceId
    until: Milliseconds
    v: Literal[1]


class QueryHead(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, kw_only=True, gc=False):
    """Q: what became of the request with the leaf `about`?"""

    about: Hash
    source: SubsystemId = field(name="from")
    id: Number
    kind: Literal["query"]
    time: Milliseconds
    to: ServiceId
    until: Milliseconds
    v: Literal[1]


class ReplyHead(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, kw_only=True, gc=False):
    """A: an answer, a refusal (`code`) or a report on a query (`state`), bound to its request by `about` (wire: `for`)."""

    code: Word | None = None
    content: Hash
    first: Hash | None = None
    about: Hash = field(name="for")
    source: ServiceId = field(name="from")
    id: Number
    kind: Literal["reply"]
    rule: Word
    state: State | None = None
    status: Annotated[int, Meta(ge=100, le=599)] | None = None
    stream: bool | None = None
    time: Milliseconds
    to: SubsystemId
    v: Literal[1]


class EndHead(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, kw_only=True, gc=False):
    """E: a mark in a streamed body: so many bytes so far, with their commitment; the last has no `more`."""

    content: Hash
    about: Hash = field(name="for")
    source: SubsystemId | ServiceId = field(name="from")
    id: Number
    kind: Literal["end"]
    more: bool | None = None
    size: Size
    time: Milliseconds
    to: SubsystemId | ServiceId
    v: Literal[1]


class UnreadableHead(Struct, frozen=True, gc=False):
    """Bytes that were signed and are recorded, but are no head; their leaf is named to the sender and nothing is done."""

    reason: str
    kind: Literal["unreadable"] = "unreadable"


Head = RequestHead | QueryHead | ReplyHead | EndHead | UnreadableHead
