"""Another office asks us: the walk of the answering node (design section 3).

A frame is proven, each message decided, the frame recorded once; each message then goes on alone.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from hashlib import sha256
from pathlib import Path
from typing import Any

from msgspec import Struct, structs

from terpadu import crash
from terpadu.errors import Refused, TerpaduError
from terpadu.exchange.doors.http import Limits
from terpadu.exchange.frames import Type
from terpadu.exchange.ground import Ground, log
from terpadu.exchange.link import WINDOW, Link, busy
from terpadu.exchange.metaservices import Metaservices
from terpadu.exchange.numbers import salt
from terpadu.exchange.reading import check_content, check_own, check_served_here, leaf_named, person_in
from terpadu.exchange.repetition import Memory, Verdict
from terpadu.exchange.replies import answer_part, service_part, stored_answer
from terpadu.exchange.spool import Spool
from terpadu.exchange.streams import Lane, Streams
from terpadu.exchange.turns import Letter, Nowhere, Way
from terpadu.journal.entries import Local
from terpadu.journal.gathering import Recorded
from terpadu.model.heads import EndHead, QueryHead, RequestHead, State
from terpadu.model.identifiers import NodeId, ServiceId
from terpadu.model.message import Admitted, Answer, Decision, Facts, Headers, Large, Message
from terpadu.policy.admit import admit, check_yes
from terpadu.policy.decide import decide
from terpadu.policy.metaservices import is_open
from terpadu.policy.usage import Usage
from terpadu.signing import hashes, part
from terpadu.signing.opening import OpenedRequest, check_sender, open_request
from terpadu.signing.seal import Proven
from terpadu.signing.wire import split_content
from terpadu.signing.writing import Outcome, write_reply

Ask = Callable[[Admitted], Awaitable[Answer]]
"""The connectors' one entry."""

FAULT = Decision(rule="form", code="content")
DOUBTS_AT_ONCE = 32
DOUBT_MS = 30_000
"""How long a system may take to answer what is asked again after a restart, whatever the first deadline was."""
SAID_AGAIN_SECONDS = 1.0
NOT_KEPT = ""
SENTENCE_LIMIT = 4096
"""Bytes of a refusal's sentence, which is its body: told to the asker, committed to, and as destroyable as an answer."""
UNMET: Verdict = "unmet"


