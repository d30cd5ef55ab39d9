"""The live segment: where the next block goes, and the key slots beside it. Used by the writer's thread alone.

Segments are filled with zeros when made, since a sync then changes no metadata: 95 us instead of 137 us measured.
"""

from __future__ import annotations

import threading
from pathlib import Path

from terpadu.journal import blocks, contents
from terpadu.journal.disk import Disk, File
from terpadu.journal.layout import Generation

SEGMENT_BYTES = 16 << 20


class Segments:
    """Appends blocks; opens the next segment where the current one is full. Raises `OSError`."""

    def __init__(self, disk: Disk, place: Generation, size: int = SEGMENT_BYTES) -> None:
        self._disk, self._place, self._size = disk, place, size
        self._file: File | None = None
        self._keys: Path | None = None
        self._slots = b""
        self._first = self._used = self._kept = self._offset = self._crc = 0
        self._prepared: threading.Thread | None = None

    def begin(self, first: int) -> None:
        """Close the current segment and open the one that begins with record `first`."""
        self.close()
        self._wait_for_prepared()
        if not self._next_is_whole():
            self._prepare()
        segment, keys = self._place.names(first)
        self._disk.rename(self._next_keys, keys)
        self._disk.sync_directory(self._place.keys)
        self._disk.rename(self._next, segment)
        self._disk.sync_directory(self._place.segment)
        self._file, self._keys, self._slots = self._disk.open(segment), keys, keys.read_bytes()
        self._first = first
        self._used = self._kept = self._offset = self._crc = 0

    @property
    def is_open(self) -> bool:
        """Is there a segment to write to?"""
        return self._file is not None

    def has_room(self, size: int, slots: int) -> bool:
        """Do a payload of `size` bytes and so many keys fit? An empty segment takes every payload, and grows."""
        fits = self._offset + blocks.HEADER + size <= self._size or self._offset == 0
        return self._file is not None and fits and self._used + slots <= contents.SLOTS

    @property
    def position(self) -> tuple[int, int, int]:
        """Where the next block goes: the segment's first record, offset, the CRC before it."""
        return self._first, self._offset, self._crc

    def slot(self) -> tuple[int, bytes]:
        """A key slot that was never used: its number and its bytes."""
        number, self._used = self._used, self._used + 1
        return number, self._slots[contents.SLOT * number : contents.SLOT * (number + 1)]

    def write(self, payload: bytes) -> None:
        """One block; durable after `sync`. Where it fails the next block takes its place."""
        assert self._file is not None  # noqa: S101 - the writer opens a segment first
        raw, self._pending = blocks.block(payload, self._crc)
        self._file.write(raw, self._offset)
        self._end = self._offset + len(raw)

    def sync(self) -> None:
        """The block on disk. An error here leaves nobody knowing what the disk holds: the process must stop."""
        assert self._file is not None  # noqa: S101
        self._file.sync()
        self._offset, self._crc, self._kept = self._end, self._pending, self._used
        if self._prepared is None and self._offset > self._size // 2:
            self._prepared = threading.Thread(target=self._prepare_quietly, name="journal-segment", daemon=True)
            self._prepared.start()

    def close(self) -> None:
        """Cut the segment and its key slots to what is used, so that every byte left counts."""
        if self._file is None or self._keys is None:
            return
        file, self._file = self._file, None
        keys = self._disk.open(self._keys)
        for cut, size in ((file, self._offset), (keys, contents.SLOT * self._kept)):
            cut.truncate(size)
            cut.sync()
            cut.close()

    def end(self) -> None:
        """Close for good; what was prepared goes."""
        self.close()
        self._wait_for_prepared()
        self._disk.remove(self._next)
        self._disk.remove(self._next_keys)

    @property
    def _next(self) -> Path:
        return self._place.segment / "next"

    @property
    def _next_keys(self) -> Path:
        return self._place.keys / "next"

    def _next_is_whole(self) -> bool:
        pair = ((self._next, self._size), (self._next_keys, contents.SLOT * contents.SLOTS))
        return all(path.exists() and path.stat().st_size == size for path, size in pair)

    def _prepare(self) -> None:
        self._disk.make(self._next_keys, contents.new_slots())
        self._disk.make(self._next, bytes(self._size))

    def _prepare_quietly(self) -> None:
        """Ahead of need; where it fails, `begin` meets the same error and tells it."""
        try:
            self._prepare()
        except OSError:
            self._disk.remove(self._next)

    def _wait_for_prepared(self) -> None:
        if self._prepared is not None:
            self._prepared.join()
            self._prepared = None
