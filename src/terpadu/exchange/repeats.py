"""What a repeat and a query get: the recorded reply, silence while it is made, or what is known (protocol section 5)."""

from __future__ import annotations

from terpadu.errors import Refused
from terpadu.exchange.decided import NOT_KEPT, Decided
from terpadu.exchange.ground import Ground
from terpadu.exchange.numbers import salt
from terpadu.exchange.reading import leaf_named
from terpadu.exchange.repetition import Memory
from terpadu.exchange.replies import answer_part, stored_answer
from terpadu.exchange.turns import Letter, Way
from terpadu.journal.entries import Local
from terpadu.model.heads import QueryHead, State
from terpadu.model.message import Message
from terpadu.signing import hashes
from terpadu.signing.opening import OpenedRequest
from terpadu.signing.wire import split_content
from terpadu.signing.writing import Outcome, write_reply

_USED_UP = ("quota", "persons")
"""A repeat uses nothing: what is used up does not keep the stored reply back."""

_WHY = {
    "replay": "The message number was used for another message; write a new one.",
    "never": "This request was promised never to be served; write a new one.",
    "running": "A request under the same idempotency key is being worked on; ask again in a moment.",
    "outcome-unknown": "The key was used before this node lost its journal; what it was used for is not known any more.",
    "idem-mismatch": "The idempotency key was used for another content; use a key of its own for each act.",
}


class Repeats:
    """The answering node's word on what it met before. `doubts` are leaves whose outcome is not known yet."""

    def __init__(self, ground: Ground, memory: Memory) -> None:
        self._ground = ground
        self._memory = memory
        self.doubts: set[bytes] = set()

    def repeated(self, decided: Decided, opened: OpenedRequest) -> Message | None:
        """What a repeat gets: the recorded reply, silence while it is made, or a no that says why."""
        verdict = decided.verdict
        if verdict == "working":
            return None
        if verdict == "again":
            found = self._memory.reply_to(decided.message.leaf)
            if found is None:
                raise Refused("replay", "The message was answered before and its reply is not kept; write a new one.")
            return found
        if verdict == "stored":
            return self._stored(decided, opened)
        raise Refused(verdict, _WHY[verdict])

    def _stored(self, decided: Decided, opened: OpenedRequest) -> Message:
        """The earlier reply under this key, as a new reply that names it; the right to it was decided again."""
        code = decided.decision.code
        if code is not None and code not in _USED_UP:
            raise Refused(code, decided.decision.missing)
        found = self._memory.stored(opened.head)
        content = found.content if found and found.content else None
        if found is not None and content is None:
            content = self._ground.journal.content(found.leaf)
        if found is None or content is None:
            raise Refused("outcome-unknown", "The request was served before and its reply is no longer kept.")
        raw, body = split_content(content)
        head = found.head
        outcome = Outcome(
            rule=decided.decision.rule,
            status=getattr(head, "status", None),
            code=getattr(head, "code", None),
            first=hashes.b64(found.leaf),
        )
        anew = answer_part(opened, stored_answer(raw, body)) if raw else b""
        return write_reply(decided.message, outcome, self._ground.clock(), salt(), anew, body)

    def report(self, link: Way, query: Message) -> None:
        """What became of a request: its recorded reply in the same frame, or a state; a promise is recorded first."""
        head = query.head
        if not isinstance(head, QueryHead):
            return
        leaf = leaf_named(head.about)
        reply = self._memory.reply_to(leaf)
        state = self._state(leaf, reply)
        if reply is not None:
            self._ground.turns.put(link, Letter(reply, Local("again", None, None, NOT_KEPT), False))
        elif state == "never-arrived" and not self._memory.promise_never(leaf, self._ground.clock()):
            state = "in-doubt"
        outcome = Outcome(rule="query", state=state)
        report = write_reply(query, outcome, self._ground.clock(), salt())
        self._ground.turns.put(link, Letter(report, Local("query", None, None, NOT_KEPT), False))

    def _state(self, leaf: bytes, reply: Message | None) -> State:
        if reply is not None:
            return "refused" if getattr(reply.head, "code", None) else "done"
        if self._memory.in_work(leaf) is not None:
            return "in-doubt" if leaf in self.doubts else "running"
        return "done" if self._memory.knows(leaf) else "never-arrived"
