"""The bulk lane: bodies over 64 KiB, in chunks within credit, proven by signed marks (protocol section 4, "Bulk lane").

Chunks carry no signature. Each MiB, each second and at the end the sender signs a mark over all bytes so far; the receiver
lets bytes go on only up to the last mark that is verified and recorded, so at most 2 MiB wait and nothing unproven leaves.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections import deque
from collections.abc import AsyncIterator, Callable
from typing import Any

from terpadu.errors import Refused, Unverified
from terpadu.exchange.frames import Type, frame
from terpadu.exchange.link import Link
from terpadu.model.heads import EndHead, ReplyHead, RequestHead
from terpadu.model.identifiers import NodeId
from terpadu.model.message import Large, Message
from terpadu.signing.hashes import b64
from terpadu.signing.writing import write_end

CREDIT = 2 * 1024 * 1024
MARK_BYTES = 1024 * 1024
MARK_SECONDS = 1.0
STALL_SECONDS = 45.0
CHUNK = 64 * 1024
UNPROVEN = 65_536
"""Chunks without a mark that a receiver keeps digests of: a sender of single bytes must not fill its memory."""
NAME = 16
"""Bytes of the streamed message's leaf that name a stream on the lane."""


def _running(streamed: Message) -> Any:
    """The commitment of a mark, begun: the same salt as the streamed message, an empty part, then the body so far."""
    head = streamed.head
    if not isinstance(head, RequestHead | ReplyHead):
        raise TypeError("only a request or a reply carries a body")
    opened = hashlib.sha256(f"terpadu.content/1\nend {head.id}\n".encode())
    opened.update(streamed.content[:16] + bytes(4))
    return opened


class Outflow:
    """A body that this node sends."""

    def __init__(
        self, streamed: Message, peer: NodeId | None, mark: Callable[[Message], None], clock: Callable[[], int]
    ) -> None:
        self.name = streamed.leaf[:NAME]
        self.peer = peer
        self.sha512 = hashlib.sha512()
        self._streamed = streamed
        self._mark = mark
        self._clock = clock
        self._hash = _running(streamed)
        self._sent = self._marked = self._allowed = 0
        self._stopped: str | None = None
        self._news = asyncio.Event()
        self.lane: Link | None = None

    def credit(self, lane: Link, allowed: int) -> None:
        """The receiver allows so many bytes in all."""
        self.lane = lane
        self._allowed = max(self._allowed, allowed)
        self._news.set()

    def stop(self, code: str) -> None:
        """The receiver wants no more."""
        self._stopped = code
        self._news.set()

    async def run(self, source: Large) -> None:
        """Send the whole body. Raises `Refused("body-broken")`."""
        loop = asyncio.get_running_loop()
        marked_at = loop.time()
        async for chunk in source.chunks():
            await self._send(chunk)
            if self._sent - self._marked >= MARK_BYTES or loop.time() - marked_at >= MARK_SECONDS:
                self._sign(more=True)
                marked_at = loop.time()
        self._sign(more=False)

    async def _send(self, chunk: bytes) -> None:
        lane = await self._may_send(len(chunk))
        lane.write(frame(Type.CHUNK, self.name + self._sent.to_bytes(8, "big") + chunk))
        self._hash.update(chunk)
        self.sha512.update(chunk)
        self._sent += len(chunk)
        await lane.drained()

    async def _may_send(self, size: int) -> Link:
        while self.lane is None or self._sent + size > self._allowed:
            if self._stopped is not None or (self.lane is not None and self.lane.closed):
                raise Refused("body-broken", "Expected the other node to take the whole body; it stopped.")
            self._news.clear()
            try:
                await asyncio.wait_for(self._news.wait(), STALL_SECONDS)
            except TimeoutError:
                raise Refused(
                    "body-broken", "Expected the other node to go on taking the body; it fell silent."
                ) from None
        return self.lane

    def _sign(self, more: bool) -> None:
        self._marked = self._sent
        digest = b64(self._hash.copy().digest())
        self._mark(write_end(self._streamed, self._sent, digest, more, self._clock()))


