"""The next generation: a journal that is lost, damaged or an old copy ends, and another goes on (protocol section 6).

The former generation stays as it is, for the auditor. A person permits it (`terpadu journal next`), since a disk that is
not mounted looks like a journal that is lost; the node does the rest at its next start.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import msgspec
from msgspec import Struct

from terpadu.errors import BadInput
from terpadu.journal.layout import Generation, newest_generation

_SPENT = "next"


class Opening(Struct, frozen=True, kw_only=True):
    """What was known when a generation was opened, in its file `opening`.

    `at` is Unix ms. `former` is the origin of the journal that ended, `size` and `root` (base64) the last that is known
    of it, `note` what proves them: a checkpoint or a turn that this node signed; empty where its own disk knew best.
    `sound` says whether the records that are here of the former one passed the whole check: only then are they believed.
    """

    at: int
    former: str
    size: int
    root: str
    note: str = ""
    sound: bool


def read_opening(place: Generation) -> Opening | None:
    """How this generation was opened; None for one that followed no loss."""
    try:
        return msgspec.json.decode(place.opening.read_bytes(), type=Opening)
    except FileNotFoundError:
        return None
    except msgspec.DecodeError as error:
        raise BadInput(f"Expected {place.opening} as it was written: {error}. Restore it from a backup.") from None


def write_opening(place: Generation, opening: Opening) -> None:
    """Make the generation's directory with its file: both or neither, after every power cut."""
    beside = place.directory / f"{place.number}.new"
    beside.mkdir(mode=0o700, exist_ok=True)
    _write_synced(beside / place.opening.name, msgspec.json.format(msgspec.json.encode(opening)))
    beside.rename(place.home)
    _sync(place.directory)


def permit(directory: Path) -> int:
    """A person gives the newest generation up; returns its number. The next start opens another."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    newest = newest_generation(directory)
    _write_synced(directory / _SPENT, f"{newest}\n".encode())
    _sync(directory)
    return newest


def permitted(directory: Path) -> int | None:
    """The generation that a person gave up and that nothing followed yet."""
    try:
        left = int((directory / _SPENT).read_text("ascii"))
    except FileNotFoundError:
        return None
    except ValueError:
        raise BadInput(f"Expected the number of a generation in {directory / _SPENT}; remove that file.") from None
    if newest_generation(directory) > left:
        (directory / _SPENT).unlink(missing_ok=True)
        return None
    return left


def caught_up(place: Generation) -> frozenset[str]:
    """The nodes whose records of the time before this generation are in it."""
    with contextlib.suppress(FileNotFoundError):
        return frozenset(place.caught_up.read_text("ascii").splitlines())
    return frozenset()


def note_caught_up(place: Generation, node: str) -> None:
    """One more, durable on return; call it when its records are."""
    with place.caught_up.open("a", encoding="ascii") as file:
        file.write(f"{node}\n")
        file.flush()
        os.fsync(file.fileno())
    _sync(place.home)


def _write_synced(path: Path, raw: bytes) -> None:
    with path.open("wb") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
    _sync(path.parent)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
