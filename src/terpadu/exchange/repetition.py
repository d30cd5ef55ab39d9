"""What was asked before: message numbers, idempotency keys, promises never to serve (protocol section 5).

Rebuilt from the journal at start. Keys are flat strings and bytes, so that the garbage collector need not walk them.
"""

from __future__ import annotations

import base64
from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Literal, NamedTuple

from terpadu.model.heads import ReplyHead, RequestHead
from terpadu.model.identifiers import NodeId
from terpadu.model.message import Message
from terpadu.signing.seal import TOLERANCE

Verdict = Literal[
    "new", "again", "working", "replay", "never", "running", "idem-mismatch", "outcome-unknown", "stored", "unmet"
]
"""new: go on. again: the same message, answered before. working: the same, not answered yet. replay: its number was used
for another. never: promised not to. running, idem-mismatch, stored: its idempotency key was used before; outcome-unknown:
and for what was lost with the journal. unmet: it was
refused before it was looked up, and leaves no trace here but its reply."""

NEVER_KEPT = 24 * 3600 * 1000
NEVER_LIMIT = 100_000
"""Promises kept at a time, oldest first: a member that asks after requests that never were can't fill the memory."""
IDEM_KEPT = 30 * 24 * 3600 * 1000
RECENT_BYTES = 16 * 1024 * 1024

RETRIABLE = frozenset(
    (
        *("quota", "persons", "busy", "upstream-retry", "upstream-quota", "upstream-auth", "upstream-down", "stale"),
        *("no-agreement", "purpose", "case", "consent", "withdrawn", "suspended", "halted", "cohort", "fields"),
        *("not-yet", "ended", "abroad", "running", "log-unavailable", "recovering", "internal", "trust-expired"),
        *("endpoint", "identity", "unknown-service", "unknown-member", "key-needed"),
    )
)
"""Refusals after which the same key may be tried again: nothing had been done, or asking again does it at most once."""


class Keyed(NamedTuple):
    """What an idempotency key stands for: the content it was used with, the request, and its final reply, if any."""

    same: bytes
    leaf: bytes
    reply: Message | None
    time: int