class Inflow:
    """A body that this node receives (a `Large`): proven bytes come out of `chunks`, and credit follows what was taken."""

    def __init__(self, streamed: Message, lane: Link, ended: Callable[[], None]) -> None:
        self.name = streamed.leaf[:NAME]
        self.size: int | None = None
        self.lane = lane
        self._hash = _running(streamed)
        self._received = self._taken = self._allowed = self._proven = 0
        self._digests = {0: b64(self._hash.copy().digest())}
        self._marks: dict[int, EndHead] = {}
        self._waiting: deque[tuple[int, bytes]] = deque()
        self._whole = False
        self._broken: str | None = None
        self._news = asyncio.Event()
        self._ended = ended
        self._allow()

    def chunk(self, offset: int, data: bytes) -> None:
        """Bytes of the lane. Raises `Unverified` where they are out of order or beyond the credit."""
        end = offset + len(data)
        if offset != self._received or end > self._allowed or not 0 < len(data) <= CHUNK:
            raise Unverified("Expected the next chunk, of at most 64 KiB, within its credit.", "body-broken")
        if len(self._digests) > UNPROVEN:
            raise Unverified("Expected a mark; too many small chunks came without one.", "body-broken")
        self._hash.update(data)
        self._received = end
        self._digests[end] = b64(self._hash.copy().digest())
        self._waiting.append((end, data))
        self._try_mark()

    def mark(self, head: EndHead) -> None:
        """A verified and recorded mark; one beyond the credit is about bytes that can't come."""
        if head.size > self._allowed:
            return self.fail("A mark came for more bytes than were allowed.")
        self._marks[head.size] = head
        self._try_mark()

    def _try_mark(self) -> None:
        for size in sorted(self._marks):
            if size > self._received:
                return
            head = self._marks.pop(size)
            if self._digests.get(size) != head.content:
                self.fail("The bytes that came are not those that were signed.")
                return
            self._proven = size
            self._whole = self._whole or not head.more
            for old in [known for known in self._digests if known < size]:
                del self._digests[old]
        self._news.set()

    def fail(self, why: str) -> None:
        """Break off; whoever reads is told, the sender too."""
        if self._broken is None and not self._whole:
            self._broken = why
            self.lane.write(frame(Type.STOP, self.name + b"body-broken"))
        self._news.set()

    async def chunks(self) -> AsyncIterator[bytes]:
        """Proven bytes as they come. Raises `Refused("body-broken")` where no further mark fits or comes."""
        try:
            async for piece in self._proven_pieces():
                yield piece
        finally:
            self._ended()

    async def _proven_pieces(self) -> AsyncIterator[bytes]:
        while True:
            while self._waiting and self._waiting[0][0] <= self._proven:
                end, data = self._waiting.popleft()
                self._taken = end
                self._allow()
                yield data
            if self._whole and self._taken == self._proven:
                return
            if self._broken is not None or (self.lane.closed and not self._waiting):
                raise Refused("body-broken", f"Expected the whole body. {self._broken or 'The connection broke off.'}")
            self._news.clear()
            try:
                await asyncio.wait_for(self._news.wait(), STALL_SECONDS)
            except TimeoutError:
                self.fail("The other node fell silent.")

    def _allow(self) -> None:
        """Credit is renewed when half of it is used."""
        if self._taken + CREDIT - self._allowed >= CREDIT // 2:
            self._allowed = self._taken + CREDIT
            self.lane.write(frame(Type.CREDIT, self.name + self._allowed.to_bytes(8, "big")))


def _named(about: str) -> bytes:
    """The stream that a mark is about; none where it names no leaf."""
    try:
        return base64.b64decode(about, validate=True)[:NAME]
    except ValueError:
        return b""


class Streams:
    """All bodies under way at a node, by name; both lanes' owner for chunks, credit and stops."""

    def __init__(self) -> None:
        self._in: dict[bytes, Inflow] = {}
        self._out: dict[bytes, Outflow] = {}

    def receive(self, streamed: Message, lane: Link) -> Inflow:
        """Expect a body on this lane; its first credit leaves at once."""
        name = streamed.leaf[:NAME]
        inflow = self._in[streamed.leaf[:NAME]] = Inflow(streamed, lane, lambda: self.done(name))
        return inflow

    def send(
        self, streamed: Message, peer: NodeId | None, mark: Callable[[Message], None], clock: Callable[[], int]
    ) -> Outflow:
        """Announce a body to a peer, who alone may allow or stop it; it waits for credit."""
        outflow = self._out[streamed.leaf[:NAME]] = Outflow(streamed, peer, mark, clock)
        return outflow

    def done(self, name: bytes) -> None:
        """The stream ended, one way or the other."""
        self._in.pop(name, None)
        self._out.pop(name, None)

    def marked(self, head: EndHead, peer: NodeId | None) -> None:
        """A mark that is verified and recorded; it counts only from the node that sends the body."""
        inflow = self._in.get(_named(head.about))
        if inflow is not None and inflow.lane.peer == peer:
            inflow.mark(head)

    def bulk(self, link: Link, kind: Type, body: bytes) -> None:
        """A frame of the bulk lane."""
        name, rest = body[:NAME], body[NAME:]
        inflow, outflow = self._in.get(name), self._out.get(name)
        if kind == Type.CHUNK and inflow is not None and inflow.lane is link:
            inflow.chunk(int.from_bytes(rest[:8], "big"), rest[8:])
        elif kind == Type.CREDIT and outflow is not None and outflow.peer == link.peer:
            outflow.credit(link, int.from_bytes(rest[:8], "big"))
        elif kind == Type.STOP and outflow is not None and outflow.peer == link.peer:
            outflow.stop(rest.decode("ascii", "replace"))

    def lost(self, link: Link) -> None:
        """A lane broke: every body on it is broken."""
        for inflow in list(self._in.values()):
            if inflow.lane is link:
                inflow.fail("The connection broke off.")
        for outflow in list(self._out.values()):
            if outflow.lane is link:
                outflow.stop("body-broken")


class Lane:
    """The owner of bulk links (link.Owner): no messages here, only bodies."""

    def __init__(self, streams: Streams) -> None:
        self.streams = streams
        self.links: dict[str, Link] = {}
        self.joined = asyncio.Event()

    def hello(self, link: Link) -> None:
        self.links[str(link.peer)] = link
        self.joined.set()

    def messages(self, link: Link, body: bytes) -> None:
        link.fail(Unverified("Expected bodies on the bulk lane only.", "bad-request"))

    def bulk(self, link: Link, kind: Type, body: bytes) -> None:
        self.streams.bulk(link, kind, body)

    def lost(self, link: Link) -> None:
        if self.links.get(str(link.peer)) is link:
            del self.links[str(link.peer)]
        self.streams.lost(link)
