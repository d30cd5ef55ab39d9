"""Group commit: everything recorded while one sync runs is the next block, under one
sync, in one thread off the loop.

Batches form by load alone; there is no timer. A failed sync leaves nobody knowing what the disk holds, so it ends the
process (fault S6); a failed write (a full disk) is told to the waiters, and nothing of it counts (fault S4).
"""

from __future__ import annotations

import asyncio
import errno
import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import NamedTuple, NoReturn

from terpadu.journal import contents, entries
from terpadu.journal.disk import Disk
from terpadu.journal.index import Where
from terpadu.journal.layout import Generation
from terpadu.journal.segments import Segments
from terpadu.journal.tiles import Tiles
from terpadu.signing import note
from terpadu.signing.checkpoint import Checkpoint
from terpadu.signing.keys import Signer

CHECKPOINT_SECONDS = 1.0
EXIT_SYNC_FAILED = 74
CONTENT_OVERHEAD = 5 + 4 + 32 + 16
"""Bytes that a kept content takes besides itself: entry, slot, leaf, tag."""
_GROUP_BYTES = 8 << 20
_GROUP_CONTENTS = 1024
_PROBE_BYTES = 1 << 16


class Shared(asyncio.Future[None]):
    """A future that many hang callbacks on: nobody can cancel it for the others."""

    def cancel(self, msg: object | None = None) -> bool:
        """Never: the block is on its way to the disk."""
        return False


class Kept(NamedTuple):
    """A content to encrypt where its block is put together, as its key slot belongs to the segment."""

    leaf: bytes
    content: bytes


class Group:
    """One group commit: what becomes one block, and a future that ends when it is on disk."""

    __slots__ = ("_waiters", "contents", "failed", "future", "lines", "parts", "size", "start")

    def __init__(self, start: int, loop: asyncio.AbstractEventLoop) -> None:
        self.start, self.size, self.contents, self.failed = start, 0, 0, False
        self.parts: list[bytes | Kept] = []
        self.lines: list[bytes] = []
        self.future = Shared(loop=loop)
        self._waiters: list[asyncio.Future[None]] = []

    def keep(self, leaf: bytes, content: bytes) -> None:
        """Lay a content beside the record that was added last."""
        self.parts.append(Kept(leaf, content))
        self.size += len(content) + CONTENT_OVERHEAD
        self.contents += 1

    async def wait(self) -> None:
        """Until it is on disk; who gives up, by a deadline, does so at once. Raises what `end` was told."""
        if self.future.done():
            return self.future.result()
        waiter = self.future.get_loop().create_future()
        self._waiters.append(waiter)
        await waiter

    def end(self, error: Exception | None) -> None:
        """On disk, or not; in the loop."""
        self.failed = error is not None
        for waiter in (self.future, *self._waiters):
            if waiter.done():
                continue
            if error is None:
                waiter.set_result(None)
            else:
                waiter.set_exception(error)
        self.future.exception()  # a record that nobody waits for is no fault of its own

    @property
    def is_full(self) -> bool:
        """Does the next record belong to another block?"""
        return self.size > _GROUP_BYTES or self.contents > _GROUP_CONTENTS


Done = Callable[[Group, OSError | None], None]
Job = Callable[[], None]


