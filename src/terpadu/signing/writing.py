"""Writing the four kinds of message: head, content and leaf, ready for a turn. Salt and time are given."""

from __future__ import annotations

from typing import NamedTuple

from terpadu.model.heads import EndHead, Head, QueryHead, ReplyHead, RequestHead, State
from terpadu.model.identifiers import AgreementId
from terpadu.model.message import Headers, Message, Request
from terpadu.signing import canonical, hashes, part
from terpadu.signing.part import Part
from terpadu.signing.wire import join_content


class Grounds(NamedTuple):
    """What a request is signed with beside itself: agreement, purpose, and keyed hashes of idempotency key and official."""

    agreement: AgreementId
    purpose: str
    idem: str | None = None
    actor: str | None = None


def _message(head: Head, content: bytes) -> Message:
    raw = canonical.encode_head(head)
    return Message(head, raw, hashes.leaf(raw), content)


def write_request(request: Request, grounds: Grounds, headers: Headers, salt: bytes) -> Message:
    """A request with its part and, unless it goes by the bulk lane, its body."""
    raw = part.encode(Part(request.verb, request.path, headers))
    content = join_content(salt, raw, request.body)
    head = RequestHead(
        actor=grounds.actor,
        agreement=grounds.agreement,
        case=request.case or None,
        consent=consent_hash(request.consent),
        content=hashes.commitment("request", request.number, content),
        source=request.client,
        id=request.number,
        idem=grounds.idem,
        kind="request",
        purpose=grounds.purpose,
        stream=True if request.large is not None else None,
        time=request.time,
        to=request.service,
        until=request.until,
        v=1,
    )
    return _message(head, content)


def consent_hash(receipt: bytes | None) -> str | None:
    """How a head names the consent receipt that its part carries: base64 SHA-256 of the header's value."""
    return None if receipt is None else hashes.b64(hashes.turn(receipt))


def write_query(about: Message, number: str, now: int, until: int) -> Message:
    """What became of this request?"""
    asked = about.head
    if not isinstance(asked, RequestHead):
        raise TypeError("only a request can be asked after")
    head = QueryHead(
        about=hashes.b64(about.leaf),
        source=asked.source,
        id=number,
        kind="query",
        time=now,
        to=asked.to,
        until=until,
        v=1,
    )
    return _message(head, b"")


class Outcome(NamedTuple):
    """How a request ended: by which rule, with which status or refusal, as a repeat of what, in which state."""

    rule: str
    status: int | None = None
    code: str | None = None
    first: str | None = None
    state: State | None = None
    stream: bool | None = None


def write_reply(
    about: Message, outcome: Outcome, now: int, salt: bytes, raw_part: bytes = b"", body: bytes = b""
) -> Message:
    """An answer, or with an empty part a refusal or a report, bound to the request or query `about`."""
    asked = about.head
    if not isinstance(asked, RequestHead | QueryHead):
        raise TypeError("only a request or a query is replied to")
    content = join_content(salt, raw_part, body)
    head = ReplyHead(
        code=outcome.code,
        content=hashes.commitment("reply", asked.id, content),
        first=outcome.first,
        about=hashes.b64(about.leaf),
        source=asked.to,
        id=asked.id,
        kind="reply",
        rule=outcome.rule,
        state=outcome.state,
        status=outcome.status,
        stream=outcome.stream,
        time=now,
        to=asked.source,
        v=1,
    )
    return _message(head, content)


def write_end(streamed: Message, size: int, commitment: str, more: bool, now: int) -> Message:
    """A mark in the streamed body of a request or reply: so many bytes so far, with their commitment."""
    carried = streamed.head
    if not isinstance(carried, RequestHead | ReplyHead):
        raise TypeError("only a request or a reply carries a body")
    head = EndHead(
        content=commitment,
        about=hashes.b64(streamed.leaf),
        source=carried.source,
        id=carried.id,
        kind="end",
        more=True if more else None,
        size=size,
        time=now,
        to=carried.to,
        v=1,
    )
    return _message(head, b"")
