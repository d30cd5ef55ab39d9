"""The last good federation on disk: it serves for 7 days, also after a restart with every source dead.

One file holds the very bytes that were verified and when; at start they are verified again as of that time. Lower
numbers are refused here too, whatever python-tuf remembers; only a new root, which a threshold signed, may
lower them (the way back from an attacker who pushed a stolen online key's numbers to the end).
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TypeVar

import msgspec
import structlog

from terpadu.errors import Unverified
from terpadu.model.federation import Federation, Narrowing, Revocations
from terpadu.trust import files
from terpadu.trust.fetch import FilesFetcher
from terpadu.trust.verify import Taken, take

S = TypeVar("S", Federation, Narrowing, Revocations)

_log = structlog.get_logger("terpadu.trust")


class _Kept(msgspec.Struct, frozen=True):
    at: int
    files: dict[str, bytes]


class Store:
    """One folder: `last-good`, and `tuf/` for python-tuf's memory. `root`: the root.json that the node came with."""

    def __init__(self, folder: Path, root: bytes) -> None:
        self.root = root
        self.memory = folder / "tuf"
        self._path = folder / "last-good"
        self.last: Taken | None = None

    def load(self) -> Taken | None:
        """The kept federation, verified again; None where there is none or it does not verify (which is logged)."""
        try:
            kept = msgspec.msgpack.decode(self._path.read_bytes(), type=_Kept)
            with tempfile.TemporaryDirectory() as folder:
                self.last = take(FilesFetcher(kept.files), "", Path(folder), self.root, kept.at)
        except FileNotFoundError:
            return None
        except Exception as error:  # a broken file must not keep the node from fetching a good one
            _log.warning("trust-store-broken", path=str(self._path), error=str(error))
        return self.last

    def keep(self, taken: Taken) -> None:
        """Make it the last good one. Raises `Unverified` where it would go back or say two things under one number."""
        before = self.last
        if before is not None:
            check_forward(before, taken)
        if before is None or before.files != taken.files:
            files.write_whole(self._path, msgspec.msgpack.encode(_Kept(taken.at, taken.files)), files.SECRET)
        self.last = taken


def check_forward(before: Taken, after: Taken) -> None:
    """Raise `Unverified` unless `after` continues `before`."""
    if after.root < before.root:
        raise Unverified(f"Expected root {before.root} or newer, got {after.root}.")
    if after.root == before.root:
        _check_numbers(before, after)
    if after.federation.keys[: len(before.federation.keys)] != before.federation.keys:
        raise Unverified("Expected the registry's log to grow; entries that were published are changed or missing.")


def _check_numbers(before: Taken, after: Taken) -> None:
    if after.freshness < before.freshness:
        raise Unverified(f"Expected freshness {before.freshness} or newer, got {after.freshness}.")
    _forward("membership", before.federation, after.federation)
    _forward("narrowing", before.narrowing, after.narrowing)
    _forward("revocations", before.revocations, after.revocations)
    if not set(before.revocations.keys) <= set(after.revocations.keys):
        raise Unverified("Expected every revoked key to stay revoked; one is missing from the newer revocations.")


def _forward(name: str, before: S, after: S) -> None:
    old, new = before.number, after.number
    if new < old:
        raise Unverified(f"Expected {name} {old} or newer, got {new}: somebody serves an older statement.")
    if new == old and before != after:
        raise Unverified(f"Expected one {name} under number {old}, got another: the holders' keys said two things.")
