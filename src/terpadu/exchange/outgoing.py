"""Our system asks another office: the walk of the asking node (ARCHITECTURE.md)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import NamedTuple

import msgspec

from terpadu import crash
from terpadu.errors import Refused
from terpadu.exchange.asked import Asked, Heard, Unresolved
from terpadu.exchange.ground import Ground
from terpadu.exchange.numbers import message_number, salt
from terpadu.exchange.peers import Peer
from terpadu.exchange.reading import check_unambiguous
from terpadu.exchange.streams import Inflow, Outflow, Streams
from terpadu.journal.entries import Local
from terpadu.journal.journal import Durable
from terpadu.model.identifiers import AgreementId, NodeId, ServiceId
from terpadu.model.message import Decision, Facts, Headers, Message, Request
from terpadu.model.rights import Rights
from terpadu.policy.admit import check_yes
from terpadu.policy.decide import BY_AGREEMENT, decide
from terpadu.policy.usage import Usage
from terpadu.signing import hashes
from terpadu.signing.opening import OpenedReply
from terpadu.signing.part import Part
from terpadu.signing.wire import split_content
from terpadu.signing.writing import Grounds, write_request

ATTEMPTS = 3
"""How often a request that provably was not served is written anew within its deadline."""


class Decided(NamedTuple):
    """A request of our own system with what this node's own policy says of it."""

    request: Request
    decision: Decision


class Permitted(NamedTuple):
    """A request that this node's own policy lets out, and the grounds that it will be signed with."""

    request: Request
    grounds: Grounds
    node: NodeId
    keep: bool
    early: bool


class Sent(NamedTuple):
    """What left of a request: its part, with its bytes, and its body."""

    part: Part
    raw_part: bytes
    body: bytes


class Released(NamedTuple):
    """A reply that may be told: about this request, and both records on disk."""

    reply: OpenedReply
    sent: Sent
    durable: Durable
    large: Inflow | None
    """The reply's body, where it comes by the bulk lane."""
    streamed: bytes | None
    """SHA-512 of the request's body, where it went by the bulk lane."""


