"""What a head must be to stand in an evidence file, beyond its canonical line: its kind, its names, its deadline.

A node may take a little more than this (it looks names up instead of reading them); here nothing is looked up.
"""

from __future__ import annotations

import base64
import binascii
import re

from terpadu.errors import Refused
from terpadu.model.heads import EndHead, Head, QueryHead, ReplyHead, RequestHead
from terpadu.model.identifiers import NodeId, service_id, subsystem_id
from terpadu.signing.evidence.broken import broken, need

ProvenHead = RequestHead | ReplyHead | EndHead | QueryHead
SPAN_LIMIT = 600_000
_NUMBER = re.compile("0|[1-9][0-9]{0,15}")
_KINDS: dict[str, type[ProvenHead]] = {
    "request": RequestHead,
    "request-end": EndHead,
    "reply": ReplyHead,
    "reply-end": EndHead,
    "query": QueryHead,
    "status": ReplyHead,
}
_HASHES = {"about": 32, "actor": 16, "consent": 32, "content": 32, "first": 32, "idem": 16}
"""Fields that hold a hash, with its bytes."""


def check_shape(name: str, head: Head) -> ProvenHead:
    """1, 4: a head of the kind that its section says, in its one form. Raises `Broken`."""
    found = _of_its_kind(name, head)
    _check_names(name, found)
    for field, size in _HASHES.items():
        need(
            1, is_hash(getattr(found, field, None), size), f"Expected base64 of {size} bytes as {field} of the {name}."
        )
    near = not isinstance(found, RequestHead | QueryHead) or found.until <= found.time + SPAN_LIMIT
    need(1, near, f"Expected a deadline of the {name} at most 10 minutes after its time.")
    return found


def _of_its_kind(name: str, head: Head) -> ProvenHead:
    reports = isinstance(head, ReplyHead) and head.state is not None
    if not isinstance(head, _KINDS[name]) or reports != (name == "status"):
        raise broken(4, f"Expected a head of its kind as the {name}.")
    return head


def _check_names(name: str, head: ProvenHead) -> None:
    """Requests and queries go from a subsystem to a service, replies back, an end as its message did."""
    try:
        if isinstance(head, RequestHead | QueryHead):
            subsystem_id(head.source), service_id(head.to)
        elif isinstance(head, ReplyHead):
            service_id(head.source), subsystem_id(head.to)
    except Refused as error:
        raise broken(1, f"{name}: {error}") from None


def is_hash(value: str | None, size: int = 32) -> bool:
    """Absent, or so many bytes in the one form of base64."""
    if value is None:
        return True
    try:
        raw = base64.b64decode(value, validate=True)
    except binascii.Error:
        return False
    return len(raw) == size and base64.b64encode(raw).decode() == value


def journal_owner(origin: str) -> NodeId | None:
    """The node of `<node>/journal/<generation>`, None where it is no such origin."""
    node, word, generation = origin.rpartition("/journal/")
    return NodeId(node) if word and _NUMBER.fullmatch(generation) else None
