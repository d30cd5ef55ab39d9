"""After a start: the replay memory and the day's use, read back from the journal (protocol section 5)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from terpadu.errors import Refused
from terpadu.exchange.reading import leaf_named
from terpadu.exchange.repetition import IDEM_KEPT, NEVER_KEPT, Memory
from terpadu.journal.entries import Local, Sealed
from terpadu.journal.journal import Journal
from terpadu.journal.rows import turn_time
from terpadu.model.heads import QueryHead, ReplyHead, RequestHead
from terpadu.model.identifiers import NodeId
from terpadu.model.message import Message
from terpadu.policy.usage import Usage
from terpadu.signing import canonical, hashes

Use = tuple[str, bytes | None, int]
"""Agreement, who, when: what a request used of its agreement's day."""

COMPARED = "compared"
"""The rule of a request that the hourly comparison brought: it never arrived, or it would be on record."""
UNMET = frozenset(("identity", "stale", "content", "unknown-service"))
"""Refused before anything was looked up or done: such a message, perhaps copied from another's, must not stand for it."""


class Restoring:
    """The journal on its way into the memory, with what waits for its reply.

    A request's use counts with its reply: one that has none is in doubt, decided again, and counted then.
    """

    def __init__(self, journal: Journal, memory: Memory, usage: Usage) -> None:
        self._journal, self._memory, self._usage = journal, memory, usage
        self._uses: dict[str, Use] = {}
        self._queries: dict[str, str] = {}
        """Query -> the request that it asks after; other nodes' and our own."""
        self._asked: dict[str, tuple[NodeId, Message, int]] = {}
        self.turns: dict[NodeId, tuple[int, bytes]] = {}
        """The newest turn of each peer that is on record: its time and its note."""
        self.recovered: set[bytes] = set()
        """Requests that came back from the other end: what was done about them is known from there alone."""

    def read(self, now: int) -> None:
        """The journal, in the order of its records."""
        for stored in self._journal.reopened(now - IDEM_KEPT):
            mark, sealed = stored.record.recovered, stored.sealed()
            self.take(sealed, stored.locals(), turn_time(sealed) if mark else stored.record.at, bool(mark))
        self._memory.sweep(now)

    def unheard(self, now: int, wanted: Callable[[NodeId], bool]) -> list[tuple[NodeId, Message]]:
        """The own requests of the last day whose outcome is not on record, and whom they went to: to be asked after."""
        found = [one for one in self._asked.values() if wanted(one[0])]
        self._asked = {name: one for name, one in self._asked.items() if not wanted(one[0])}
        return [(node, message) for node, message, at in found if at > now - NEVER_KEPT]

    def take(self, sealed: Sealed, locals_: Sequence[Local], at: int, recovered: bool) -> None:
        """One recorded frame with its messages; `at` is Unix ms."""
        came = sealed.sender != self._journal.place.node
        if came:
            self._hold(NodeId(sealed.sender), sealed)
        for raw, local in zip(sealed.heads, locals_, strict=False):
            try:
                head = canonical.decode_head(raw)
            except Refused:  # recorded, and answered by nobody
                continue
            if isinstance(head, QueryHead):
                self._queries[hashes.b64(hashes.leaf(raw))] = head.about
            elif came and isinstance(head, ReplyHead):
                self._heard(head)
            elif came and local.rule != COMPARED:
                self._came(head, raw, local, NodeId(sealed.sender), at)
                if recovered:
                    self.recovered.add(hashes.leaf(raw))
            elif isinstance(head, ReplyHead):
                self._left(head, raw, at)
            elif isinstance(head, RequestHead) and not came:
                leaf = hashes.leaf(raw)
                self._asked[hashes.b64(leaf)] = (NodeId(sealed.receiver), Message(head, raw, leaf, b""), at)

    def _hold(self, sender: NodeId, sealed: Sealed) -> None:
        time = turn_time(sealed)
        if time >= self.turns.get(sender, (0, b""))[0]:
            self.turns[sender] = time, sealed.note

    def _came(self, head: object, raw: bytes, local: Local, asker: NodeId, at: int) -> None:
        leaf = hashes.leaf(raw)
        if isinstance(head, RequestHead) and local.rule not in UNMET:
            verdict = self._memory.meet(Message(head, raw, leaf, b""), head, local.same or b"", asker)
            if verdict == "new" and local.rule.startswith("agreement "):
                self._uses[hashes.b64(leaf)] = (local.rule.removeprefix("agreement "), local.who, at)

    def _heard(self, head: ReplyHead) -> None:
        """A reply to our own request, or a report that ends the doubt about it."""
        about = self._queries.pop(head.about, None)
        if about is None:
            self._asked.pop(head.about, None)
        elif head.state in ("never-arrived", "done", "refused"):
            self._asked.pop(about, None)

    def _left(self, head: ReplyHead, raw: bytes, at: int) -> None:
        about = self._queries.pop(head.about, None)
        if about is not None and head.state == "never-arrived":
            self._memory.promise_never(leaf_named(about), at)
        used = self._uses.pop(head.about, None)
        if used is not None:
            self._usage.count(*used)
        if head.rule != "query":
            self._memory.restored(head, Message(head, raw, hashes.leaf(raw), b""), self._journal.content)
