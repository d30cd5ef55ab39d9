"""The index: who looked, which exchange, how many. Filled from the segments when asked, and made again where it is
lost.

It is no evidence: everything in it follows from the records and what lies beside them.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import RLock
from typing import Any

from msgspec import Struct

from terpadu.errors import EvidenceBroken
from terpadu.journal.blocks import Block, blocks_of
from terpadu.journal.layout import Generation, generations
from terpadu.journal.rows import rows_of
from terpadu.journal.stored import Stored, read_payload

_SCHEMA = """
CREATE TABLE IF NOT EXISTS progress (generation INTEGER PRIMARY KEY, segment INTEGER, block INTEGER, crc INTEGER, next INTEGER);
CREATE TABLE IF NOT EXISTS message (
    number TEXT, kind TEXT, direction TEXT, at INTEGER, leaf BLOB, about TEXT, source TEXT, target TEXT, agreement TEXT,
    purpose TEXT, case_ TEXT, rule TEXT, code TEXT, status INTEGER, state TEXT, who BLOB, peer TEXT, turn INTEGER,
    generation INTEGER, segment INTEGER, block INTEGER, crc INTEGER, first INTEGER, record INTEGER, place INTEGER);
CREATE INDEX IF NOT EXISTS message_number ON message (number);
CREATE INDEX IF NOT EXISTS message_at ON message (at);
CREATE INDEX IF NOT EXISTS message_turn ON message (turn);
CREATE INDEX IF NOT EXISTS message_leaf ON message (leaf);
CREATE INDEX IF NOT EXISTS message_asked_after ON message (about) WHERE kind = 'query';
CREATE INDEX IF NOT EXISTS message_who ON message (who, at) WHERE who IS NOT NULL;
CREATE TABLE IF NOT EXISTS content (
    leaf BLOB, generation INTEGER, segment INTEGER, slot INTEGER, block INTEGER, crc INTEGER, until INTEGER,
    PRIMARY KEY (leaf, generation, segment, slot));
CREATE INDEX IF NOT EXISTS content_until ON content (until);
CREATE TABLE IF NOT EXISTS destroyed (leaf BLOB PRIMARY KEY, at INTEGER);
"""
_CONTENTS = "SELECT leaf, generation, segment, slot, block, crc FROM content"
_NOT_DESTROYED = "leaf NOT IN (SELECT leaf FROM destroyed)"
_CHUNK = 1000
_DAY = 86_400_000
KEPT_FOR_REPEATS = 30
"""Days that a content is kept whose local note names none: replies under an idempotency key (protocol section 5)."""


class Row(Struct, frozen=True, kw_only=True):
    """One message as it was recorded once. Times are Unix ms: `at` of the record, `turn` of the turn that both ends
    hold.

    `code` is the refusal, `rule` what decided locally.
    """

    number: str
    kind: str
    direction: str
    at: int
    leaf: bytes
    about: str | None
    source: str
    target: str
    agreement: str | None
    purpose: str | None
    case_: str | None
    rule: str | None
    code: str | None
    status: int | None
    state: str | None
    who: bytes | None
    peer: str | None
    turn: int | None
    generation: int
    segment: int
    block: int
    crc: int
    first: int
    record: int
    place: int


_COLUMNS = Row.__struct_fields__


class Where(Struct, frozen=True):
    """Where a kept content lies. `block` is its block's offset, `crc` the CRC before it."""

    leaf: bytes
    generation: int
    segment: int
    slot: int
    block: int
    crc: int


