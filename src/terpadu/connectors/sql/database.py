"""One old database, asked in threads: bounded in number, time, rows and bytes, so that a slow one harms nobody else."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import msgspec
from sqlalchemy import URL, Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from terpadu.connectors.errors import failed
from terpadu.connectors.sql.engines import KINDS, Bounds, open_engine
from terpadu.connectors.sql.failures import normal_form
from terpadu.connectors.sql.templates import MOST, Row, Template, Value, bindable, plain
from terpadu.errors import Refused

T = TypeVar("T")


class Database:
    """Reads by template; with `writes` also effects, each in one transaction of its own."""

    def __init__(self, name: str, url: URL, bounds: Bounds, *, writes: bool = False) -> None:
        self._name = name
        self._bounds = bounds
        self._reader = open_engine(url, bounds)
        self._writer = open_engine(url, bounds, writes=True) if writes else None
        self._threads = ThreadPoolExecutor(bounds.together, thread_name_prefix="sql")
        self._free = asyncio.Semaphore(bounds.together)

    async def read(self, template: Template, values: Mapping[str, Any]) -> list[Row]:
        """The rows, at most `bounds.rows` of them."""
        bound = bindable(values)

        def work(connection: Connection) -> list[Row]:
            return select(connection, template, bound, self._bounds)

        return await self._run(self._reader, work)

    async def transact(self, work: Callable[[Connection], T]) -> T:
        """Do `work` in one writing transaction: all of it, or nothing."""
        if self._writer is None:
            raise failed("upstream-garbage", self._name, "no write is declared, so the database is only read")
        return await self._run(self._writer, work)

    async def close(self) -> None:
        """Give all connections back."""
        await asyncio.to_thread(self._threads.shutdown, wait=True, cancel_futures=True)
        for engine in filter(None, (self._reader, self._writer)):
            engine.dispose()

    async def _run(self, engine: Engine, work: Callable[[Connection], T]) -> T:
        """In a thread. When the caller's time has passed, the statement is stopped, not left to run."""
        running = _Running(engine, self._bounds.seconds)
        try:
            async with self._free:
                return await asyncio.get_running_loop().run_in_executor(self._threads, running.do, work)
        except SQLAlchemyError as error:
            raise normal_form(error, self._name) from None
        finally:
            running.stop()


class _Running:
    """One piece of work in its thread, and the way to stop it from outside.

    The lock keeps a late stop from hitting the next work on the same connection.
    """

    def __init__(self, engine: Engine, seconds: float) -> None:
        self._engine, self._seconds = engine, seconds
        self._lock = threading.Lock()
        self._stop: Callable[[], None] | None = None

    def do(self, work: Callable[[Connection], T]) -> T:
        with self._engine.begin() as connection:
            guard = KINDS[self._engine.dialect.name].guard
            with guard(connection.connection.dbapi_connection, self._seconds) as stop:
                self._now(stop)
                try:
                    return work(connection)
                finally:
                    self._now(None)

    def stop(self) -> None:
        with self._lock, contextlib.suppress(OSError):
            if self._stop is not None:
                self._stop()

    def _now(self, stop: Callable[[], None] | None) -> None:
        with self._lock:
            self._stop = stop


def select(connection: Connection, template: Template, values: Mapping[str, Value], bounds: Bounds) -> list[Row]:
    """The rows of one template. More rows or bytes than allowed is a refusal: half an answer looks like a whole one."""
    result = connection.execute(template.clause, {**values, MOST: bounds.rows + 1})
    rows = [plain(dict(row)) for row in result.mappings()]
    if len(rows) > bounds.rows:
        raise Refused("upstream-garbage", f"Expected at most {bounds.rows} rows, got more; narrow the statement.")
    if len(msgspec.json.encode(rows)) > bounds.bytes:
        raise Refused("upstream-garbage", f"Expected at most {bounds.bytes} bytes, got more; name fewer columns.")
    return rows
