"""Deciding each message of a proven frame at the answering node: from its head to a decision that names its rule."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256

from terpadu.errors import Refused
from terpadu.exchange.decided import UNMET, Decided, as_is, kept
from terpadu.exchange.ground import Ground, log
from terpadu.exchange.link import WINDOW, busy
from terpadu.exchange.reading import check_content, check_own, check_served_here, check_young, person_in
from terpadu.exchange.repetition import Memory, Verdict
from terpadu.exchange.replies import service_part
from terpadu.journal.entries import Local
from terpadu.model.heads import EndHead, QueryHead, RequestHead
from terpadu.model.identifiers import NodeId, ServiceId
from terpadu.model.message import Decision, Facts, Message
from terpadu.model.rights import Rights
from terpadu.policy import decide as policy
from terpadu.policy.metaservices import is_open
from terpadu.policy.usage import Usage
from terpadu.signing import hashes
from terpadu.signing.opening import OpenedRequest, check_sender, open_request
from terpadu.signing.seal import Proven

EVERYBODY = 1000
"""Places of a cohort; an agreement of so large a share admits all."""


class Deciding:
    """Decides for one node. `working` counts the requests of each peer that are worked on."""

    def __init__(self, ground: Ground, memory: Memory, usage: Usage, working: Counter[str]) -> None:
        self._ground = ground
        self._memory = memory
        self._usage = usage
        self._open = working

    def decide(self, message: Message, proven: Proven, rights: Rights, now: int) -> Decided:
        """Steps 7 to 12 of the receiver's order; a fault is a decision too."""
        head, verdict = message.head, UNMET
        try:
            if isinstance(head, QueryHead):
                check_sender(head, proven.entry, now)
                check_own(head, self._memory)
                return as_is(message, Decision(rule="query", code=None))
            if isinstance(head, EndHead):
                check_sender(head, proven.entry, now)
                return as_is(message, Decision(rule="mark", code=None))
            if not isinstance(head, RequestHead):
                raise Refused("content", "Expected a request or a query on this side of the link.")
            check_sender(head, proven.entry, now)
            check_young(head, self._ground.opened)
            check_served_here(head, rights, self._ground.me)
            if self._open[proven.turn.node] >= WINDOW:
                raise busy()
            opened = open_request(message, head)
            check_content(opened)
            verdict = self._memory.meet(message, head, self._same(opened), proven.turn.node)
            return self.decide_request(opened, proven.turn.node, verdict, rights, now)
        except Refused as error:
            return as_is(message, Decision(rule="form", code=error.code), error, verdict)
        except Exception:  # one message suffers alone: the others of its frame go on
            log.exception("decision.failed", leaf=hashes.b64(message.leaf))
            fault = Refused("internal", "A fault of the answering node; its operator can see it.")
            return as_is(message, Decision(rule="form", code=fault.code), fault, verdict)

    def decide_request(
        self, opened: OpenedRequest, asker: NodeId, verdict: Verdict, rights: Rights, now: int
    ) -> Decided:
        """Who asks for what about whom, and may it be? Counts the use of a yes that is new."""
        head = opened.head
        path, person = self._read(opened, rights)
        who = self._ground.journal.who(person) if person else None
        facts = Facts(
            consumer=head.source,
            service=head.to,
            verb=opened.part.first.decode(),
            path=path.partition("?")[0],
            agreement=None if is_open(head.to) else head.agreement,
            purpose=head.purpose,
            case=head.case,
            consent=_consent(head, opened.named),
            has_key=head.idem is not None,
            asker=asker,
            who=who,
            share=cohort_place(head.to, person) if _has_cohort(head, rights) else None,
            person=person,
        )
        decision = policy.decide(facts, rights, self._usage, now)
        if decision.yes and verdict == "new" and decision.agreement is not None:
            self._usage.count(decision.agreement.name, who, now)
        local = Local(
            decision.rule if decision.yes else str(decision.code), who, self._same(opened) or None, kept(decision)
        )
        key = opened.named.get(b"idempotency-key")
        return Decided(opened.message, decision, verdict, opened, path, key[-1].decode() if key else None, local)

    def _read(self, opened: OpenedRequest, rights: Rights) -> tuple[str, str | None]:
        """The service path, and the person asked about."""
        head = opened.head
        path = service_part(opened.part.second, head.to)
        service = rights.services.get(head.to)
        if service is None or not service.subject:
            return path, None
        return path, person_in(opened.body, service.subject)

    def _same(self, opened: OpenedRequest) -> bytes:
        """The keyed hash that tells equal repeats under an idempotency key."""
        if opened.head.idem is None:
            return b""
        return hashes.keyed(self._ground.secret, opened.part.first, opened.part.second, opened.body)


def _has_cohort(head: RequestHead, rights: Rights) -> bool:
    """Is it a launch that does not admit everybody yet?"""
    agreement = rights.agreements.get(head.agreement)
    return agreement is not None and agreement.share < EVERYBODY


def _consent(head: RequestHead, named: dict[bytes, list[bytes]]) -> bytes | None:
    """The receipt in the part, if it is the one that the head names."""
    if head.consent is None:
        return None
    found = named.get(b"terpadu-consent")
    if not found or hashes.b64(hashes.turn(found[-1])) != head.consent:
        raise Refused("consent", "Expected the consent receipt that the head names in the request's part.")
    return found[-1]


def cohort_place(service: ServiceId, person: str | None) -> int | None:
    """A person's stable place in a launch's cohort, 0 to 999, the same at every node and for ever."""
    if person is None:
        return None
    return int.from_bytes(sha256(f"terpadu.cohort/1\n{service}\n{person}".encode()).digest()[:4], "big") % EVERYBODY
