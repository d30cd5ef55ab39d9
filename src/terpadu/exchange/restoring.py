"""After a start: the replay memory and the day's use, read back from the journal (protocol section 5)."""

from __future__ import annotations

from terpadu.exchange.repetition import IDEM_KEPT, Memory
from terpadu.journal.entries import Local
from terpadu.journal.journal import Journal
from terpadu.journal.stored import Stored
from terpadu.model.heads import ReplyHead, RequestHead
from terpadu.model.identifiers import NodeId
from terpadu.model.message import Message
from terpadu.policy.usage import Usage
from terpadu.signing import canonical, hashes


def restore(journal: Journal, memory: Memory, usage: Usage, now: int) -> None:
    """Read the answering side's part of the journal in the order of its records."""
    for stored in journal.reopened(now - IDEM_KEPT):
        sealed = stored.sealed()
        for raw, local in zip(sealed.heads, stored.locals(), strict=False):
            if stored.record.direction == "in":
                _request(raw, local, NodeId(sealed.sender), stored, memory, usage)
            else:
                _reply(raw, journal, memory)
    memory.sweep(now)


_UNMET = frozenset(("identity", "stale", "content", "unknown-service"))
"""Refused before anything was looked up or done: such a message, perhaps copied from another's, must not stand for it."""


def _request(raw: bytes, local: Local, asker: NodeId, stored: Stored, memory: Memory, usage: Usage) -> None:
    if b'"kind":"request"' not in raw or local.rule in _UNMET:
        return
    head = canonical.decode_head(raw)
    if not isinstance(head, RequestHead):
        return
    message = Message(head, raw, hashes.leaf(raw), b"")
    memory.meet(message, head, local.same or b"", asker)
    if local.rule.startswith("agreement "):
        usage.count(local.rule.removeprefix("agreement "), local.who, stored.record.at)


def _reply(raw: bytes, journal: Journal, memory: Memory) -> None:
    if b'"kind":"reply"' not in raw:
        return
    head = canonical.decode_head(raw)
    if isinstance(head, ReplyHead) and head.rule != "query":
        memory.restored(head, Message(head, raw, hashes.leaf(raw), b""), journal.content)
