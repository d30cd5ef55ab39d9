"""Another office asks us: the walk of the answering node (ARCHITECTURE.md).

A frame is proven, each message decided, the frame recorded once; each message then goes on alone.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any

from terpadu import crash
from terpadu.errors import Refused, TerpaduError
from terpadu.exchange.bodies import Bodies
from terpadu.exchange.decided import UNMET, Decided, is_kept
from terpadu.exchange.deciding import Deciding
from terpadu.exchange.doubts import Doubts
from terpadu.exchange.frames import Type
from terpadu.exchange.ground import Ground, log
from terpadu.exchange.link import Link
from terpadu.exchange.metaservices import Metaservices
from terpadu.exchange.numbers import salt
from terpadu.exchange.repeats import Repeats
from terpadu.exchange.repetition import Memory
from terpadu.exchange.replies import answer_part
from terpadu.exchange.spool import Spool
from terpadu.exchange.streams import Streams
from terpadu.exchange.turns import Letter, Way
from terpadu.journal.entries import Local
from terpadu.journal.gathering import Recorded
from terpadu.model.heads import EndHead, QueryHead, RequestHead
from terpadu.model.identifiers import NodeId
from terpadu.model.message import Admitted, Answer, Headers, Large, Message
from terpadu.model.rights import Rights
from terpadu.policy.admit import admit
from terpadu.policy.metaservices import is_open
from terpadu.policy.usage import Usage
from terpadu.signing import hashes, part
from terpadu.signing.opening import OpenedRequest
from terpadu.signing.seal import Proven
from terpadu.signing.writing import Outcome, write_reply

Ask = Callable[[Admitted], Awaitable[Answer]]
"""The connectors' one entry."""

SAID_AGAIN_SECONDS = 1.0
SENTENCE_LIMIT = 4096
"""Bytes of a refusal's sentence, which is its body: told to the asker, committed to, and as destroyable as an answer."""


