"""This node as a witness of other members' journals: C2SP tlog-witness `add-checkpoint` (protocol section 6).

What a witness saw of a log only grows. Looking, checking and storing are one transaction, so that no two callers can
both continue from the same state (attack A45).
"""

from __future__ import annotations

import base64
import binascii
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from terpadu.clock import Clock
from terpadu.errors import Unverified
from terpadu.signing import note, tree
from terpadu.signing.checkpoint import Checkpoint, parse_checkpoint
from terpadu.signing.hashes import EMPTY
from terpadu.signing.keys import Check, Signer

KeysOf = Callable[[str], Mapping[bytes, Check]]
"""The keys listed for a journal's origin, by note key id; empty where the origin is not listed."""
TEXT, SIZE = "text/plain", "text/x.tlog.size"
_LIMIT = 64 * 1024
_STEPS = 63


class Answered(NamedTuple):
    """An HTTP answer: status, content type, body."""

    status: int
    type: str
    body: bytes


class Asked(NamedTuple):
    """A submission taken apart: the size it continues from, the proof, the checkpoint's note."""

    old: int
    proof: tuple[bytes, ...]
    raw: bytes


class Witness:
    """The newest checkpoint of each log, in SQLite; safe to call from many threads."""

    def __init__(self, path: Path, signer: Callable[[], Signer], keys_of: KeysOf, clock: Clock) -> None:
        self._path, self._signer, self._keys_of, self._clock = path, signer, keys_of, clock
        self._local = threading.local()
        with self._transaction() as db:
            db.execute("CREATE TABLE IF NOT EXISTS log (origin TEXT PRIMARY KEY, size INTEGER, root BLOB, note BLOB)")
        self.close()  # whoever makes it need not be the thread that asks it

    def add_checkpoint(self, body: bytes) -> Answered:
        """Cosign a checkpoint that continues what was seen. 400 form, 403 signature, 404 origin, 409 size, 422
        proof."""
        try:
            asked = read_submission(body)
            signed = note.parse(asked.raw)
            checkpoint = parse_checkpoint(signed.text)
        except Unverified as error:
            return _refused(400, error.sentence)
        keys = self._keys_of(checkpoint.origin)
        if not keys:
            return _refused(404, f"Expected a journal that the registry lists; {checkpoint.origin[:80]!r} is none.")
        if not any(_verifies(line, checkpoint.origin, signed.text, keys) for line in signed.lines):
            return _refused(403, f"Expected a signature of {checkpoint.origin}'s listed key.")
        if asked.old > checkpoint.size:
            return _refused(400, "Expected an old size that is not beyond the checkpoint's.")
        return self._store(asked, checkpoint, signed.text)

    def newest(self, origin: str) -> bytes | None:
        """The note that was cosigned last for a log."""
        with self._transaction() as db:
            row = db.execute("SELECT note FROM log WHERE origin = ?", (origin,)).fetchone()
        return row[0] if row else None

    def all_of(self, node: str) -> list[bytes]:
        """The notes that were cosigned last for a node's journals, a generation each."""
        prefix = f"{node}/journal/"
        with self._transaction() as db:
            rows = db.execute("SELECT note FROM log WHERE substr(origin, 1, ?) = ?", (len(prefix), prefix)).fetchall()
        return [row[0] for row in rows]

    def _store(self, asked: Asked, new: Checkpoint, text: bytes) -> Answered:
        with self._transaction() as db:
            row = db.execute("SELECT size, root FROM log WHERE origin = ?", (new.origin,)).fetchone()
            size, root = row or (0, EMPTY)
            if asked.old != size or (size == new.size and root != new.root):
                return Answered(409, SIZE, f"{size}\n".encode())
            if not tree.consistent(size, new.size, root, new.root, asked.proof):
                return _refused(422, "Expected a proof that the checkpoint continues the one seen before.")
            values = (new.origin, new.size, new.root, asked.raw)
            db.execute("INSERT OR REPLACE INTO log VALUES (?, ?, ?, ?)", values)
        return Answered(200, TEXT, note.cosign(text, self._signer(), self._clock() // 1000))

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """One writer at a time; on disk when it ends."""
        db = self._connection()
        db.execute("BEGIN IMMEDIATE")
        try:
            yield db
        except BaseException:
            db.execute("ROLLBACK")
            raise
        db.execute("COMMIT")

    def _connection(self) -> sqlite3.Connection:
        if not hasattr(self._local, "db"):
            self._local.db = sqlite3.connect(self._path, isolation_level=None, timeout=30)
            self._local.db.execute("PRAGMA journal_mode = WAL")
            self._local.db.execute("PRAGMA synchronous = FULL")
        db: sqlite3.Connection = self._local.db
        return db

    def close(self) -> None:
        """Give this thread's connection back."""
        if hasattr(self._local, "db"):
            self._local.db.close()
            del self._local.db


def _refused(status: int, sentence: str) -> Answered:
    return Answered(status, TEXT, f"{sentence}\n".encode())


def _verifies(line: note.Line, origin: str, text: bytes, keys: Mapping[bytes, Check]) -> bool:
    """A listed key's line; lines of unknown keys are ignored."""
    check = keys.get(line.key_id) if line.name == origin else None
    return check is not None and check(line.signature, text)


def read_submission(body: bytes) -> Asked:
    """`old N`, proof lines, an empty line, the note. Raises `Unverified`."""
    head, gap, raw = body.partition(b"\n\n")
    old, *proof = head.split(b"\n")
    try:
        size = int(old.removeprefix(b"old "))
        steps = tuple(base64.b64decode(step, validate=True) for step in proof)
        if len(body) > _LIMIT or not gap or old != f"old {size}".encode() or size < 0:
            raise ValueError
        if len(steps) > _STEPS or any(len(step) != 32 for step in steps):
            raise ValueError
    except (ValueError, binascii.Error):
        raise Unverified(
            "Expected `old <size>`, lines of a consistency proof, an empty line and a checkpoint."
        ) from None
    return Asked(size, steps, raw)


def submission(old: int, proof: tuple[bytes, ...], raw: bytes) -> bytes:
    """The same, written."""
    lines = [b"old %d" % old, *map(base64.b64encode, proof), b"", raw]
    return b"\n".join(lines)