class Writer:
    """The thread. It owns the segments, appends to the tree and signs checkpoints of what is durable."""

    def __init__(
        self, disk: Disk, place: Generation, *, segments: Segments, tiles: Tiles, signer: Signer, store: bytes
    ) -> None:
        self._disk, self._place, self._segments, self._tiles = disk, place, segments, tiles
        self._signer, self._store = signer, store
        self._queue: SimpleQueue[tuple[Group, Done] | Job | None] = SimpleQueue()
        self._signed_at = 0.0
        self._written: list[Where] = []
        self.kept: Callable[[list[Where]], None] = lambda found: None
        """Told in the thread where contents lie that are on disk."""
        self._unwritten: list[tuple[Path, bytes]] = []
        self.checkpoint = Checkpoint(place.origin, 0, tiles.root(0))
        tiles.put = self.put
        self._thread = threading.Thread(target=self._run, name="journal-writer", daemon=True)

    def begin(self, checkpoint: Checkpoint) -> None:
        """Start from the newest checkpoint on disk."""
        self.checkpoint = checkpoint
        self._sign()
        self._thread.start()

    def write_first(self, line: bytes, payload: bytes) -> None:
        """The record that a generation opens with, before the thread runs. Raises `OSError`."""
        self._segments.begin(0)
        self._segments.write(payload)
        self._segments.sync()
        self._tiles.append(line)

    def write(self, group: Group, done: Done) -> None:
        """Bring a group to disk; `done` is called in the thread."""
        self._queue.put((group, done))

    def sign_now(self, told: Job) -> None:
        """Sign a checkpoint before the next group; `told` is called in the thread."""

        def job() -> None:
            self._sign()
            told()

        self._queue.put(job)

    def probe(self, first: int, told: Callable[[OSError | None], None]) -> None:
        """Find out without a record whether a disk that was full takes data again; `told` is called in the thread.

        `first` is the next record's number, for the segment that may have to be opened.
        """

        def job() -> None:
            try:
                if not self._segments.is_open:
                    self._segments.begin(first)
                self._disk.put(self._place.home / "probe", bytes(_PROBE_BYTES))
                self._disk.remove(self._place.home / "probe")
            except OSError as error:
                if error.errno == errno.EIO:
                    stop(error)
                told(error)
            else:
                told(None)

        self._queue.put(job)

    def end(self) -> None:
        """Finish what is queued, sign the last checkpoint, close."""
        self._queue.put(None)
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        try:
            while (job := self._next()) is not None:
                if callable(job):
                    job()
                else:
                    self._commit(*job)
                if time.monotonic() - self._signed_at >= CHECKPOINT_SECONDS:
                    self._sign()
            self._sign()
            self._segments.end()
        except OSError as error:
            stop(error)

    def _next(self) -> tuple[Group, Done] | Job | None:
        """The next job; while something durable is unsigned, not longer than the second allows."""
        while self._tiles.size > self.checkpoint.size:
            try:
                return self._queue.get(timeout=max(0.0, self._signed_at + CHECKPOINT_SECONDS - time.monotonic()))
            except Empty:
                self._sign()
        return self._queue.get()

    def _commit(self, group: Group, done: Done) -> None:
        try:
            self._write(group)
        except OSError as error:
            self._give_up(error)
            done(group, error)
            return
        self._sync()
        if self._written:
            self.kept(self._written)
        done(group, None)
        for line in group.lines:
            self._tiles.append(line)

    def _write(self, group: Group) -> None:
        self._written = []
        if not self._segments.has_room(group.size, group.contents):
            self._segments.begin(group.start)
        self._segments.write(self._payload(group))

    def _give_up(self, error: OSError) -> None:
        """After a failed write the segment is closed where it was good, so that no key slot lies between used ones."""
        if error.errno == errno.EIO:
            stop(error)
        try:
            self._segments.close()
        except OSError as other:
            stop(other)

    def _payload(self, group: Group) -> bytes:
        return b"".join([part if isinstance(part, bytes) else self._encrypted(part) for part in group.parts])

    def _encrypted(self, kept: Kept) -> bytes:
        number, slot = self._segments.slot()
        segment, block, crc = self._segments.position
        self._written.append(Where(kept.leaf, self._place.number, segment, number, block, crc))
        return entries.content_entry(number, kept.leaf, contents.encrypt(self._store, slot, *kept))

    def _sync(self) -> None:
        try:
            self._segments.sync()
        except OSError as error:
            stop(error)

    def put(self, path: Path, data: bytes) -> None:
        """A tile's file; what a full disk refuses is tried again with the next checkpoint."""
        try:
            self._disk.put(path, data)
        except OSError as error:
            if error.errno == errno.EIO:
                stop(error)
            self._unwritten.append((path, data))

    def _put_again(self) -> None:
        unwritten, self._unwritten = self._unwritten, []
        for path, data in unwritten:
            self.put(path, data)

    def _sign(self) -> None:
        """A checkpoint over durable records, on disk before anybody sees it. On a full disk the older one stays."""
        self._signed_at = time.monotonic()
        self._put_again()
        size = self._tiles.size
        if size == self.checkpoint.size and self._place.checkpoint.exists():
            return
        checkpoint = Checkpoint(self._place.origin, size, self._tiles.root(size))
        try:
            self._disk.replace(self._place.checkpoint, note.sign(checkpoint.text(), self._signer))
        except OSError as error:
            if error.errno == errno.EIO:
                stop(error)
            return
        self.checkpoint = checkpoint


def stop(error: OSError) -> NoReturn:
    """The disk failed in a way that leaves its state unknown: end at once, so that nothing is acknowledged."""
    print(f"terpadu: the journal's disk failed ({error.strerror}); the node stops, so that nothing unrecorded is told. "
          "Check the disk, then start again.", file=sys.stderr, flush=True)  # fmt: skip
    os._exit(EXIT_SYNC_FAILED)