class Incoming:
    """The answering side of a node."""

    def __init__(
        self, ground: Ground, memory: Memory, ask: Ask, meta: Metaservices, streams: Streams, spools: Path
    ) -> None:
        self._ground = ground
        self._memory = memory
        self._ask = ask
        self._meta = meta.answer
        self._accesses = meta.accesses
        self._streams = streams
        self.usage = Usage()
        self._open: Counter[str] = Counter()
        self._deciding = Deciding(ground, memory, self.usage, self._open)
        self._repeats = Repeats(ground, memory)
        self.bodies = Bodies(ground, streams, spools)
        self.doubts = Doubts(ground, memory, self._deciding, self._repeats, self.answer)
        self._walks: set[asyncio.Task[None]] = set()
        self._loop = asyncio.get_running_loop()

    # link.Owner

    def hello(self, link: Link) -> None:
        log.info("peer.joined", peer=link.peer)

    def lost(self, link: Link) -> None:
        log.info("peer.left", peer=link.peer)

    def bulk(self, link: Link, kind: Type, body: bytes) -> None:
        self._ground.unproven(link, Refused("bad-request", "Expected messages on the message lane only."))

    def messages(self, link: Link, body: bytes) -> None:
        crash.point("p1")
        self._spawn(self.answer_frame(link, body))

    # the walk

    async def answer_frame(self, link: Link, body: bytes) -> None:
        """From the bytes of a frame to evidence on disk, and only then to each message's own way."""
        try:
            proven = self._prove(link, body)
            rights, now = self._ground.rights(), self._ground.clock()
        except TerpaduError as error:
            self._ground.unproven(link, error)
            return
        decided = [self._deciding.decide(message, proven, rights, now) for message in proven.frame.messages]
        crash.point("p3")
        try:
            recorded = self._record(proven, decided, rights)
            patient = [one for one in decided if not self._begin_while_recording(link, one, recorded)]
            await self._ground.journal.settle(recorded)
        except Refused as error:
            self._unrecorded(link, decided, error)
            return
        crash.point("p4")
        for one in patient:
            self._spawn(self._answer_counted(link, one))

    def _unrecorded(self, link: Link, decided: list[Decided], error: Refused) -> None:
        """What can't be recorded is neither done nor answered, and leaves no trace: it may come again."""
        for one in decided:
            if one.verdict == "new":
                self._memory.forget(one.message)
        self._ground.unproven(link, error)

    async def _answer_counted(self, link: Link, decided: Decided, asked: Recorded | None = None) -> None:
        """At most a window of one peer's requests is worked on at a time (protocol section 4, "Flow")."""
        name = str(link.peer)
        self._open[name] += 1
        try:
            await self.answer(link, decided, asked)
        finally:
            self._open[name] -= 1

    async def answer(self, link: Way, decided: Decided, asked: Recorded | None = None) -> None:
        """One message from its record to the reply, which leaves when its own record is on disk.

        `asked` is the request's record, where it is not known to be on disk yet: groups commit in order, so the reply's
        is there only after it.
        """
        head = decided.message.head
        if isinstance(head, EndHead):
            if decided.fault is None:
                self._streams.marked(head, link.peer)
            return
        if isinstance(head, QueryHead) and decided.fault is None:
            self._repeats.report(link, decided.message)
            return
        body: Large | None = None
        try:
            reply, body = await self._serve(decided, link.peer or self._ground.me)
        except Refused as refusal:
            reply = self._refusal(decided, refusal)
        except Exception:
            log.exception("walk.failed", service=getattr(decided.message.head, "to", ""))
            reply = self._refusal(
                decided, Refused("internal", "A fault of the answering node; its operator can see it.")
            )
        if reply is None or (body is not None and not await self._on_disk(asked)):
            return
        self._reply(link, decided, reply, asked)
        if body is not None:
            await self.bodies.send(link, reply, body)

    async def _on_disk(self, asked: Recorded | None) -> bool:
        """A body goes beside the turns: nothing of it leaves before the request's record is there."""
        try:
            if asked is not None:
                await self._ground.journal.settle(asked)
        except Refused:
            return False
        return True

    async def _serve(self, decided: Decided, asker: NodeId) -> tuple[Message | None, Large | None]:
        opened = decided.opened
        if decided.fault is not None or opened is None:
            raise decided.fault or Refused("content", "Expected a request that can be read.")
        if decided.verdict != "new":
            return self._repeats.repeated(decided, opened), None
        if decided.decision.yes and is_open(opened.head.to):
            return self._write(decided, self._meta(opened.head, opened.part)), None
        spool = await self.bodies.take(decided, opened, asker) if opened.head.stream else None
        admitted = admit(
            decided.decision,
            verb=opened.part.first.decode(),
            path=decided.path,
            headers=service_headers(opened),
            body=opened.body,
            number=opened.head.id,
            until=opened.head.until,
            key=decided.key,
            large=spool,
        )
        try:
            answer = await self._ask_in_time(admitted)
            return self._write(decided, answer, spool), answer.large
        finally:
            if spool is not None:
                spool.close()

    async def _ask_in_time(self, admitted: Admitted) -> Answer:
        """The old system, or for getAccesses the node itself; timed for the counters."""
        began = self._loop.time()
        try:
            if admitted.service.id.endswith("/getAccesses"):
                return await asyncio.to_thread(self._accesses, admitted)
            return await self._ask(admitted)
        finally:
            self._ground.latencies[admitted.service.id].add((self._loop.time() - began) * 1000)

    # its steps

    def _prove(self, link: Link, body: bytes) -> Proven:
        if link.peer is None:
            raise Refused("identity", "Expected a HELLO before messages.")
        proven = self._ground.prove(link.peer, body)
        crash.point("p2")
        return proven

    def _record(self, proven: Proven, decided: list[Decided], rights: Rights) -> Recorded:
        keep = [is_kept(one) for one in decided]
        locals_ = [one.local for one in decided]
        for one in decided:
            if one.decision.code is not None:
                self._ground.counters["refused." + one.decision.code] += 1
        return self._ground.journal.record_frame("in", proven.frame, locals_, rights.numbers, keep)

    def _begin_while_recording(self, link: Link, one: Decided, recorded: Recorded) -> bool:
        """A safe service's only effect is the disclosure, and that happens when the reply leaves, after both records."""
        service = one.decision.service
        if one.fault is not None or one.verdict != "new" or service is None or service.effect != "safe":
            return False
        self._spawn(self._answer_counted(link, one, recorded))
        return True

    def _write(self, decided: Decided, answer: Answer, spool: Spool | None = None) -> Message:
        opened = decided.opened
        if opened is None:
            raise TypeError("an answer has a request")
        raw = answer_part(opened, answer, spool.sha512 if spool else None)
        stream = True if answer.large is not None else None
        outcome = Outcome(rule=decided.decision.rule, status=answer.status, stream=stream)
        return write_reply(decided.message, outcome, self._ground.clock(), salt(), raw, answer.body)

    def _refusal(self, decided: Decided, refusal: Refused) -> Message | None:
        """A signed no. A head that can't be read has nobody to be told; its leaf goes to the log."""
        if not isinstance(decided.message.head, RequestHead | QueryHead):
            log.warning("message.unreadable", leaf=hashes.b64(decided.message.leaf))
            return None
        code = self._code_for(decided, refusal.code)
        self._ground.counters["answered." + code] += 1
        outcome = Outcome(rule=decided.decision.rule, code=code)
        why = refusal.sentence.encode()[:SENTENCE_LIMIT]
        return write_reply(decided.message, outcome, self._ground.clock(), salt(), body=why)

    def _code_for(self, decided: Decided, code: str) -> str:
        """Whether an effect happened can't be known where a system without keys fell silent."""
        service = decided.decision.service
        silent = code in ("upstream-down", "upstream-garbage")
        return "outcome-unknown" if silent and service and service.effect == "best-effort" else code

    def _reply(self, link: Way, decided: Decided, reply: Message, asked: Recorded | None) -> None:
        if asked is not None and asked.group.failed:
            return  # a request that could not be recorded gets no reply, even if a later record would find space again
        if decided.verdict == "new":
            self._memory.answered(decided.message, reply)
        elif decided.verdict == UNMET and decided.decision.code != "identity":
            self._memory.remember(decided.message.leaf, reply)
        kept = decided.decision.agreement is not None and decided.decision.agreement.keep_days > 0
        keyed = isinstance(decided.message.head, RequestHead) and decided.message.head.idem is not None
        rule = getattr(reply.head, "code", None) or decided.decision.rule
        local = Local(rule, decided.local.who, None, decided.local.kept)

        def again(_: TerpaduError) -> None:
            """The system has acted: its reply must come into the evidence, as soon as that can be written."""
            self._loop.call_later(SAID_AGAIN_SECONDS, self._reply, link, decided, reply, asked)

        after = None if asked is None else asked.group
        self._ground.turns.put(link, Letter(reply, local, kept or keyed, again, after=after))

    def _spawn(self, walk: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(walk)
        self._walks.add(task)
        task.add_done_callback(self._walks.discard)

    async def drain(self, seconds: float) -> None:
        """Let what is under way come to its reply."""
        if self._walks:
            await asyncio.wait(self._walks, timeout=seconds)


def service_headers(opened: OpenedRequest) -> Headers:
    """What the own system gets of a request's headers: neither hop-by-hop ones nor the consent receipt, but X-Road's number."""
    return (*part.passed(opened.part.headers), (b"X-Road-Request-Id", opened.head.id.encode()))
