"""Large bodies at the answering node: a request is spooled before its system sees it, a reply streams behind its head."""

from __future__ import annotations

from pathlib import Path

from terpadu.errors import Refused
from terpadu.exchange.decided import NOT_KEPT, Decided
from terpadu.exchange.doors.call import Limits
from terpadu.exchange.ground import Ground, log
from terpadu.exchange.spool import Spool
from terpadu.exchange.streams import Lane, Streams
from terpadu.exchange.turns import Letter, Way
from terpadu.journal.entries import Local
from terpadu.model.identifiers import NodeId
from terpadu.model.message import Large, Message
from terpadu.policy.admit import check_yes
from terpadu.signing.opening import OpenedRequest


class Bodies:
    """Bodies by the bulk lane. `spools` is the folder for requests; `limit` the largest body, in bytes."""

    def __init__(self, ground: Ground, streams: Streams, spools: Path) -> None:
        self._ground = ground
        self._streams = streams
        self._spools = spools
        self.lane = Lane(streams)
        self.limit = Limits().body

    async def take(self, decided: Decided, opened: OpenedRequest, asker: NodeId) -> Spool:
        """A large request waits on disk until its last mark is verified and recorded; a no takes none of it."""
        check_yes(decided.decision)
        lane = self.lane.links.get(asker)
        if lane is None:
            raise Refused("body-broken", "Expected a bulk lane for the body that was announced; dial it first.")
        inflow, spool = self._streams.receive(opened.message, lane), Spool(self._spools)
        try:
            async for piece in inflow.chunks():
                await spool.append(piece)
                if (spool.size or 0) > self.limit:
                    inflow.fail("The body is larger than this node takes.")
                    raise Refused("too-large", f"Expected a body of at most {self.limit} bytes.")
        except BaseException:
            spool.close()
            raise
        spool.flush()
        return spool

    async def send(self, link: Way, reply: Message, body: Large) -> None:
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
