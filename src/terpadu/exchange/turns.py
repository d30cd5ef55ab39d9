"""A turn of the event loop: what is ready for each peer becomes one frame, all frames get one signature, then the record.

Batches form by load alone; there is no timer, and of a long turn the first messages leave before its end. A request's
frame leaves while its record is being written, a reply's frame leaves after it (protocol section 6, "Before what"); a
request of a service that is `early` too, and what follows it on its link with it, since a peer takes turns in their order
alone.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from terpadu import crash
from terpadu.errors import TerpaduError
from terpadu.exchange.frames import Type, frame
from terpadu.exchange.link import Link
from terpadu.journal.entries import Local
from terpadu.journal.gathering import Recorded
from terpadu.journal.journal import Journal
from terpadu.journal.writer import Group
from terpadu.model.identifiers import NodeId
from terpadu.model.message import Frame, Message
from terpadu.model.rights import Rights
from terpadu.signing.keys import Signer
from terpadu.signing.seal import seal_turn
from terpadu.signing.wire import FRAMES_LIMIT, MESSAGES_LIMIT, pack

_BYTES_LIMIT = 3 * 1024 * 1024
FIRST = 32
"""Messages that do not wait for the end of a busy turn: the peer works on them while the turn goes on. Once a turn, since
each frame costs a signature."""


class Nowhere:
    """Where a reply goes whose link is gone: into the record, from which the peer can ask it back."""

    wanted = None

    def __init__(self, peer: NodeId) -> None:
        self.peer = peer

    def write(self, packed: bytes) -> None:
        """Nobody is there."""


Way = Link | Nowhere


class Slot:
    """The place of a message in its turn: filled when the turn is sealed and recorded."""

    __slots__ = ("frame", "recorded")
    frame: Frame
    recorded: Recorded


class Letter(NamedTuple):
    """A message that waits for its turn."""

    message: Message
    local: Local
    keep: bool
    unsaid: Callable[[TerpaduError], None] | None = None
    """Told where the turn can't be signed or recorded: what has no record does not count as said."""
    early: bool = False
    """Leaves only when its record is on disk."""
    after: Group | None = None
    """Holds the record of what it answers; where that could not be written, this is not said either."""


class Bundle:
    """What waits for one link: letters that will share a frame, and the slot they share."""

    __slots__ = ("early", "letters", "link", "size", "slot")

    def __init__(self, link: Way) -> None:
        self.link = link
        self.letters: list[Letter] = []
        self.slot = Slot()
        self.size = 0
        self.early = link.wanted is None

    def takes(self, size: int) -> bool:
        """Is there room for one more message of this size?"""
        return len(self.letters) < MESSAGES_LIMIT and self.size + size <= _BYTES_LIMIT

    def drop_unfounded(self) -> bool:
        """Let go of answers to what could not be recorded meanwhile; is anything left?"""
        self.letters = [letter for letter in self.letters if letter.after is None or not letter.after.failed]
        return bool(self.letters)

    def unsaid(self, error: TerpaduError) -> None:
        """Tell every letter's owner."""
        for letter in self.letters:
            if letter.unsaid is not None:
                letter.unsaid(error)


