"""After a start: the replay memory and the day's use, read back from the journal (protocol section 5)."""

from __future__ import annotations

from terpadu.exchange.reading import leaf_named
from terpadu.exchange.repetition import IDEM_KEPT, NEVER_KEPT, Memory
from terpadu.journal.entries import Local
from terpadu.journal.journal import Journal
from terpadu.journal.stored import Stored
from terpadu.model.heads import QueryHead, ReplyHead, RequestHead
from terpadu.model.identifiers import NodeId
from terpadu.model.message import Message
from terpadu.policy.usage import Usage
from terpadu.signing import canonical, hashes

Use = tuple[str, bytes | None, int]
"""Agreement, who, when: what a request used of its agreement's day."""

_UNMET = frozenset(("identity", "stale", "content", "unknown-service"))
"""Refused before anything was looked up or done: such a message, perhaps copied from another's, must not stand for it."""


def restore(journal: Journal, memory: Memory, usage: Usage, now: int) -> list[tuple[NodeId, Message]]:
    """Read the journal in the order of its records.

    Returns the own requests of the last day whose outcome is not on record, and whom they went to: to be asked after.
    """
    restoring = _Restoring(journal, memory, usage)
    for stored in journal.reopened(now - IDEM_KEPT):
        restoring.take(stored)
    memory.sweep(now)
    return [(node, message) for node, message, at in restoring.asked.values() if at > now - NEVER_KEPT]


class _Restoring:
    """The journal on its way into the memory, with what waits for its reply.

    A request's use counts with its reply: one that has none is in doubt, decided again, and counted then.
    """

    def __init__(self, journal: Journal, memory: Memory, usage: Usage) -> None:
        self._journal, self._memory, self._usage = journal, memory, usage
        self._uses: dict[str, Use] = {}
        self._queries: dict[str, str] = {}
        """Query -> the request that it asks after; other nodes' and our own."""
        self.asked: dict[str, tuple[NodeId, Message, int]] = {}

    def take(self, stored: Stored) -> None:
        """One record with its messages."""
        sealed = stored.sealed()
        for raw, local in zip(sealed.heads, stored.locals(), strict=False):
            head = canonical.decode_head(raw)
            came, at = stored.record.direction == "in", stored.record.at
            if isinstance(head, QueryHead):
                self._queries[hashes.b64(hashes.leaf(raw))] = head.about
            elif came and isinstance(head, ReplyHead):
                self._heard(head)
            elif came:
                self._came(head, raw, local, NodeId(sealed.sender), at)
            elif isinstance(head, ReplyHead):
                self._left(head, raw, at)
            elif isinstance(head, RequestHead):
                leaf = hashes.leaf(raw)
                self.asked[hashes.b64(leaf)] = (NodeId(sealed.receiver), Message(head, raw, leaf, b""), at)

    def _came(self, head: object, raw: bytes, local: Local, asker: NodeId, at: int) -> None:
        leaf = hashes.leaf(raw)
        if isinstance(head, RequestHead) and local.rule not in _UNMET:
            verdict = self._memory.meet(Message(head, raw, leaf, b""), head, local.same or b"", asker)
            if verdict == "new" and local.rule.startswith("agreement "):
                self._uses[hashes.b64(leaf)] = (local.rule.removeprefix("agreement "), local.who, at)

    def _heard(self, head: ReplyHead) -> None:
        """A reply to our own request, or a report that ends the doubt about it."""
        about = self._queries.pop(head.about, None)
        if about is None:
            self.asked.pop(head.about, None)
        elif head.state in ("never-arrived", "done", "refused"):
            self.asked.pop(about, None)

    def _left(self, head: ReplyHead, raw: bytes, at: int) -> None:
        about = self._queries.pop(head.about, None)
        if about is not None and head.state == "never-arrived":
            self._memory.promise_never(leaf_named(about), at)
        used = self._uses.pop(head.about, None)
        if used is not None:
            self._usage.count(*used)
        if head.rule != "query":
            self._memory.restored(head, Message(head, raw, hashes.leaf(raw), b""), self._journal.content)