class Memory:
    """The replay memory of an answering node."""

    def __init__(self) -> None:
        self._numbers: dict[str, bytes] = {}
        self._working: dict[bytes, tuple[Message, NodeId]] = {}
        self._never: dict[bytes, int] = {}
        self._keys: dict[str, Keyed] = {}
        self._recent: OrderedDict[bytes, Message] = OrderedDict()
        self._recent_bytes = 0
        self._ends: deque[tuple[int, list[str]]] = deque()

    def meet(self, message: Message, head: RequestHead, same: bytes, asker: NodeId) -> Verdict:
        """What this request is to what came before; a new one is remembered from here on, in the same turn."""
        if message.leaf in self._never:
            return "never"
        name = head.source + " " + head.id
        leaf = self._numbers.get(name)
        if leaf is not None:
            return self._met_again(message.leaf, leaf)
        verdict: Verdict = self._key_verdict(head, same) if head.idem is not None else "new"
        self._numbers[name] = message.leaf
        self._forget_after(head.until + TOLERANCE, name)
        if verdict == "new":
            self._working[message.leaf] = (message, asker)
            if head.idem is not None:
                self._keys[_key_name(head)] = Keyed(same, message.leaf, None, head.time)
        return verdict

    def forget(self, message: Message) -> None:
        """A new request that was met and could not be recorded: nothing of it happened, and a reply to it is not said."""
        head, replied = message.head, self._recent.pop(message.leaf, None)
        if replied is not None:
            self._recent_bytes -= _size(replied)
        working = self._working.pop(message.leaf, None) is not None
        if not isinstance(head, RequestHead) or not (working or replied):
            return
        self._numbers.pop(head.source + " " + head.id, None)
        found = self._keys.get(_key_name(head))
        if found is not None and found.leaf == message.leaf:
            del self._keys[_key_name(head)]

    def _met_again(self, leaf: bytes, known: bytes) -> Verdict:
        if leaf != known:
            return "replay"
        return "working" if leaf in self._working else "again"

    def _key_verdict(self, head: RequestHead, same: bytes) -> Verdict:
        found = self._keys.get(_key_name(head))
        if found is None:
            return "new"
        if not found.same:
            return "outcome-unknown"
        if found.same != same:
            return "idem-mismatch"
        return "running" if found.reply is None else "stored"

    def _forget_after(self, time: int, name: str) -> None:
        second = time // 1000 + 1
        if self._ends and self._ends[-1][0] >= second:
            self._ends[-1][1].append(name)
        else:
            self._ends.append((second, [name]))

    def answered(self, message: Message, reply: Message) -> None:
        """The request has its reply, recorded or about to be."""
        self._working.pop(message.leaf, None)
        self.remember(message.leaf, reply)
        head = message.head
        if isinstance(head, RequestHead) and head.idem is not None:
            self._close_key(_key_name(head), message.leaf, reply)

    def remember(self, leaf: bytes, reply: Message) -> None:
        """Keep a reply at hand, for a query; the oldest go first."""
        before = self._recent.pop(leaf, None)
        self._recent[leaf] = reply
        self._recent_bytes += _size(reply) - (_size(before) if before else 0)
        while self._recent_bytes > RECENT_BYTES:
            self._recent_bytes -= _size(self._recent.popitem(last=False)[1])

    def restored(self, head: ReplyHead, reply: Message, content: Callable[[bytes], bytes | None]) -> None:
        """A reply read back from the journal: it closes its request; under an idempotency key its content is at hand."""
        about = base64.b64decode(head.about)
        found = self._working.pop(about, None)
        if found is None or not isinstance(found[0].head, RequestHead) or found[0].head.idem is None:
            return
        kept = content(reply.leaf)
        if kept is not None:
            self.answered(found[0], Message(head, reply.raw, reply.leaf, kept))
        else:
            self._close_key(_key_name(found[0].head), about, reply)

    def _close_key(self, name: str, leaf: bytes, reply: Message) -> None:
        found = self._keys.get(name)
        if found is None or found.leaf != leaf:
            return
        if isinstance(reply.head, ReplyHead) and reply.head.code in RETRIABLE:
            del self._keys[name]
        else:
            self._keys[name] = found._replace(reply=reply)

    def reply_to(self, leaf: bytes) -> Message | None:
        """The reply that a request got, while it is at hand."""
        return self._recent.get(leaf)

    def stored(self, head: RequestHead) -> Message | None:
        """The final reply under the request's idempotency key."""
        found = self._keys.get(_key_name(head))
        return found.reply if found else None

    def in_work(self, leaf: bytes) -> Message | None:
        """The request of this leaf, if it is durable or on its way and has no reply yet."""
        found = self._working.get(leaf)
        return found[0] if found else None

    def unanswered(self) -> list[tuple[Message, NodeId]]:
        """All requests without a reply, and who asked: after a restart, those in doubt."""
        return list(self._working.values())

    def knows(self, leaf: bytes) -> bool:
        """Did a request of this leaf arrive? Rare, so it may search."""
        return leaf in self._working or leaf in self._recent or leaf in self._numbers.values()

    def promise_never(self, leaf: bytes, now: int) -> bool:
        """This request will not be served, should it still come. False where no more promises can be kept."""
        if len(self._never) >= NEVER_LIMIT and leaf not in self._never:
            return False
        self._never.pop(leaf, None)
        self._never[leaf] = now + NEVER_KEPT
        return True

    def sweep(self, now: int) -> None:
        """Forget what may be forgotten; called every second."""
        second = now // 1000
        while self._ends and self._ends[0][0] <= second:
            for name in self._ends.popleft()[1]:
                self._numbers.pop(name, None)
        while self._never and (oldest := next(iter(self._never.items())))[1] <= now:
            del self._never[oldest[0]]

    def sweep_keys(self, now: int) -> None:
        """Forget old idempotency keys; called every hour."""
        for name in [name for name, kept in self._keys.items() if kept.time + IDEM_KEPT <= now]:
            del self._keys[name]


def _size(reply: Message) -> int:
    return len(reply.content) + len(reply.raw)


def _key_name(head: RequestHead) -> str:
    return f"{head.source} {head.to} {head.idem}"
