"""Rows of the source by watermark: what changed since, in the order in which it changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from msgspec import Struct

from terpadu.connectors.feed.description import Stream
from terpadu.connectors.sql.database import Database
from terpadu.connectors.sql.templates import Template, one_select, reading


class Unit(Struct, frozen=True):
    """One row: its id, when it changed (as the database writes it), its digest, its fields."""

    id: str
    changed: str
    digest: str
    fields: dict[str, Any]


class Reader:
    """One stream's rows. `zone` is the offset of the source's clock (`+07:00`)."""

    def __init__(self, database: Database, code: str, stream: Stream, zone: str, page: int) -> None:
        inner = one_select(stream.select, f"stream.{code}.select")
        self._database, self._stream, self._page = database, stream, page
        self._zone = _zone(zone)
        self._later = _wrapped(
            inner,
            f"({stream.changed} > :changed OR ({stream.changed} = :changed AND {stream.id} > :id))"
            f" ORDER BY {stream.changed}, {stream.id} LIMIT {page}",
        )
        self._first = _wrapped(inner, f"1 = 1 ORDER BY {stream.changed}, {stream.id} LIMIT {page}")
        self._one = _wrapped(inner, f"{stream.id} = :id LIMIT 1")

    async def since(self, changed: str | None) -> AsyncIterator[list[Unit]]:
        """Pages of rows that changed at or after a time (None: all), oldest first."""
        rows = await self._read(self._first, {}) if changed is None else await self._from(changed, "")
        while rows:
            yield rows
            if len(rows) < self._page:
                return
            rows = await self._from(rows[-1].changed, rows[-1].id)

    async def one(self, row: str) -> Unit | None:
        """The row of an id as it is now."""
        return next(iter(await self._read(self._one, {"id": row})), None)

    async def _from(self, changed: str, row: str) -> list[Unit]:
        return await self._read(self._later, {"changed": changed, "id": row})

    async def _read(self, template: Template, values: dict[str, Any]) -> list[Unit]:
        return [self._unit(row) for row in await self._database.read(template, values)]

    def _unit(self, row: dict[str, Any]) -> Unit:
        digest = hashlib.sha256(json.dumps(row, sort_keys=True).encode()).hexdigest()
        times = {name: utc(row.get(day), row.get(hour), self._zone) for name, (day, hour) in self._stream.times.items()}
        return Unit(str(row[self._stream.id]), str(row[self._stream.changed]), digest, {**row, **times})


def utc(day: Any, hour: Any, zone: timezone) -> str | None:
    """A local date (`YYYY-MM-DD`) and time (`hh:mm:ss`) as `YYYY-MM-DDThh:mm:ss+00:00`; None where one is missing."""
    try:
        local = datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=zone)
    except ValueError:
        return None
    return local.astimezone(UTC).isoformat(timespec="seconds")


def earlier(changed: str, seconds: int) -> str:
    """A time of the database, some seconds before, written the same way."""
    before = datetime.fromisoformat(changed) - timedelta(seconds=seconds)
    text = before.isoformat(
        sep="T" if "T" in changed else " ", timespec="microseconds" if "." in changed else "seconds"
    )
    return text


def _wrapped(inner: str, condition: str) -> Template:
    return reading(f"SELECT * FROM (\n{inner}\n) AS changed_rows WHERE {condition}", "feed")  # noqa: S608 the file's words


def _zone(text: str) -> timezone:
    hours, minutes = int(text[:3]), int(text[0] + text[4:])
    return timezone(timedelta(hours=hours, minutes=minutes))
