"""The journal's directory made and held: one process at a time writes and signs (fault S23)."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from terpadu.errors import BadInput
from terpadu.journal.disk import Disk
from terpadu.journal.layout import Generation, newest_generation


def take_lock(directory: Path) -> int:
    """A descriptor that holds the directory until it is closed. Raises `BadInput` where another process does."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = os.open(directory / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        sentence = f"Expected to be the only process on the journal {directory}; another holds it. End that one first."
        raise BadInput(sentence, "not-started") from None
    return lock


def is_held(directory: Path) -> bool:
    """Does a process write this journal now?"""
    try:
        os.close(take_lock(directory))
    except BadInput:
        return True
    return False


def make_home(place: Generation, disk: Disk) -> None:
    """The directories of a generation, durable by name. Raises `BadInput` where a later one was opened already."""
    newest = newest_generation(place.directory)
    if newest > place.number:
        raise BadInput(f"Expected the key of generation {newest}, which was opened; {place.number} may sign no more.")
    for directory in (place.home, place.segment, place.keys, place.tile):
        directory.mkdir(exist_ok=True, mode=0o700)
        disk.sync_directory(directory.parent)
