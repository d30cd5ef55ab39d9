"""A disk that loses power: what was not synced is undone, or torn in units of 512 bytes, when the power is cut.

It writes through to real files and remembers how to undo; reads therefore see what a running machine sees. A directory
entry that was not synced may be lost too.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from threading import RLock

from terpadu.journal.disk import File, RealDisk

UNIT = 512
Undo = Callable[[random.Random | None], None]


class PowerCut(OSError):
    """Nothing reaches the disk any more."""


class LazyDisk(RealDisk):
    """`cut` takes the power away: every unsynced write is dropped, or torn where a random source is given."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._unsynced: list[tuple[Path, Undo]] = []
        self.is_cut = False
        self.writes_left: int | None = None
        """How many operations until the power goes by itself (None: never)."""

    def cut(self, torn: random.Random | None = None) -> None:
        """The power goes."""
        with self._lock:
            self.is_cut = True
            for _, undo in reversed(self._unsynced):
                undo(torn)
            self._unsynced = []

    def step(self) -> None:
        """One operation; the power may be gone, or go now."""
        if self.writes_left is not None:
            self.writes_left -= 1
            if self.writes_left < 0:
                self.is_cut = True
        if self.is_cut:
            raise PowerCut(5, "no power")

    def later(self, path: Path, undo: Undo) -> None:
        """Remember what a power cut undoes."""
        self._unsynced.append((path, undo))

    def synced(self, path: Path) -> None:
        """What was done to this path stays."""
        self._unsynced = [(other, undo) for other, undo in self._unsynced if other != path]

    def open(self, path: Path) -> File:
        """See `Disk`."""
        return LazyFile(self, path)

    def make(self, path: Path, data: bytes) -> None:
        """See `Disk`."""
        with self._lock:
            self.step()
            super().make(path, data)
            self.later(path.parent, lambda torn: _lost(path, torn))

    def put(self, path: Path, data: bytes) -> None:
        """See `Disk`."""
        with self._lock:
            self.step()
            super().put(path, data)
            self.later(path, lambda torn: _never_there(path, torn))

    def rename(self, old: Path, new: Path) -> None:
        """See `Disk`."""
        with self._lock:
            self.step()
            before = new.read_bytes() if new.exists() else None
            super().rename(old, new)
            self.later(new.parent, lambda torn: _renamed_back(old, new, before, torn))

    def remove(self, path: Path) -> None:
        """See `Disk`."""
        with self._lock:
            self.step()
            if path.exists():
                before = path.read_bytes()
                super().remove(path)
                self.later(path.parent, lambda torn: _come_back(path, before, torn))

    def sync_directory(self, path: Path) -> None:
        """See `Disk`."""
        with self._lock:
            self.step()
            self.synced(path)


class LazyFile:
    """An open file of the lazy disk."""

    def __init__(self, disk: LazyDisk, path: Path) -> None:
        self._disk, self._path = disk, path

    def write(self, data: bytes, offset: int) -> None:
        """See `File`."""
        self._disk.step()
        with self._path.open("r+b") as file:
            file.seek(offset)
            before = file.read(len(data))
            file.seek(offset)
            file.write(data)
        self._disk.later(self._path, lambda torn: _unwritten(self._path, offset, before, len(data), torn))

    def truncate(self, size: int) -> None:
        """See `File`."""
        self._disk.step()
        with self._path.open("r+b") as file:
            file.seek(size)
            before = file.read()
            file.truncate(size)
        self._disk.later(self._path, lambda torn: _unwritten(self._path, size, before, len(before), torn))

    def sync(self) -> None:
        """See `File`."""
        self._disk.step()
        self._disk.synced(self._path)

    def close(self) -> None:
        """See `File`."""


def _unwritten(path: Path, offset: int, before: bytes, length: int, torn: random.Random | None) -> None:
    """Put back what stood there; torn: some units keep the new bytes."""
    if not path.exists():
        return
    with path.open("r+b") as file:
        for start in range(0, length, UNIT):
            if torn is None or torn.random() < 0.5:
                file.seek(offset + start)
                file.write(before[start : start + UNIT])


def _lost(path: Path, torn: random.Random | None) -> None:
    if torn is None or torn.random() < 0.5:
        path.unlink(missing_ok=True)


def _never_there(path: Path, torn: random.Random | None) -> None:
    """A file that was never synced: gone, empty or half."""
    if torn is None or torn.random() < 0.3:
        path.unlink(missing_ok=True)
    elif path.exists():
        path.write_bytes(path.read_bytes()[: torn.choice((0, UNIT, 3 * UNIT))])


def _renamed_back(old: Path, new: Path, before: bytes | None, torn: random.Random | None) -> None:
    if torn is not None and torn.random() < 0.5:
        return
    if new.exists():
        new.rename(old)
    if before is not None:
        new.write_bytes(before)


def _come_back(path: Path, before: bytes, torn: random.Random | None) -> None:
    if torn is None or torn.random() < 0.5:
        path.write_bytes(before)