class Turns:
    """Collects, seals, records and sends the messages of this node."""

    def __init__(
        self,
        me: NodeId,
        journal: Journal,
        rights: Callable[[], Rights],
        signer: Callable[[], Signer],
        clock: Callable[[], int],
    ) -> None:
        self._me = me
        self._journal = journal
        self._rights = rights
        self._signer = signer
        self._clock = clock
        self._last_time = 0
        self._held: Counter[Way] = Counter()
        """Frames that wait for their record, by link."""
        self._open: dict[Way, Bundle] = {}
        self._closed: list[Bundle] = []
        self._ending = self._begun = False
        self._loop = asyncio.get_running_loop()

    def put(self, link: Way, letter: Letter) -> Slot:
        """Let a message leave with this turn; its slot is filled when the turn ends."""
        if not self._ending:
            self._ending = True
            self._loop.call_soon(self._end)
        size = len(letter.message.raw) + len(letter.message.content) + 6
        bundle = self._open.get(link)
        if bundle is None or not bundle.takes(size):
            if bundle is not None:
                self._closed.append(bundle)
            bundle = self._open[link] = Bundle(link)
        bundle.letters.append(letter)
        bundle.size += size
        bundle.early |= letter.early
        if len(bundle.letters) == FIRST and not self._begun:
            self._begun = True
            self._seal_record_send([self._open.pop(link)])
        return bundle.slot

    def _end(self) -> None:
        bundles = [*self._closed, *self._open.values()]
        self._closed, self._open = [], {}
        self._ending = self._begun = False
        for some in _batches(bundles):
            self._seal_record_send(some)

    def _seal_record_send(self, bundles: Sequence[Bundle]) -> None:
        """Always sign, record, send."""
        bundles = [bundle for bundle in bundles if bundle.drop_unfounded()]
        try:
            sealed = self._seal(bundles)
        except TerpaduError as error:
            for bundle in bundles:
                bundle.unsaid(error)
            return
        crash.point("c4")
        for bundle, sealed_frame in zip(bundles, sealed, strict=True):
            try:
                self._record(bundle, sealed_frame)
            except TerpaduError as error:
                bundle.unsaid(error)
            else:
                self._send(bundle, sealed_frame)

    def _seal(self, bundles: Sequence[Bundle]) -> list[Frame]:
        self._last_time = now = max(self._clock(), self._last_time)
        outgoing = [(bundle.link.peer or self._me, [letter.message for letter in bundle.letters]) for bundle in bundles]
        return seal_turn(self._me, outgoing, now, self._journal.checkpoint, self._rights().numbers, self._signer())

    def _record(self, bundle: Bundle, sealed: Frame) -> None:
        locals_ = [letter.local for letter in bundle.letters]
        keep = [letter.keep for letter in bundle.letters]
        bundle.slot.frame = sealed
        bundle.slot.recorded = self._journal.record_frame("out", sealed, locals_, self._rights().numbers, keep)

    def _send(self, bundle: Bundle, sealed: Frame) -> None:
        packed, written = packed_frame(sealed), bundle.slot.recorded.group.future
        if not bundle.early and bundle.link not in self._held:
            bundle.link.write(packed)
            crash.point("c5")
            written.add_done_callback(lambda done: _written(bundle, done))
        else:
            self._held[bundle.link] += 1
            written.add_done_callback(lambda done: self._leave(bundle, packed, done))

    def _leave(self, bundle: Bundle, packed: bytes, done: asyncio.Future[None]) -> None:
        """What may leave only when its record is on disk leaves; what can't be recorded is not said."""
        self._held[bundle.link] -= 1
        if not self._held[bundle.link]:
            del self._held[bundle.link]
        if _written(bundle, done):
            before, after = ("p8", "p9") if bundle.link.wanted is None else ("c4", "c5")
            crash.point(before)
            bundle.link.write(packed)
            crash.point(after)


def _written(bundle: Bundle, done: asyncio.Future[None]) -> bool:
    """Is the frame's record on disk? Where it could not be written, its owners are told."""
    error = done.exception()
    if isinstance(error, TerpaduError):
        bundle.unsaid(error)
    return error is None


def packed_frame(sealed: Frame) -> bytes:
    """The wire frame of a sealed frame."""
    seal, messages = sealed.seal, sealed.messages
    heads = [message.raw for message in messages]
    contents = [message.content for message in messages]
    return frame(Type.MESSAGES, pack(seal.note, seal.index, seal.path, heads, contents))


def _batches(bundles: Sequence[Bundle]) -> Iterator[Sequence[Bundle]]:
    for at in range(0, len(bundles), FRAMES_LIMIT):
        yield bundles[at : at + FRAMES_LIMIT]
