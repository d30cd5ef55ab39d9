"""Frames that the other end holds and this journal does not: fetched, proven anew, recorded as `recovered` (A44, A46).

Nothing is taken on the other end's word. What it sent is under its signature; what this node sent, under this node's own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import NamedTuple

from terpadu.errors import EvidenceBroken, Refused, TerpaduError, Unverified
from terpadu.exchange.ground import Ground, log
from terpadu.exchange.handing import Given
from terpadu.exchange.neighbours import Neighbours
from terpadu.exchange.reading import person_in
from terpadu.exchange.restoring import UNMET
from terpadu.journal.compare import HOUR, hour_of
from terpadu.journal.entries import Local, Sealed
from terpadu.journal.gathering import Recorded
from terpadu.journal.journal import Direction
from terpadu.journal.reopening import believed
from terpadu.model.heads import Head, ReplyHead, RequestHead, UnreadableHead
from terpadu.model.identifiers import NodeId, member_of
from terpadu.model.message import Frame, Message, Seal
from terpadu.model.rights import Rights
from terpadu.signing import canonical, hashes, note, tree
from terpadu.signing.keys import check_of
from terpadu.signing.opening import open_request
from terpadu.signing.turn import Turn, parse_turn

MOST_PAGES = 100_000
"""Pages of one hour that are taken from a peer: a hostile one could go on for ever."""
RECOVERED = "recovered"
"""The rule of a request that came back and whose reply did not."""


class Brought(NamedTuple):
    """A frame that came back and is proven, with what is noted beside its record."""

    sealed: Sealed
    frame: Frame
    turn: Turn
    locals: list[Local]
    keep: list[bool]


class Recovering:
    """Makes good what this journal lacks of one hour with one peer."""

    def __init__(self, ground: Ground, neighbours: Neighbours) -> None:
        self._ground, self._neighbours = ground, neighbours
        self._generations = [place.number for place in believed(ground.journal.place)]

    async def hour(self, peer: NodeId, hour: int, told: Callable[[Brought], None], rule: str) -> int:
        """Fetch, prove and record; returns how many frames were recorded. `told` hears of each when it is on disk.

        A frame that does not prove is a named dispute: counted, logged, not recorded. Raises `Refused`.
        """
        known = await asyncio.to_thread(self.known, peer, hour)
        after, count = (0, 0), 0
        for _ in range(MOST_PAGES):
            at, found = await self._neighbours.frames(peer, hour, after)
            if not found:
                return count
            if at <= after:
                raise Refused("not-found", f"Expected pages of {peer} that go on.")
            count += await self._page(peer, hour, found, known, told, rule)
            after = at
        raise Refused("not-found", f"Expected at most {MOST_PAGES} pages of {peer} for one hour.")

    def known(self, peer: NodeId, hour: int) -> set[bytes]:
        """The leaves of the hour that stand in generations whose records are believed."""
        marks = ", ".join("?" * len(self._generations))
        sql = f"SELECT DISTINCT leaf FROM message WHERE peer = ? AND turn >= ? AND turn < ? AND generation IN ({marks})"  # noqa: S608
        index = self._ground.journal.index
        return {leaf for (leaf,) in index.query(sql, peer, hour, hour + HOUR, *self._generations)}

    async def _page(
        self,
        peer: NodeId,
        hour: int,
        found: list[Given],
        known: set[bytes],
        told: Callable[[Brought], None],
        rule: str,
    ) -> int:
        """One page: its new frames in one group, settled before anybody is told."""
        brought = await asyncio.to_thread(self._prove_page, peer, hour, found, known, rule)
        recorded = [self._record(one) for one in brought]
        if recorded:
            await self._ground.journal.settle(recorded[-1])
        for one in brought:
            told(one)
        return len(brought)

    def _prove_page(self, peer: NodeId, hour: int, found: list[Given], known: set[bytes], rule: str) -> list[Brought]:
        rules, brought = _rules(found), list[Brought]()
        for sealed, contents in found:
            leaves = {hashes.leaf(head) for head in sealed.heads}
            if leaves <= known:
                continue
            try:
                one = self._proven(sealed, contents, peer, rules, rule)
                if hour_of(one.turn.time) != hour:
                    raise Unverified("Expected a frame of the hour that was asked for.")
                brought.append(one)
                known |= leaves
            except TerpaduError as error:
                self._ground.counters["disputed"] += 1
                log.error("journal.disputed", peer=peer, leaves=sorted(map(hashes.b64, leaves))[:8], reason=str(error))
        return brought

    def _record(self, one: Brought) -> Recorded:
        direction: Direction = "out" if one.sealed.sender == self._ground.me else "in"
        journal, numbers = self._ground.journal, self._ground.rights().numbers
        return journal.record_frame(direction, one.frame, one.locals, numbers, one.keep, recovered=True)

    def _proven(
        self, sealed: Sealed, contents: dict[bytes, bytes], peer: NodeId, rules: dict[str, str], rule: str
    ) -> Brought:
        rights = self._ground.rights()
        turn, seal = prove_again(sealed, self._ground.me, peer, rights)
        messages = tuple([self._message(raw, contents) for raw in sealed.heads])
        locals_ = [self._local(message, rights, sealed, rules, rule) for message in messages]
        keep = [_is_kept(message, local) for message, local in zip(messages, locals_, strict=True)]
        return Brought(sealed, Frame(seal, messages), turn, locals_, keep)

    def _message(self, raw: bytes, contents: dict[bytes, bytes]) -> Message:
        """With its content, from the other end or from a former generation, where it is what the head commits to."""
        leaf, head = hashes.leaf(raw), _head(raw)
        if isinstance(head, RequestHead | ReplyHead) and not head.stream:
            for content in (contents.get(leaf), self._still_here(leaf)):
                if content is not None and hashes.commitment(head.kind, head.id, content) == head.content:
                    return Message(head, raw, leaf, content)
        return Message(head, raw, leaf, b"")

    def _still_here(self, leaf: bytes) -> bytes | None:
        try:
            return self._ground.journal.content(leaf)
        except (EvidenceBroken, OSError):
            return None

    def _local(self, message: Message, rights: Rights, sealed: Sealed, rules: dict[str, str], rule: str) -> Local:
        head = message.head
        if isinstance(head, ReplyHead):
            return Local(head.code or head.rule, None, None, "")
        if not isinstance(head, RequestHead):
            return Local(head.kind if not isinstance(head, UnreadableHead) else "content", None, None, "")
        agreement = rights.agreements.get(head.agreement)
        days = str(agreement.keep_days) if agreement is not None and agreement.keep_days else ""
        if sealed.sender == self._ground.me:
            return Local(head.agreement, None, None, days)
        if member_of(head.source) != member_of(NodeId(sealed.sender)):
            return Local("identity", None, None, "")
        answered = rules.get(hashes.b64(message.leaf), rule)
        return self._of_request(message, head, answered, days, rights)

    def _of_request(self, message: Message, head: RequestHead, answered: str, days: str, rights: Rights) -> Local:
        """Whom it was about and what its key was used for, where its content came back too."""
        if not message.content or answered in UNMET:
            return Local(answered, None, None, days)
        try:
            opened, service = open_request(message, head), rights.services.get(head.to)
            person = person_in(opened.body, service.subject) if service is not None and service.subject else None
        except Refused:
            return Local(answered, None, None, days)
        who = self._ground.journal.who(person) if person else None
        same = hashes.keyed(self._ground.secret, opened.part.first, opened.part.second, opened.body)
        return Local(answered, who, same if head.idem is not None else None, days)


def prove_again(sealed: Sealed, me: NodeId, peer: NodeId, rights: Rights) -> tuple[Turn, Seal]:
    """A stored frame between these two, in its turn, under a listed key that was good then. Raises `Unverified`."""
    if {sealed.sender, sealed.receiver} != {me, peer}:
        raise Unverified(f"Expected a frame between this node and {peer}.", "identity")
    signed = note.parse(sealed.note)
    turn, line = parse_turn(signed.text), signed.lines[0]
    if len(signed.lines) != 1 or turn.node != sealed.sender or line.name != sealed.sender:
        raise Unverified(f"Expected a turn of {sealed.sender} under its one signature.", "identity")
    frame = hashes.frame(sealed.sender, sealed.receiver, [hashes.leaf(head) for head in sealed.heads])
    if tree.root_from_path(frame, sealed.index, turn.frames, sealed.path) != turn.root:
        raise Unverified("Expected the frame under its turn's root.", "signature")
    listed = rights.key(line.name, line.key_id)
    if listed is None or listed.entry.use != "frame" or not listed.entry.since <= turn.time < listed.entry.until:
        raise Unverified(f"Expected a key listed for frames of {line.name} at the turn's time.", "identity")
    if 0 < listed.revoked <= turn.time:
        raise Unverified(f"Expected a key of {line.name} that was not revoked then.", "identity")
    if not check_of(listed.entry.alg, listed.entry.key)(line.signature, signed.text):
        raise Unverified(f"Expected {line.name}'s signature over the turn.", "signature")
    seal = Seal(
        NodeId(sealed.sender), NodeId(sealed.receiver), sealed.note, hashes.turn(signed.text), sealed.index,
        sealed.path, frame,
    )  # fmt: skip
    return turn, seal


def _rules(found: list[Given]) -> dict[str, str]:
    """What decided each request that is answered in these frames, as its own record would have told."""
    heads = (_head(raw) for sealed, _ in found for raw in sealed.heads)
    return {head.about: head.code or head.rule for head in heads if isinstance(head, ReplyHead)}


def _is_kept(message: Message, local: Local) -> bool:
    """What came back with its content was kept there: by the agreement, or under an idempotency key."""
    keyed = isinstance(message.head, ReplyHead) or getattr(message.head, "idem", None) is not None
    return bool(message.content) and (bool(local.kept) or keyed)


def _head(raw: bytes) -> Head:
    try:
        return canonical.decode_head(raw)
    except Refused as error:
        return UnreadableHead(error.sentence)
