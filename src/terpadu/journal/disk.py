"""The few things a journal asks of a disk, small enough that a test can put a disk beneath it that loses power.

Every write names whether it is durable when it returns; nothing else is promised by a file system.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Protocol

_MODE = 0o600


class File(Protocol):
    """An open file. Offsets and sizes are bytes."""

    def write(self, data: bytes, offset: int) -> None:
        """Write all; durable only after `sync`."""

    def sync(self) -> None:
        """Data on disk (fdatasync)."""

    def truncate(self, size: int) -> None:
        """Cut to `size`; durable only after `sync`."""

    def close(self) -> None:
        """Give the descriptor back."""


class Disk(Protocol):
    """Where files lie."""

    def open(self, path: Path) -> File:
        """An existing file, to read and write."""

    def make(self, path: Path, data: bytes) -> None:
        """A new file with its data on disk; its name is durable only after `sync_directory`."""

    def put(self, path: Path, data: bytes) -> None:
        """A file that can be made again: whole or absent for every reader, but not durable."""

    def replace(self, path: Path, data: bytes) -> None:
        """Old or new for every reader and after every power cut; durable on return."""

    def rename(self, old: Path, new: Path) -> None:
        """Another name; durable only after `sync_directory`."""

    def remove(self, path: Path) -> None:
        """Take away, if there; durable only after `sync_directory`."""

    def sync_directory(self, path: Path) -> None:
        """Names in the directory on disk."""


class RealFile:
    """A file of the operating system."""

    __slots__ = ("_fd",)

    def __init__(self, path: Path) -> None:
        self._fd = os.open(path, os.O_RDWR | os.O_CLOEXEC)

    def write(self, data: bytes, offset: int) -> None:
        """See `File`."""
        done = os.pwrite(self._fd, data, offset)
        while done < len(data):
            done += os.pwrite(self._fd, memoryview(data)[done:], offset + done)

    def sync(self) -> None:
        """See `File`."""
        os.fdatasync(self._fd)

    def truncate(self, size: int) -> None:
        """See `File`."""
        os.ftruncate(self._fd, size)

    def close(self) -> None:
        """See `File`."""
        os.close(self._fd)


class RealDisk:
    """The operating system's."""

    def open(self, path: Path) -> File:
        """See `Disk`."""
        return RealFile(path)

    def make(self, path: Path, data: bytes) -> None:
        """See `Disk`."""
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, _MODE)
        try:
            with open(fd, "wb", closefd=False) as file:
                file.write(data)
            os.fsync(fd)
        finally:
            os.close(fd)

    def put(self, path: Path, data: bytes) -> None:
        """See `Disk`."""
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(path.name + ".new")
        beside.write_bytes(data)
        beside.rename(path)

    def replace(self, path: Path, data: bytes) -> None:
        """See `Disk`."""
        beside = path.with_name(path.name + ".new")
        self.make(beside, data)
        self.rename(beside, path)
        self.sync_directory(path.parent)

    def rename(self, old: Path, new: Path) -> None:
        """See `Disk`."""
        old.rename(new)

    def remove(self, path: Path) -> None:
        """See `Disk`."""
        with contextlib.suppress(FileNotFoundError):
            path.unlink()

    def sync_directory(self, path: Path) -> None:
        """See `Disk`."""
        fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)
