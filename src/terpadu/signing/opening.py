"""Opening one message of a proven frame: steps 7 to 10 of the receiver's order, and what binds a reply to its request.

What fails here suffers alone and is answered by a signed refusal; the frame stands in the evidence already.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from terpadu.errors import Refused
from terpadu.model.federation import KeyEntry
from terpadu.model.heads import EndHead, QueryHead, ReplyHead, RequestHead
from terpadu.model.identifiers import MemberId, NodeId, ServiceId, SubsystemId, member_of
from terpadu.model.message import Message
from terpadu.signing import hashes, part
from terpadu.signing.part import Part
from terpadu.signing.seal import TOLERANCE
from terpadu.signing.wire import split_content

SPAN_LIMIT = 600_000
_NO_PART = Part(b"", b"", ())


class OpenedRequest(NamedTuple):
    """A request that is who, when and what it says: its head, part and body."""

    message: Message
    head: RequestHead
    part: Part
    raw_part: bytes
    body: bytes
    named: dict[bytes, list[bytes]]
    """The values of the part's headers by lower-case name."""


class OpenedReply(NamedTuple):
    """A reply that is about the request asked: its head, part (empty for a refusal) and body."""

    message: Message
    head: ReplyHead
    part: Part
    raw_part: bytes
    body: bytes


def check_sender(head: RequestHead | QueryHead | EndHead, entry: KeyEntry, now: int) -> None:
    """Steps 8 and 9: the key speaks for the member that asks, and the message is of now. Raises `Refused`."""
    _speaks_for(head.source, entry.members)
    if head.time > now + TOLERANCE:
        raise Refused("stale", "Expected a message of the past; it was made in the future. Check the clocks.")
    if not isinstance(head, EndHead) and (now > head.until + TOLERANCE or head.until - head.time > SPAN_LIMIT):
        raise Refused("stale", "Expected a message before its deadline, at most 10 minutes after it was made.")


def _speaks_for(source: SubsystemId | ServiceId, members: Collection[MemberId]) -> None:
    if member_of(source) not in members:
        raise Refused("identity", f"Expected a sender of {', '.join(members)}; the message says {source}.")


def open_request(message: Message, head: RequestHead) -> OpenedRequest:
    """Step 10: the part fits and the content is the one that was signed. Raises `Refused("content")`."""
    raw, body = _content(message, head)
    read = part.decode(raw)
    part.check_request(read)
    return OpenedRequest(message, head, read, raw, body, part.by_name(read.headers))


def _content(message: Message, head: RequestHead | ReplyHead) -> tuple[bytes, bytes]:
    if hashes.commitment(head.kind, head.id, message.content) != head.content:
        raise Refused("content", "Expected the content that the head commits to; another came.")
    try:
        return split_content(message.content)
    except ValueError as error:
        raise Refused("content", f"Expected content as long as its lengths say: {error}.") from None


def open_reply(message: Message, head: ReplyHead, asked: Message, node: NodeId, signer: NodeId) -> OpenedReply:
    """A reply to `asked`, sent to `node`, signed by `signer`. Raises `Refused("unbound-response")`."""
    _about_this_request(head, asked, node, signer)
    try:
        return _read_reply(message, head, asked)
    except Refused as error:  # what is wrong with a reply is no fault of who asked
        raise Refused("unbound-response", error.sentence) from None


def _read_reply(message: Message, head: ReplyHead, asked: Message) -> OpenedReply:
    raw, body = _content(message, head)
    answers = head.code is None and head.state is None
    if answers != bool(raw) or (head.state is not None and not isinstance(asked.head, QueryHead)):
        raise Refused("content", "Expected an answer with a part, or a refusal or report without one.")
    if not raw:
        return OpenedReply(message, head, _NO_PART, raw, body)
    read = part.decode(raw)
    if part.check_reply(read) != head.status:
        raise Refused("content", "Expected the status of the reply's head in its part.")
    return OpenedReply(message, head, read, raw, body)


def _about_this_request(head: ReplyHead, asked: Message, node: NodeId, signer: NodeId) -> None:
    request = asked.head
    bound = (
        isinstance(request, RequestHead | QueryHead)
        and head.about == hashes.b64(asked.leaf)
        and head.id == request.id
        and (head.source, head.to) == (request.to, request.source)
        and signer == node
        and head.time >= request.time - TOLERANCE
    )
    if not bound:
        raise Refused("unbound-response", "Expected a reply about this request, signed by the node that was asked.")