class Index:
    """Over all generations of a journal. `durable` says how many records of the newest generation count (None: all)."""

    def __init__(self, place: Generation, durable: Callable[[], int] | None) -> None:
        self._place, self._durable = place, durable
        self._path = place.directory / "index.sqlite"
        self.given_up = False
        """Set where nobody waits for the rest of a long catching up: the process ends."""
        self._filling, self._asking = RLock(), RLock()
        """Whoever asks waits for a chunk at most, not for the whole of what is to be read."""
        try:
            self._open()
        except sqlite3.DatabaseError:
            self._make_again()

    def _open(self) -> None:
        self._db = _opened(self._path)
        self._reader = _opened(self._path)

    def _make_again(self) -> None:
        """What follows from the records alone is thrown away where it cannot be read."""
        with self._filling, self._asking:
            with contextlib.suppress(AttributeError):
                self.close()
            for ending in ("", "-wal", "-shm"):
                self._path.with_name(self._path.name + ending).unlink(missing_ok=True)
            self._open()
        self._catch_up()

    def close(self) -> None:
        """Give the file back, when nobody is in the midst of a question: SQLite would fall over, and the process with it."""
        with self._filling, self._asking:
            self._db.close()
            self._reader.close()

    def rows(self, where: str, *values: object) -> list[Row]:
        """Messages by a condition that stands in our own code, newest record last."""
        sql = f"SELECT {', '.join(_COLUMNS)} FROM message WHERE {where} ORDER BY generation, record, place"  # noqa: S608
        return [Row(**dict(zip(_COLUMNS, row, strict=True))) for row in self.query(sql, *values)]

    def query(self, sql: str, *values: object) -> list[Any]:
        """The answer of the index after it caught up."""
        self.catch_up()
        with self._mended():
            return self.known(sql, *values)
        return self.known(sql, *values)

    def known(self, sql: str, *values: object) -> list[Any]:
        """What the index knows already."""
        with self._asking:
            return self._reader.execute(sql, values).fetchall()

    def kept(self, leaf: bytes) -> list[Where]:
        """Where the content of a message lies, if it was kept and not destroyed."""
        return self._contents(f"leaf = ? AND {_NOT_DESTROYED}", leaf)

    def kept_before(self, leaf: bytes) -> list[Where]:
        """The same, of what the index knows already."""
        return [Where(*row) for row in self.known(f"{_CONTENTS} WHERE leaf = ? AND {_NOT_DESTROYED}", leaf)]

    def ever_kept(self, leaf: bytes) -> list[Where]:
        """Where the content of a message lay, destroyed or not."""
        return self._contents("leaf = ?", leaf)

    def expired(self, now: int) -> list[Where]:
        """Contents whose days are over."""
        return self._contents(f"until <= ? AND {_NOT_DESTROYED}", now)

    def _contents(self, condition: str, value: object) -> list[Where]:
        sql = f"{_CONTENTS} WHERE {condition} ORDER BY generation, segment, slot"
        return [Where(*row) for row in self.query(sql, value)]

    def catch_up(self) -> None:
        """Read what was recorded since, chunk by chunk."""
        with self._mended():
            self._catch_up()

    @contextlib.contextmanager
    def _mended(self) -> Iterator[None]:
        """An index that is damaged is made again; one that another process fills, or that is closed, is not damaged."""
        try:
            yield
        except (sqlite3.OperationalError, sqlite3.ProgrammingError):
            raise
        except sqlite3.DatabaseError:
            self._make_again()

    def _catch_up(self) -> None:
        for number in generations(self._place.directory):
            place = self._place._replace(number=number)
            limit = self._durable() if self._durable and number == self._place.number else None
            self._forget_lost(number, limit)
            while not self.given_up and self._read_chunk(place, limit):
                pass

    def _progress(self, generation: int) -> tuple[int, int, int, int]:
        """Segment, offset and CRC up to which the index knows, and the next record."""
        with self._filling:
            rows = self._db.execute(
                "SELECT segment, block, crc, next FROM progress WHERE generation = ?", (generation,)
            )
            return rows.fetchone() or (0, 0, 0, 0)

    def _forget_lost(self, generation: int, limit: int | None) -> None:
        """An index that is ahead of its journal is another journal's: begin again."""
        if limit is not None and self._progress(generation)[3] > limit:
            with self._writing():
                for table in ("progress", "message", "content", "destroyed"):
                    self._db.execute(f"DELETE FROM {table}")  # noqa: S608

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        """One transaction; the command line may fill the index beside the node."""
        with self._filling:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def _read_chunk(self, place: Generation, limit: int | None) -> bool:
        if limit is not None and self._progress(place.number)[3] >= limit:
            return False
        count = 0
        with self._writing():
            segment, offset, crc, index = self._progress(place.number)
            for path, start, previous, block in _blocks_from(place, segment, offset, crc):
                if count >= _CHUNK or (limit is not None and index >= limit):
                    break
                first = int(path.name) if start == 0 else index
                segment, offset, crc = int(path.name), block.end, block.crc
                with self._passed_over(place):
                    for stored in read_payload(block.payload, first, segment):
                        self._take((place.number, segment, start, previous, first), stored)
                        index, count = stored.index + 1, count + 1
            row = (place.number, segment, offset, crc, index)
            self._db.execute("INSERT OR REPLACE INTO progress VALUES (?, ?, ?, ?, ?)", row)
        return count >= _CHUNK

    @contextlib.contextmanager
    def _passed_over(self, place: Generation) -> Iterator[None]:
        """A block that was altered in a generation that ended: what is left of it can still be asked."""
        try:
            yield
        except EvidenceBroken:
            if place.number == self._place.number:
                raise

    def _take(self, place: tuple[int, int, int, int, int], stored: Stored) -> None:
        record, (generation, segment, block, crc, _) = stored.record, place
        if record.kind == "destroy":
            gone = [(leaf, record.at) for leaf in stored.destroyed()]
            self._db.executemany("INSERT OR IGNORE INTO destroyed VALUES (?, ?)", gone)
        rows = list(rows_of(stored, place))
        self._db.executemany(f"INSERT INTO message VALUES ({', '.join('?' * len(_COLUMNS))})", rows)  # noqa: S608
        kept = dict(zip(stored.leaves(), stored.locals(), strict=False)) if stored.contents else {}
        for content in stored.contents:
            days = int(kept[content.leaf].kept or KEPT_FOR_REPEATS) if content.leaf in kept else KEPT_FOR_REPEATS
            values = (content.leaf, generation, segment, content.slot, block, crc, record.at + days * _DAY)
            self._db.execute("INSERT OR IGNORE INTO content VALUES (?, ?, ?, ?, ?, ?, ?)", values)


def _opened(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=30)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")  # what a power cut takes is read again
    db.executescript(_SCHEMA)
    return db


def _blocks_from(place: Generation, segment: int, offset: int, crc: int) -> Iterator[tuple[Path, int, int, Block]]:
    """Blocks after a position, each with its path, offset and the CRC before it."""
    for path in place.segments():
        if int(path.name) < segment:
            continue
        here = int(path.name) == segment
        start, previous = (offset, crc) if here else (0, 0)
        for block in blocks_of(path, start, previous):
            yield path, start, previous, block
            start, previous = block.end, block.crc
