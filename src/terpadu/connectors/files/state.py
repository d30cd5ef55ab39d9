"""What is under way, on disk before anything is sent: a node that is killed goes on where it stopped.

A batch is two files, `<id>.json` (where it stands) and `<id>.csv` (its rows, for as long as they may be needed). The id
is a keyed hash of its idempotency key: nobody can guess a ticket, and no name of a file tells a person.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import secrets
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from terpadu.connectors.files.rows import Fault
from terpadu.errors import BadInput

Stage = Literal["kept", "sent", "answered"]
DAY = 86_400


class Standing(Struct, frozen=True, kw_only=True):
    """Where a batch stands. `lines` are the lines of the caller's file whose rows were sent, in order; `digest` is the
    SHA-256 of what the caller gave; `answer` the answer's JSON once it is known."""

    id: str
    service: str
    digest: str
    asker: str = ""
    stage: Stage
    lines: tuple[int, ...] = ()
    faults: tuple[Fault, ...] = ()
    answer: dict[str, Any] | None = None


class State:
    """The folder of what is under way; only the node's own account can read it."""

    def __init__(self, folder: Path, keep_days: int) -> None:
        self._folder = folder
        self._keep = keep_days * DAY
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._secret = self._own_secret()

    def id_of(self, *parts: str) -> str:
        """32 hexadecimal digits, the same for the same parts; only this folder's secret leads to them."""
        return hmac.new(self._secret, "\n".join(parts).encode(), hashlib.sha256).hexdigest()[:32]

    def body(self, batch: str) -> Path:
        """Where the rows of a batch lie."""
        return self._folder / f"{batch}.csv"

    def find(self, batch: str) -> Standing | None:
        """Where a batch stands; None for one that is not known."""
        try:
            return msgspec.json.decode((self._folder / f"{batch}.json").read_bytes(), type=Standing)
        except FileNotFoundError:
            return None

    def unfinished(self, prefix: str = "") -> list[Standing]:
        """All batches that still wait for something."""
        found = (self.find(file.stem) for file in sorted(self._folder.glob(f"{prefix}*.json")))
        return [standing for standing in found if standing is not None and standing.stage != "answered"]

    def keep_rows(self, batch: str, pieces: Iterable[bytes]) -> None:
        """Write the rows, piece by piece. The batch counts only once `put` says where it stands."""
        _write(self.body(batch), pieces)

    def put(self, standing: Standing) -> Standing:
        """Where it stands now: once this returns, a crash loses nothing. Rows are removed once they are answered."""
        _write(self._folder / f"{standing.id}.json", [msgspec.json.encode(standing)])
        if standing.stage == "answered":
            self.body(standing.id).unlink(missing_ok=True)
        return standing

    def moved(self, standing: Standing, stage: Stage, answer: dict[str, Any] | None = None) -> Standing:
        """One stage on."""
        return self.put(replace(standing, stage=stage, answer=answer))

    def forget(self, batch: str) -> None:
        """Remove all of a batch."""
        for ending in ("json", "csv"):
            (self._folder / f"{batch}.{ending}").unlink(missing_ok=True)

    def sweep(self) -> None:
        """Forget what was answered longer ago than the description keeps it."""
        for file in self._folder.glob("*.json"):
            with contextlib.suppress(FileNotFoundError):
                standing = self.find(file.stem)
                if standing and standing.stage == "answered" and file.stat().st_mtime < time.time() - self._keep:
                    self.forget(file.stem)

    def _own_secret(self) -> bytes:
        file = self._folder / "secret"
        if not file.exists():
            _write(file, [secrets.token_bytes(32)])
        secret = file.read_bytes()
        if len(secret) != 32:
            raise BadInput(
                f"Expected 32 bytes in {file}, got {len(secret)}; restore it: tickets given out depend on it."
            )
        return secret


def _write(file: Path, pieces: Iterable[bytes]) -> None:
    """Whole or not at all: beside, to the disk, renamed, the folder to the disk too."""
    beside = file.with_name(file.name + ".part")
    try:
        with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            for piece in pieces:
                out.write(piece)
            out.flush()
            os.fsync(out.fileno())
        beside.replace(file)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
