"""What both walks of a node stand on: its name, journal, rights, clock and turns, and the proof of a frame that came."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping

import structlog

from terpadu.errors import TerpaduError
from terpadu.exchange.latencies import Latencies
from terpadu.exchange.link import Link
from terpadu.exchange.seen import own_turn
from terpadu.exchange.turns import Turns
from terpadu.journal.journal import Journal
from terpadu.model.identifiers import NodeId
from terpadu.model.rights import Rights
from terpadu.signing import note
from terpadu.signing.keys import Signer
from terpadu.signing.seal import Held, Proven, prove
from terpadu.signing.turn import Turn, parse_turn
from terpadu.signing.wire import unpack

log = structlog.get_logger("terpadu.exchange")


class Ground:
    """One node's common ground. `held` keeps the newest turn of each peer."""

    def __init__(
        self,
        me: NodeId,
        journal: Journal,
        rights: Callable[[], Rights],
        signer: Callable[[], Signer],
        clock: Callable[[], int],
        secret: bytes,
    ) -> None:
        self.me = me
        self.journal = journal
        self.rights = rights
        self.clock = clock
        self.secret = secret
        """Keys the hashes of idempotency keys; the same on all nodes of a member."""
        self.turns = Turns(me, journal, rights, signer, clock)
        self.held: dict[NodeId, Held] = {}
        self.opened = 0
        """Unix ms at which a generation followed one that was lost; what was asked before is no longer taken."""
        self.counters: Counter[str] = Counter()
        self.latencies: defaultdict[str, Latencies] = defaultdict(Latencies)

    def prove(self, peer: NodeId, body: bytes) -> Proven:
        """Steps 1 to 7 of the receiver's order. Raises `Unverified`."""
        proven = prove(unpack(body), peer, self.me, self.rights(), self.held.get(peer), self.clock())
        turn = proven.turn
        newest = self.held.get(peer)
        if newest is None or turn.time >= newest.time:
            self.held[peer] = Held(turn.time, turn.journal, proven.frame.seal.note)
        return proven

    def hold(self, turns: Mapping[NodeId, tuple[int, bytes]]) -> None:
        """The newest turns of peers that are on record, so that a restart forgets none."""
        for peer, (time, raw) in turns.items():
            self.held[peer] = Held(time, parse_turn(note.parse(raw).text).journal, raw)

    def own_turn(self, known: str) -> Turn | None:
        """A turn that a peer shows as ours, None where an unlisted key signed it. Raises `Unverified` on a forgery.

        A peer's word proves nothing: one forged note would else make any node believe that it is an old copy.
        """
        return own_turn(known, self.me, self.rights())

    def unproven(self, link: Link, error: TerpaduError) -> None:
        """Garbage: a counter and the diagnostic log, never the evidence; the link ends."""
        self.counters["unverified." + error.code] += 1
        log.warning("frame.unverified", peer=link.peer, code=error.code, sentence=error.sentence)
        link.fail(error)

    def known(self, peer: NodeId) -> str:
        """The newest turn note held of a peer, for HELLO."""
        held = self.held.get(peer)
        return held.note.decode() if held else ""
