"""What a feed remembers, in one SQLite file: each write is on disk before the next step (synchronous FULL).

A row is `sent` or `refused` under the digest of its content; a Bundle is under way from before it leaves until it is
known what became of it.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path

from msgspec import Struct

from terpadu.connectors.feed.bundle import Bundle, Part
from terpadu.connectors.feed.rows import Unit
from terpadu.errors import BadInput

_TABLES = """
PRAGMA journal_mode = DELETE;
PRAGMA synchronous = FULL;
CREATE TABLE IF NOT EXISTS row (
  stream TEXT, id TEXT, digest TEXT, state TEXT, rule TEXT, sentence TEXT, PRIMARY KEY (stream, id));
CREATE TABLE IF NOT EXISTS resource (stream TEXT, id TEXT, entry TEXT, reference TEXT, PRIMARY KEY (stream, id, entry));
CREATE TABLE IF NOT EXISTS mark (stream TEXT PRIMARY KEY, changed TEXT);
CREATE TABLE IF NOT EXISTS under_way (stream TEXT PRIMARY KEY, body BLOB, parts TEXT, digests TEXT, attempt INTEGER);
CREATE TABLE IF NOT EXISTS attempt (digest TEXT PRIMARY KEY, number INTEGER);
"""


class UnderWay(Struct, frozen=True):
    """A Bundle that left, or was about to: its rows' digests, and which try it is."""

    stream: str
    bundle: Bundle
    digests: dict[str, str]
    attempt: int

    @property
    def key(self) -> str:
        """Its idempotency key."""
        return self.bundle.key(self.attempt)


class RefusedRow(Struct, frozen=True):
    """A row that was refused: the RuleNumber where one was given, and the sentence."""

    stream: str
    id: str
    rule: str
    sentence: str


class Ledger:
    """One feed's memory. One process at a time: the file is locked while it is open."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
        self._db = sqlite3.connect(file, timeout=0.2, isolation_level=None)
        try:
            self._db.executescript("PRAGMA locking_mode = EXCLUSIVE;" + _TABLES)
        except sqlite3.Error as error:
            self._db.close()
            raise BadInput(
                f"Expected {file} to be this feed's memory and free, got: {error}; see who else runs it."
            ) from error

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def state(self, stream: str, row: str) -> tuple[str, str] | None:
        """What became of a row (`sent` or `refused`) and under which digest; None for a new one."""
        found = self._db.execute("SELECT state, digest FROM row WHERE stream = ? AND id = ?", (stream, row)).fetchone()
        return (found[0], found[1]) if found else None

    def mark(self, stream: str) -> str | None:
        """The watermark: everything up to it was read and is sent or refused."""
        found = self._db.execute("SELECT changed FROM mark WHERE stream = ?", (stream,)).fetchone()
        return found[0] if found else None

    def move(self, stream: str, changed: str) -> None:
        """Move the watermark on, never back."""
        self._db.execute(
            "INSERT INTO mark VALUES (?, ?) ON CONFLICT DO UPDATE SET changed = max(changed, excluded.changed)",
            (stream, changed),
        )

    def made(self, stream: str, units: Iterable[Unit]) -> dict[Part, str]:
        """The references of the resources that these rows made before."""
        known: dict[Part, str] = {}
        for unit in units:
            with closing(self._db.execute(
                "SELECT entry, reference FROM resource WHERE stream = ? AND id = ?", (stream, unit.id)
            )) as found:  # fmt: skip
                known.update({Part(unit.id, entry): reference for entry, reference in found})
        return known

    def begin(self, stream: str, bundle: Bundle, digests: dict[str, str]) -> UnderWay:
        """On disk before it leaves."""
        way = UnderWay(stream, bundle, digests, self._attempt(bundle))
        parts = json.dumps([[part.row, part.entry] for part in bundle.parts])
        self._db.execute(
            "INSERT OR REPLACE INTO under_way VALUES (?, ?, ?, ?, ?)",
            (stream, bundle.body, parts, json.dumps(digests), way.attempt),
        )
        return way

    def under_way(self) -> list[UnderWay]:
        """Bundles of which it is not known what became of them."""
        found = self._db.execute("SELECT stream, body, parts, digests, attempt FROM under_way").fetchall()
        return [
            UnderWay(
                stream,
                Bundle(bytes(body), tuple(Part(*part) for part in json.loads(parts))),
                json.loads(digests),
                attempt,
            )
            for stream, body, parts, digests, attempt in found
        ]

    def settle(self, way: UnderWay, references: Mapping[Part, str]) -> None:
        """It was taken: its rows are sent, the Bundle's bytes are forgotten; all in one transaction."""
        with self._db:
            self._db.execute("BEGIN")
            for row, digest in way.digests.items():
                self._db.execute(
                    "INSERT OR REPLACE INTO row VALUES (?, ?, ?, 'sent', '', '')", (way.stream, row, digest)
                )
            for part, reference in references.items():
                self._db.execute(
                    "INSERT OR REPLACE INTO resource VALUES (?, ?, ?, ?)", (way.stream, part.row, part.entry, reference)
                )
            self._db.execute("DELETE FROM under_way WHERE stream = ?", (way.stream,))

    def drop(self, way: UnderWay) -> None:
        """It was refused or is known to have had no effect: the next try is another act, with a key of its own."""
        with self._db:
            self._db.execute("BEGIN")
            self._db.execute("DELETE FROM under_way WHERE stream = ?", (way.stream,))
            self._db.execute(
                "INSERT OR REPLACE INTO attempt VALUES (?, ?)", (way.bundle.key(0), way.attempt + 1)
            )  # fmt: skip

    def refuse(self, stream: str, unit: Unit, rule: str, sentence: str) -> None:
        """A row was refused; it stays for a later try."""
        self._db.execute(
            "INSERT OR REPLACE INTO row VALUES (?, ?, ?, 'refused', ?, ?)",
            (stream, unit.id, unit.digest, rule, sentence),
        )

    def refused(self) -> list[RefusedRow]:
        """All rows that stand refused."""
        rows = self._db.execute(
            "SELECT stream, id, rule, sentence FROM row WHERE state = 'refused' ORDER BY stream, id"
        )
        return [RefusedRow(*row) for row in rows.fetchall()]

    def count_sent(self) -> int:
        """How many rows are sent."""
        return int(self._db.execute("SELECT count(*) FROM row WHERE state = 'sent'").fetchone()[0])

    def _attempt(self, bundle: Bundle) -> int:
        found = self._db.execute("SELECT number FROM attempt WHERE digest = ?", (bundle.key(0),)).fetchone()
        return int(found[0]) if found else 0
