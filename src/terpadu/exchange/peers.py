"""The asking side's links: one per node asked, dialled when first needed, with what is still unanswered over it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from terpadu import crash
from terpadu.errors import Refused, TerpaduError
from terpadu.exchange.asked import Asked, Heard, Unresolved, name_of, tell
from terpadu.exchange.frames import Type
from terpadu.exchange.ground import Ground, log
from terpadu.exchange.link import BULK_LANE, MESSAGE_LANE, Identity, Link, busy
from terpadu.exchange.numbers import message_number
from terpadu.exchange.streams import Lane, Streams
from terpadu.exchange.turns import Letter
from terpadu.journal.entries import Local
from terpadu.journal.gathering import Recorded
from terpadu.model.heads import EndHead, QueryHead, ReplyHead, RequestHead
from terpadu.model.identifiers import NodeId
from terpadu.model.message import Message
from terpadu.signing.opening import OpenedReply, open_reply
from terpadu.signing.seal import Proven
from terpadu.signing.writing import write_query

Dial = Callable[[Callable[[], Link], NodeId, str], "asyncio.Future[None]"]
"""Connects a fresh link to a node, by the lane named."""

QUERY_SPAN = 30_000
AGAIN_SECONDS = 0.5
_PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8, 1.0)


class Peer:
    """One node that is asked."""

    def __init__(self, node: NodeId, ground: Ground, identity: Identity, dial: Dial, streams: Streams) -> None:
        self.node = node
        self._lane = Lane(streams)
        self.open: dict[str, Asked] = {}
        """By the leaf (base64) that a reply will name."""
        self._ground = ground
        self._identity = identity
        self._dial = dial
        self._link: Link | None = None
        self._dialling: asyncio.Task[None] | None = None
        self._loop = asyncio.get_running_loop()
        self._joined_at = -AGAIN_SECONDS
        self._stopped = False

    # asking

    def send(self, message: Message, until: int, keep: bool, local: Local, early: bool = False) -> Asked:
        """Let a message leave with this turn, or `early`: when its record is on disk. What comes back resolves its future.
        Needs a link (`connect`)."""
        link = self._link
        if link is None:
            raise Refused("peer-unreachable", f"Expected a link to {self.node}; the connection broke. Try again.")
        if len(self.open) >= link.window:
            raise busy()
        return self._put(link, message, until, keep, local, early)

    def _put(self, link: Link, message: Message, until: int, keep: bool, local: Local, early: bool = False) -> Asked:
        asked, name = Asked(message, until, keep, self._loop.create_future()), name_of(message)

        def unsaid(error: TerpaduError) -> None:
            self.open.pop(name, None)
            asked.fail(error)

        self.open[name] = asked
        asked.slot = self._ground.turns.put(link, Letter(message, local, keep, unsaid, early))
        return asked

    @property
    def connected(self) -> bool:
        """Is there a link whose HELLO was believed?"""
        return self._link is not None

    async def connect(self, seconds: float) -> None:
        """Have a link within so many seconds. Raises `Refused("peer-unreachable")`."""
        if self.connected:
            return
        if self._dialling is None:
            self._dialling = self._loop.create_task(self._keep_dialling())
        await asyncio.wait([self._dialling], timeout=seconds)
        if not self.connected:
            raise Refused("peer-unreachable", f"Expected {self.node} to answer; it can't be reached. Try again later.")

    async def _keep_dialling(self) -> None:
        self._arrived = asyncio.Event()
        try:
            if self._loop.time() - self._joined_at < AGAIN_SECONDS:  # a node that hangs up at once needs a moment
                await asyncio.sleep(_PAUSES[2])
            for attempt in range(600):
                try:
                    await self._dial(lambda: Link(self._identity, self, self.node), self.node, MESSAGE_LANE)
                    await asyncio.wait_for(self._arrived.wait(), 5)
                    return
                except (OSError, TimeoutError, TerpaduError) as error:
                    log.info("peer.unreachable", peer=self.node, reason=type(error).__name__)
                if not self.open and attempt >= 3:
                    return
                await asyncio.sleep(_PAUSES[min(attempt, len(_PAUSES) - 1)])
        finally:
            self._dialling = None

    async def bulk_lane(self) -> Link:
        """The link for bodies, dialled when first needed. Raises `Refused("peer-unreachable")`."""
        found = self._lane.links.get(self.node)
        if found is None:
            self._lane.joined.clear()
            try:
                await self._dial(lambda: Link(self._identity, self._lane, self.node), self.node, BULK_LANE)
                await asyncio.wait_for(self._lane.joined.wait(), 5)
            except (OSError, TimeoutError, TerpaduError):
                raise Refused("peer-unreachable", f"Expected {self.node} to take a body; it is out of reach.") from None
            found = self._lane.links[self.node]
        return found

    def mark(self, message: Message) -> None:
        """A mark of a body that is being sent leaves with this turn."""
        if self._link is not None:
            self._ground.turns.put(self._link, Letter(message, Local("mark", None, None, ""), False))

    # what the link tells (link.Owner)

    def hello(self, link: Link) -> None:
        self._link, self._joined_at = link, self._loop.time()
        self._arrived.set()
        for asked in list(self.open.values()):
            if isinstance(asked.message.head, RequestHead):
                self._query(link, asked)

    def messages(self, link: Link, body: bytes) -> None:
        crash.point("c6")
        try:
            proven = self._ground.prove(self.node, body)
        except TerpaduError as error:
            self._ground.unproven(link, error)
            return
        crash.point("c7")
        self._hear(proven)

    def bulk(self, link: Link, kind: Type, body: bytes) -> None:
        self._ground.unproven(link, Refused("bad-request", "Expected messages on the message lane only."))

    def lost(self, link: Link) -> None:
        """Ask again after what was under way, as soon as the node is back."""
        if self._link is link:
            self._link = None
            self._drop_queries()
        if self.open and not self._stopped and self._dialling is None:
            self._dialling = self._loop.create_task(self._keep_dialling())

    def _drop_queries(self) -> None:
        """What was asked over a link that broke gets no answer; the next HELLO asks anew, and the window stays free."""
        self.open = {name: asked for name, asked in self.open.items() if isinstance(asked.message.head, RequestHead)}

    # hearing

    def _hear(self, proven: Proven) -> None:
        """Every message of the frame is matched, the frame recorded once, and told when that is on disk."""
        matched = [self._match(message, proven) for message in proven.frame.messages]
        locals_ = [Local(rule, None, None, "") for _, _, rule in matched]
        keep = [asked is not None and asked.keep for asked, _, _ in matched]
        numbers = self._ground.rights().numbers
        try:
            recorded = self._ground.journal.record_frame("in", proven.frame, locals_, numbers, keep)
        except Refused as error:
            self._unheard([asked for asked, _, _ in matched], error)
            return
        heard = [(asked, outcome) for asked, outcome, _ in matched]
        self._hear_marks(proven, recorded)
        recorded.group.future.add_done_callback(lambda done: self._written(heard, recorded, done))

    def _written(
        self, heard: list[tuple[Asked | None, OpenedReply | Refused]], recorded: Recorded, done: asyncio.Future[None]
    ) -> None:
        """Who waits is woken once, when both records are on disk: groups commit in order."""
        error = done.exception()
        if isinstance(error, Refused):
            self._unheard([asked for asked, _ in heard], error)
        else:
            tell(heard, recorded)

    def _unheard(self, heard: list[Asked | None], error: Refused) -> None:
        """What can't be recorded is not told; it is asked after until it can."""
        tell([(asked, error) for asked in heard], None)
        for asked in heard:
            if asked is not None and isinstance(asked.message.head, RequestHead):
                self.open[name_of(asked.message)] = asked
                self._loop.call_later(AGAIN_SECONDS, self._query_again, asked)

    def _hear_marks(self, proven: Proven, recorded: Recorded) -> None:
        marks = [message.head for message in proven.frame.messages if isinstance(message.head, EndHead)]

        def count(_: object) -> None:
            for mark in marks:
                self._lane.streams.marked(mark, self.node)

        if marks:
            recorded.group.future.add_done_callback(count)

    def _match(self, message: Message, proven: Proven) -> tuple[Asked | None, OpenedReply | Refused, str]:
        head = message.head
        if isinstance(head, EndHead):
            return None, _NOTHING, "mark"
        if not isinstance(head, ReplyHead):
            return None, Refused("unbound-response", "Expected replies on this side of the link."), "unbound-response"
        asked = self.open.get(head.about)
        if asked is None:
            self._ground.counters["unbound-response"] += 1
            return None, Refused("unbound-response", "Expected a reply to an open request."), "unbound-response"
        try:
            reply = open_reply(message, head, asked.message, self.node, proven.turn.node)
        except Refused as error:
            self._ground.counters["unbound-response"] += 1
            return asked, error, error.code
        del self.open[head.about]
        return asked, reply, head.rule

    # doubt

    def _query(self, link: Link, asked: Asked) -> None:
        """What became of this request? The answer comes as its recorded reply, or as a state that ends the waiting."""
        now = self._ground.clock()
        query = write_query(asked.message, message_number(), now, now + QUERY_SPAN)
        waiting = self._put(link, query, now + QUERY_SPAN, keep=False, local=Local("query", None, None, ""))
        waiting.future.add_done_callback(lambda done: self._told(asked, done))

    def _told(self, asked: Asked, done: asyncio.Future[Heard]) -> None:
        if done.cancelled() or done.exception() is not None:
            self._loop.call_later(AGAIN_SECONDS, self._query_again, asked)
            return
        state = done.result().reply.head.state
        if state in ("running", "in-doubt"):  # the reply may go to a link that broke: ask again in a moment
            self._loop.call_later(AGAIN_SECONDS, self._query_again, asked)
        elif state is not None:
            self.open.pop(name_of(asked.message), None)
        if state not in ("running", None):
            asked.fail(Unresolved(state))

    def _query_again(self, asked: Asked) -> None:
        if self._link is not None and name_of(asked.message) in self.open:
            self._query(self._link, asked)

    def ask_after(self, message: Message) -> None:
        """A request of before this node's restart that has no reply on record; nobody waits for it, but the evidence does."""
        asked = Asked(message, self._ground.clock(), False, self._loop.create_future())
        asked.future.cancel()
        self.open[name_of(message)] = asked
        if self._dialling is None:
            self._dialling = self._loop.create_task(self._keep_dialling())

    def sweep(self, now: int) -> None:
        """Called every second: deadlines pass, and what passed stays in doubt until the node is asked after it."""
        for name, asked in list(self.open.items()):
            if asked.until <= now:
                asked.fail(Refused("peer-timeout", f"Expected {self.node} to answer in time; it did not."))
                if asked.until + 300_000 <= now or isinstance(asked.message.head, QueryHead):
                    del self.open[name]
        if self._link is not None:
            self._link.pulse(self._loop.time())

    async def close(self) -> None:
        """End the link; whoever waits is told."""
        self._stopped = True
        if self._dialling is not None:
            self._dialling.cancel()
        for asked in self.open.values():
            asked.fail(Refused("peer-unreachable", "Expected an answer; this node is stopping."))
            if asked.future.done() and not asked.future.cancelled():
                asked.future.exception()
        if self._link is not None:
            self._link.close()


_NOTHING = Refused("unbound-response", "")
