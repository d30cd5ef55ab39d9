"""The walk: finish what was under way, read what changed, send it Bundle by Bundle, write down what became of each row.

It may be killed at any line. What was under way is sent again with the same key and the same bytes; what was not is
read again, for the watermark moves only over rows whose fate is written down.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from msgspec import Struct

from terpadu.connectors.feed.bundle import make, references
from terpadu.connectors.feed.description import FeedDescription, Stream
from terpadu.connectors.feed.ledger import Ledger, RefusedRow, UnderWay
from terpadu.connectors.feed.refusals import ABOUT_ROWS, NOT_KNOWN, named, rule
from terpadu.connectors.feed.rows import Reader, Unit, earlier
from terpadu.connectors.sql.database import Database
from terpadu.connectors.sql.engines import Bounds, database_url
from terpadu.errors import Refused
from terpadu.model.message import Answer

Send = Callable[[bytes, str], Awaitable[Answer]]
"""(Bundle, idempotency key) -> the transaction's response; raises Refused. The exchange carries it: effect `keyed`."""
MOST_BYTES = 64 << 20


class Report(Struct, frozen=True):
    """What a run did: rows read and sent now, resources created, rows sent in all, and what stands refused."""

    read: int
    sent: int
    created: int
    sent_in_all: int
    refused: tuple[RefusedRow, ...]


class Feed:
    """One feed, opened. `folder` is the description's."""

    def __init__(self, described: FeedDescription, folder: Path, send: Send, password: str | None = None) -> None:
        about = described.feed
        self._about, self._streams, self._send = about, described.stream, send
        bounds = Bounds(seconds=described.source.seconds, rows=about.rows_per_bundle, bytes=MOST_BYTES, together=1)
        self._database = Database(about.name, database_url(described.source.base, folder, password), bounds)
        self._readers = {
            code: Reader(self._database, code, stream, about.zone, about.rows_per_bundle)
            for code, stream in described.stream.items()
        }
        self._ledger = Ledger(folder / about.state)
        self._read = self._sent = self._created = 0

    async def run(self, again: bool = False) -> Report:
        """Once through. `again` also tries what stands refused. Raises Refused where the other side cannot take more now:
        what was done stands, and the next run goes on from there."""
        for way in self._ledger.under_way():
            await self._finish(way)
        if again:
            await self._refused_again()
        for code in self._streams:
            await self._stream(code)
        return self.report()

    def report(self) -> Report:
        """What was done so far."""
        return Report(
            self._read, self._sent, self._created, self._ledger.count_sent(), tuple(self._ledger.refused())
        )  # fmt: skip

    async def close(self) -> None:
        """Let go of the database and the memory."""
        await self._database.close()
        self._ledger.close()

    async def _stream(self, code: str) -> None:
        mark = self._ledger.mark(code)
        since = earlier(mark, self._about.overlap_seconds) if mark else None
        async for page in self._readers[code].since(since):
            self._read += len(page)
            await self._deliver(code, [unit for unit in page if self._is_new(code, unit)])
            self._ledger.move(code, page[-1].changed)

    def _is_new(self, code: str, unit: Unit) -> bool:
        known = self._ledger.state(code, unit.id)
        return known is None or known[1] != unit.digest

    async def _finish(self, way: UnderWay) -> None:
        """Send again what may have arrived. If it is refused now, its rows are read and judged one by one afterwards."""
        try:
            await self._over(way)
        except Refused as refusal:
            if refusal.code not in ABOUT_ROWS:
                raise
            self._ledger.drop(way)
            units = [await self._readers[way.stream].one(row) for row in way.digests]
            await self._isolate(way.stream, [unit for unit in units if unit is not None], {})

    async def _refused_again(self) -> None:
        for row in self._ledger.refused():
            unit = await self._readers[row.stream].one(row.id) if row.stream in self._readers else None
            if unit is not None:
                await self._deliver(row.stream, [unit])

    async def _deliver(self, code: str, units: Sequence[Unit]) -> None:
        """Some rows as one Bundle; when it is refused, the rows that are to blame are found and the others go on."""
        units = self._sendable(code, units)
        if not units:
            return
        bundle = make(units, self._streams[code], code, self._about.organization, self._ledger.made(code, units))
        way = self._ledger.begin(code, bundle, {unit.id: unit.digest for unit in units})
        try:
            await self._over(way)
        except Refused as refusal:
            if refusal.code not in ABOUT_ROWS:
                raise
            self._ledger.drop(way)
            blamed = named(refusal.sentence, bundle.parts)
            if len(units) == 1:
                blamed = {units[0].id: blamed.get(units[0].id, (rule(refusal.sentence), refusal.sentence))}
            await self._isolate(code, units, blamed)

    async def _over(self, way: UnderWay) -> None:
        """One Bundle out, its answer written down."""
        try:
            answer = await self._send(way.bundle.body, way.key)
        except Refused as refusal:
            if refusal.code not in ABOUT_ROWS | NOT_KNOWN:
                self._ledger.drop(way)
            raise
        found, created = references(answer.body, way.bundle.parts)
        self._ledger.settle(way, found)
        self._sent += len(way.digests)
        self._created += created

    async def _isolate(self, code: str, units: Sequence[Unit], blamed: dict[str, tuple[str, str]]) -> None:
        """Put the blamed rows aside and send the others; without a name, halve until the row is alone."""
        for unit in units:
            if unit.id in blamed:
                self._ledger.refuse(code, unit, *blamed[unit.id])
        rest = [unit for unit in units if unit.id not in blamed]
        half = len(rest) if blamed else (len(rest) + 1) // 2
        for some in (rest[:half], rest[half:]):
            await self._deliver(code, some)

    def _sendable(self, code: str, units: Sequence[Unit]) -> list[Unit]:
        """Rows of which FHIR resources can be made; the others are refused here, before anybody is asked."""
        good: list[Unit] = []
        for unit in units:
            try:
                make([unit], self._streams[code], code, self._about.organization, {})
                good.append(unit)
            except Refused as refusal:
                self._ledger.refuse(code, unit, "", refusal.sentence)
        return good


__all__ = ["Feed", "Report", "Send", "Stream"]