class Outgoing:
    """The asking side of a node."""

    def __init__(self, ground: Ground, peer: Callable[[NodeId], Peer], streams: Streams) -> None:
        self._streams = streams
        self._ground = ground
        self._peer = peer
        self._usage = Usage()

    async def ask(self, request: Request) -> Released:
        """From our own system's request to a reply that it may be told. Raises `Refused`."""
        crash.point("c1")
        rights = self._ground.rights()
        decided = self._decide(request, rights)
        permitted = self._permit(decided, rights)
        for _ in range(ATTEMPTS):
            asked, outflow = await self._send(permitted)
            try:
                heard = await self._hear(permitted, asked, outflow)
                self._check_not_lost(permitted, heard)
            except Unresolved as report:
                permitted = self._again(permitted, report)
                continue
            released = await self._settle(permitted, asked, heard, outflow)
            crash.point("c8")
            return released
        raise Refused("in-doubt", "Expected the other node to say what became of the request; ask again later.")

    def _decide(self, request: Request, rights: Rights) -> Decided:
        facts = Facts(
            consumer=request.client,
            service=request.service,
            verb=request.verb.decode(),
            path=service_path(request),
            agreement=None,
            purpose=request.purpose,
            case=request.case,
            consent=None,
            has_key=request.key is not None,
            asker=self._ground.me,
            person=None,
        )
        decision = decide(facts, rights, self._usage, request.time)
        crash.point("c2")
        return Decided(request, decision)

    def _permit(self, decided: Decided, rights: Rights) -> Permitted:
        """A no ends here, recorded. Consent is the provider's to judge: this node only carries the receipt."""
        request, decision = decided
        check_unambiguous(request.body, request.service, rights)
        if decision.code is not None and not _left_to_provider(request, decision):
            self._record_refusal(request, decision)
            check_yes(decision)
        return Permitted(
            request=request,
            grounds=self._grounds(request, decision),
            node=self._node_of(request, rights),
            keep=bool(decision.agreement and decision.agreement.keep_days),
            early=bool(decision.service and decision.service.early),
        )

    def _grounds(self, request: Request, decision: Decision) -> Grounds:
        agreement = decision.agreement.name if decision.agreement else NO_AGREEMENT
        purpose = (decision.purpose or request.purpose) if request.purpose else BY_AGREEMENT
        keyed = None
        if request.key is not None:
            keyed = self._keyed(request.client.encode(), request.service.encode(), request.key)
        actor = self._keyed(request.actor) if request.actor else None
        return Grounds(agreement, purpose, keyed, actor)

    def _keyed(self, *parts: bytes) -> str:
        return hashes.b64(hashes.keyed(self._ground.secret, *parts))

    def _node_of(self, request: Request, rights: Rights) -> NodeId:
        """The node that the caller names; else a service with effects has one home, and a safe one is asked where a link
        stands, or at its first."""
        nodes = node_choices(rights, request.service)
        if request.server is not None and request.server not in nodes:
            raise Refused(
                "unknown-service", f"Expected a node that serves {request.service}; {request.server} does not."
            )
        if request.server is not None:
            return request.server
        if len(nodes) == 1:
            return nodes[0]
        linked = [node for node in nodes if self._peer(node).connected]
        return (linked or nodes)[0]

    async def _send(self, permitted: Permitted) -> tuple[Asked, Outflow | None]:
        """Head, content and leaf are made now, so that time and salt belong to this attempt."""
        request, peer = permitted.request, self._peer(permitted.node)
        if not peer.connected:
            await peer.connect((request.until - self._ground.clock()) / 1000)
        message = write_request(request, permitted.grounds, outgoing_headers(request), salt())
        outflow = None
        if request.large is not None:
            await peer.bulk_lane()
            outflow = self._streams.send(message, peer.node, peer.mark, self._ground.clock)
        local = Local(permitted.grounds.agreement, None, None, "")
        asked = peer.send(message, request.until, permitted.keep, local, permitted.early)
        crash.point("c3")
        return asked, outflow

    async def _hear(self, permitted: Permitted, asked: Asked, outflow: Outflow | None) -> Heard:
        """The reply; a large body flows meanwhile, until it is whole or a no comes."""
        if outflow is None or permitted.request.large is None:
            return await asked.future
        flowing = asyncio.ensure_future(outflow.run(permitted.request.large))
        try:
            await asyncio.wait((flowing, asked.future), return_when=asyncio.FIRST_COMPLETED)
            if flowing.done() and flowing.exception() is not None and not asked.future.done():
                raise flowing.exception() or Refused("body-broken", "Expected the whole body.")
            return await asked.future
        finally:
            flowing.cancel()
            await asyncio.gather(flowing, return_exceptions=True)
            self._streams.done(outflow.name)

    def _check_not_lost(self, permitted: Permitted, heard: Heard) -> None:
        """A safe question that the other node lost in a restart can be asked anew."""
        if heard.reply.head.code != "outcome-unknown":
            return
        service = self._ground.rights().services.get(permitted.request.service)
        if service is not None and service.effect == "safe":
            raise Unresolved("in-doubt")

    def _again(self, permitted: Permitted, report: Unresolved) -> Permitted:
        """What provably was not served, or is safe to ask, is written anew; anything else stays for the caller."""
        request = permitted.request
        service = self._ground.rights().services.get(request.service)
        if request.large is not None:
            raise Refused("in-doubt", "A streamed body can't be sent again by the node; send the request again.")
        repeatable = request.key is not None or (service is not None and service.effect == "safe")
        if report.state != "never-arrived" and not repeatable:
            raise Refused("in-doubt", "The other node can't say yet whether the request had an effect; ask again.")
        fresh = msgspec.structs.replace(request, number=message_number(), time=self._ground.clock())
        return permitted._replace(request=fresh)

    async def _settle(self, permitted: Permitted, asked: Asked, heard: Heard, outflow: Outflow | None) -> Released:
        """Groups commit in order: the reply's record, queued after the request's, is on disk only when both are."""
        durable = await self._ground.journal.settle(heard.recorded)
        large = None
        if heard.reply.head.stream:
            lane = await self._peer(permitted.node).bulk_lane()
            large = self._streams.receive(heard.reply.message, lane)
        sent, streamed = _sent(permitted.request, asked.message), outflow.sha512.digest() if outflow else None
        return Released(heard.reply, sent, durable, large, streamed)

    def _record_refusal(self, request: Request, decision: Decision) -> None:
        grounds = self._grounds(request, decision)
        message = write_request(request, grounds, (), salt())
        self._ground.counters["refused." + str(decision.code)] += 1
        self._ground.journal.record_refused(message.raw, message.leaf, decision.rule, str(decision.code), None)


def _sent(request: Request, message: Message) -> Sent:
    raw, body = split_content(message.content)
    return Sent(Part(request.verb, request.path, outgoing_headers(request)), raw, body)


NO_AGREEMENT = AgreementId("none/0")
"""How a head says that no agreement was found: for metaservices and for recorded refusals."""


def _left_to_provider(request: Request, decision: Decision) -> bool:
    """Whom the request is about, only the provider's node finds out: it judges consent and cohort."""
    return decision.code == "cohort" or (decision.code == "consent" and request.consent is not None)


def node_choices(rights: Rights, service: ServiceId) -> tuple[NodeId, ...]:
    """The nodes that serve a service; for a metaservice, those that serve anything of its subsystem."""
    listed = rights.services.get(service)
    if listed is not None:
        return listed.nodes
    home = service.rpartition("/")[0] + "/"
    found = [node for name, entry in rights.services.items() if name.startswith(home) for node in entry.nodes]
    if not found:
        raise Refused("unknown-service", f"Expected a service of the federation; {service} is not listed.")
    return tuple(dict.fromkeys(found))


def service_path(request: Request) -> str:
    """The path behind the service's name, raw, without query."""
    path = request.path.partition(b"?")[0].decode("ascii")
    pieces = path.split("/", 7)
    return "/" + pieces[7] if len(pieces) > 7 else ""


def outgoing_headers(request: Request) -> Headers:
    """What travels of the caller's headers, and X-Road's own; the consent receipt goes as a header of the part."""
    headers = request.headers
    if request.consent is not None:
        headers = (*headers, (b"Terpadu-Consent", request.consent))
    if request.key is not None:
        headers = (*headers, (b"Idempotency-Key", request.key))
    return (*headers, (b"X-Road-Request-Id", request.number.encode()))