class Decided(Struct, frozen=True, gc=False):
    """A message of a proven frame with what is to become of it: everything that is recorded before anything is done."""

    message: Message
    decision: Decision
    verdict: Verdict
    opened: OpenedRequest | None
    path: str
    key: str | None
    local: Local
    fault: Refused | None = None


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
        self.lane = Lane(streams)
        self._spools = spools
        self.usage = Usage()
        self.body_limit = Limits().body
        self._open: Counter[str] = Counter()
        self._doubts: set[bytes] = set()
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
        except TerpaduError as error:
            self._ground.unproven(link, error)
            return
        decided = [self._decide(message, proven) for message in proven.frame.messages]
        crash.point("p3")
        try:
            recorded = self._record(proven, decided)
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

        `asked` is the request's record, where it is not known to be on disk yet.
        """
        head = decided.message.head
        if isinstance(head, EndHead):
            if decided.fault is None:
                self._streams.marked(head, link.peer)
            return
        if isinstance(head, QueryHead) and decided.fault is None:
            self._report(link, decided.message)
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
        if reply is None or not await self._on_disk(asked):
            return
        self._reply(link, decided, reply)
        if body is not None:
            await self._stream(link, reply, body)

    async def _on_disk(self, asked: Recorded | None) -> bool:
        """A request that could not be recorded gets no reply, even if a later record would find space again."""
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
            return self._repeated(decided, opened), None
        if decided.decision.yes and is_open(opened.head.to):
            return self._write(decided, self._meta(opened.head, opened.part)), None
        spool = await self._take(decided, opened, asker) if opened.head.stream else None
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

    async def _take(self, decided: Decided, opened: OpenedRequest, asker: NodeId) -> Spool:
        """A large request waits on disk until its last mark is verified and recorded; a no takes none of it."""
        check_yes(decided.decision)
        lane = self.lane.links.get(asker)
        if lane is None:
            raise Refused("body-broken", "Expected a bulk lane for the body that was announced; dial it first.")
        inflow, spool = self._streams.receive(opened.message, lane), Spool(self._spools)
        try:
            async for piece in inflow.chunks():
                await spool.append(piece)
                if (spool.size or 0) > self.body_limit:
                    inflow.fail("The body is larger than this node takes.")
                    raise Refused("too-large", f"Expected a body of at most {self.body_limit} bytes.")
        except BaseException:
            spool.close()
            raise
        spool.flush()
        return spool

    async def _stream(self, link: Way, reply: Message, body: Large) -> None:
        """The body behind a reply's head, which stands in the evidence already."""

        def leave(mark: Message) -> None:
            self._ground.turns.put(link, Letter(mark, Local("mark", None, None, NOT_KEPT), False))

        outflow = self._streams.send(reply, link.peer, leave, self._ground.clock)
        try:
            await outflow.run(body)
        except Refused as broken:
            log.warning("stream.broken", peer=link.peer, sentence=broken.sentence)
        finally:
            self._streams.done(outflow.name)

    # its steps

    def _prove(self, link: Link, body: bytes) -> Proven:
        if link.peer is None:
            raise Refused("identity", "Expected a HELLO before messages.")
        proven = self._ground.prove(link.peer, body)
        crash.point("p2")
        return proven

    def _decide(self, message: Message, proven: Proven) -> Decided:
        head, verdict = message.head, UNMET
        try:
            if isinstance(head, QueryHead):
                check_sender(head, proven.entry, self._ground.clock())
                check_own(head, self._memory)
                return _as_is(message, Decision(rule="query", code=None))
            if isinstance(head, EndHead):
                check_sender(head, proven.entry, self._ground.clock())
                return _as_is(message, Decision(rule="mark", code=None))
            if not isinstance(head, RequestHead):
                raise Refused("content", "Expected a request or a query on this side of the link.")
            check_sender(head, proven.entry, self._ground.clock())
            check_served_here(head, self._ground.rights(), self._ground.me)
            if self._open[proven.turn.node] >= WINDOW:
                raise busy()
            opened = open_request(message, head)
            check_content(opened)
            verdict = self._memory.meet(message, head, self._same(opened), proven.turn.node)
            return self._decide_request(opened, proven.turn.node, verdict)
        except Refused as error:
            return _as_is(message, Decision(rule="form", code=error.code), error, verdict)
        except Exception:  # one message suffers alone: the others of its frame go on
            log.exception("decision.failed", leaf=hashes.b64(message.leaf))
            fault = Refused("internal", "A fault of the answering node; its operator can see it.")
            return _as_is(message, Decision(rule="form", code=fault.code), fault, verdict)

    def _decide_request(self, opened: OpenedRequest, asker: NodeId, verdict: Verdict) -> Decided:
        head, now = opened.head, self._ground.clock()
        path, person = self._read(opened)
        who = self._ground.journal.who(person) if person else None
        facts = Facts(
            consumer=head.source,
            service=head.to,
            verb=opened.part.first.decode(),
            path=path.partition("?")[0],
            agreement=None if is_open(head.to) else head.agreement,
            purpose=head.purpose,
            case=head.case,
            consent=_consent(head, opened.part),
            has_key=head.idem is not None,
            asker=asker,
            who=who,
            share=cohort_place(head.to, person),
            person=person,
        )
        decision = decide(facts, self._ground.rights(), self.usage, now)
        if decision.yes and verdict == "new" and decision.agreement is not None:
            self.usage.count(decision.agreement.name, who, now)
        local = Local(
            decision.rule if decision.yes else str(decision.code), who, self._same(opened) or None, _kept(decision)
        )
        key = header(opened.part, b"idempotency-key")
        return Decided(opened.message, decision, verdict, opened, path, key.decode() if key else None, local)

    def _read(self, opened: OpenedRequest) -> tuple[str, str | None]:
        """The service path, and the person asked about."""
        head = opened.head
        path = service_part(opened.part.second, head.to)
        service = self._ground.rights().services.get(head.to)
        if service is None or not service.subject:
            return path, None
        return path, person_in(opened.body, service.subject)

    def _same(self, opened: OpenedRequest) -> bytes:
        """The keyed hash that tells equal repeats under an idempotency key."""
        if opened.head.idem is None:
            return b""
        return hashes.keyed(self._ground.secret, opened.part.first, opened.part.second, opened.body)

    def _record(self, proven: Proven, decided: list[Decided]) -> Recorded:
        keep = [_keep(one) for one in decided]
        locals_ = [one.local for one in decided]
        for one in decided:
            if one.decision.code is not None:
                self._ground.counters["refused." + one.decision.code] += 1
        return self._ground.journal.record_frame("in", proven.frame, locals_, self._ground.rights().numbers, keep)

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

    def _reply(self, link: Way, decided: Decided, reply: Message) -> None:
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
            self._loop.call_later(SAID_AGAIN_SECONDS, self._reply, link, decided, reply)

        self._ground.turns.put(link, Letter(reply, local, kept or keyed, again))

    # repetition and doubt

    def _repeated(self, decided: Decided, opened: OpenedRequest) -> Message | None:
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

    def _report(self, link: Way, query: Message) -> None:
        """What became of a request: its recorded reply in the same frame, or a state; a promise is recorded first."""
        head = query.head
        if not isinstance(head, QueryHead):
            return
        leaf = leaf_named(head.about)
        reply = self._memory.reply_to(leaf)
        outcome = Outcome(rule="query", state=self._state(leaf, reply))
        if reply is not None:
            self._ground.turns.put(link, Letter(reply, Local("again", None, None, NOT_KEPT), False))
        elif outcome.state == "never-arrived":
            self._memory.promise_never(leaf, self._ground.clock())
        report = write_reply(query, outcome, self._ground.clock(), salt())
        self._ground.turns.put(link, Letter(report, Local("query", None, None, NOT_KEPT), False))

    def _state(self, leaf: bytes, reply: Message | None) -> State:
        if reply is not None:
            return "refused" if getattr(reply.head, "code", None) else "done"
        if self._memory.in_work(leaf) is not None:
            return "in-doubt" if leaf in self._doubts else "running"
        return "done" if self._memory.knows(leaf) else "never-arrived"

    async def resolve_doubts(self) -> None:
        """After a restart: what was recorded and never answered is resolved by its service's class (protocol section 5).

        Where asking again is safe, or the system takes the key, it is asked again under a decision of now, several at
        once; where not, the outcome stays unknown, signed.
        """
        doubts = self._memory.unanswered()
        self._doubts = {message.leaf for message, _ in doubts}
        gate = asyncio.Semaphore(DOUBTS_AT_ONCE)
        await asyncio.gather(*(self._resolve(message, asker, gate) for message, asker in doubts))

    async def _resolve(self, message: Message, asker: NodeId, gate: asyncio.Semaphore) -> None:
        async with gate:
            await self.answer(Nowhere(asker), self._decide_anew(message, asker))
            self._doubts.discard(message.leaf)

    def _decide_anew(self, message: Message, asker: NodeId) -> Decided:
        try:
            return self._decide_request(self._opened_again(message), asker, "new")
        except Refused as error:
            return _as_is(message, Decision(rule="interrupted", code=error.code), error)

    def _opened_again(self, message: Message) -> OpenedRequest:
        """The request with its kept content and time to ask its system. Raises `Refused` where that can't be asked again."""
        head, content = message.head, self._ground.journal.content(message.leaf)
        service = self._ground.rights().services.get(head.to) if isinstance(head, RequestHead) else None
        if not isinstance(head, RequestHead) or content is None or service is None or service.effect == "best-effort":
            raise Refused("outcome-unknown", "The node was interrupted; whether the system had acted is not known.")
        opened = open_request(Message(head, message.raw, message.leaf, content), head)
        return structs.replace(opened, head=structs.replace(head, until=self._ground.clock() + DOUBT_MS))

    def _spawn(self, walk: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(walk)
        self._walks.add(task)
        task.add_done_callback(self._walks.discard)

    async def drain(self, seconds: float) -> None:
        """Let what is under way come to its reply."""
        if self._walks:
            await asyncio.wait(self._walks, timeout=seconds)


_USED_UP = ("quota", "persons")
"""A repeat uses nothing: what is used up does not keep the stored reply back."""

_WHY = {
    "replay": "The message number was used for another message; write a new one.",
    "never": "This request was promised never to be served; write a new one.",
    "running": "A request under the same idempotency key is being worked on; ask again in a moment.",
    "idem-mismatch": "The idempotency key was used for another content; use a key of its own for each act.",
}


def _as_is(message: Message, decision: Decision, fault: Refused | None = None, verdict: Verdict = "new") -> Decided:
    rule = decision.code or decision.rule
    return Decided(message, decision, verdict, None, "", None, Local(rule, None, None, NOT_KEPT), fault)


def _kept(decision: Decision) -> str:
    days = decision.agreement.keep_days if decision.agreement and decision.yes else 0
    return str(days) if days else NOT_KEPT


def _keep(one: Decided) -> bool:
    """Content is kept where the agreement says so, and under an idempotency key, until doubt can be resolved."""
    if one.opened is None or not one.decision.yes:
        return False
    return bool(one.local.kept) or one.opened.head.idem is not None


def _consent(head: RequestHead, read: part.Part) -> bytes | None:
    """The receipt in the part, if it is the one that the head names."""
    if head.consent is None:
        return None
    value = header(read, b"terpadu-consent")
    if value is None or hashes.b64(hashes.turn(value)) != head.consent:
        raise Refused("consent", "Expected the consent receipt that the head names in the request's part.")
    return value


def header(read: part.Part, name: bytes) -> bytes | None:
    """The last value of a header of a part, by its lower-case name."""
    found = None
    for key, value in read.headers:
        if key.lower() == name:
            found = value
    return found


def service_headers(opened: OpenedRequest) -> Headers:
    """What the own system gets of a request's headers: neither hop-by-hop ones nor the consent receipt, but X-Road's number."""
    return (*part.passed(opened.part.headers), (b"X-Road-Request-Id", opened.head.id.encode()))


def cohort_place(service: ServiceId, person: str | None) -> int | None:
    """A person's stable place in a launch's cohort, 0 to 999, the same at every node and for ever."""
    if person is None:
        return None
    return int.from_bytes(sha256(f"terpadu.cohort/1\n{service}\n{person}".encode()).digest()[:4], "big") % 1000
