"""How a database is opened: SQLite and PostgreSQL, for reading only unless a write was declared.

Two locks each, neither of them ours alone: SQLite opens the file `mode=ro` and asks an authorizer about every step of a
statement; PostgreSQL makes each transaction read-only and stops a statement that takes too long. The third lock is the
agency's: the role that it gives the node should own nothing.
"""

from __future__ import annotations

import os
import socket
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from msgspec import Struct
from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import QueuePool

from terpadu.errors import BadInput


class Bounds(Struct, frozen=True, kw_only=True):
    """What one system may cost: seconds per statement, rows and bytes per answer, statements at one time."""

    seconds: float
    rows: int
    bytes: int
    together: int


class Kind(Struct, frozen=True):
    """What differs between two databases: how it is opened, and how a statement under way is stopped at a deadline."""

    open: Callable[[URL, Bounds, bool], Engine]
    guard: Callable[[Any, float], AbstractContextManager[Callable[[], None]]]


def open_engine(url: URL, bounds: Bounds, *, writes: bool = False, catalogue: bool = False) -> Engine:
    """A pool of at most `bounds.together` connections. `catalogue`: also SQLite's own statements about its tables."""
    engine = KINDS[url.get_backend_name()].open(url, bounds, writes)
    if catalogue and url.get_backend_name() == "sqlite":
        event.listen(engine, "connect", lambda raw, _: raw.set_authorizer(None))
    return engine


def database_url(address: str, folder: Path, password: str | None = None) -> URL:
    """`sqlite:///file` (from the description's folder on) or `postgresql://role@host:port/name` as a URL.

    The password comes from the secrets, never from the description.
    """
    try:
        url = make_url(address)
    except ArgumentError:
        url = None
    if url is None or url.get_backend_name() not in KINDS:
        raise BadInput(
            "Expected a database address like sqlite:///data/simrs.db or postgresql://role@host:5432/name, "
            f"got one that begins with {address.partition(':')[0][:20]!r}; correct the address."
        )
    if url.password:
        raise BadInput("The database address holds a password; move it to the secrets and name it under [secrets].")
    if url.get_backend_name() == "sqlite":
        return url.set(database=str(folder / (url.database or "")))
    return url.set(password=password) if password else url


def _open_sqlite(url: URL, bounds: Bounds, writes: bool) -> Engine:
    path = Path(url.database or "").absolute()

    def connect() -> sqlite3.Connection:
        raw = sqlite3.connect(
            f"file:{quote(str(path))}?mode={'rw' if writes else 'ro'}",
            uri=True, timeout=bounds.seconds, check_same_thread=False, isolation_level=None,
        )  # fmt: skip
        raw.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, max(bounds.bytes, 1 << 16))
        if not writes:
            raw.execute("PRAGMA query_only = ON")
            raw.set_authorizer(_only_reads)
        return raw

    engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool, **_pool(bounds))
    if writes:
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


_READING = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}


def _only_reads(action: int, first: str | None, second: str | None, *_: str | None) -> int:
    """SQLite asks before each step of a statement; no answer but these lets one through."""
    if action == sqlite3.SQLITE_FUNCTION and second == "load_extension":
        return sqlite3.SQLITE_DENY
    asked_by_sqlalchemy = (action, first, second) == (sqlite3.SQLITE_PRAGMA, "read_uncommitted", None)
    return sqlite3.SQLITE_OK if action in _READING or asked_by_sqlalchemy else sqlite3.SQLITE_DENY


def _open_postgresql(url: URL, bounds: Bounds, writes: bool) -> Engine:
    milliseconds = int(bounds.seconds * 1000)
    options = {
        "default_transaction_read_only": "off" if writes else "on",
        "statement_timeout": milliseconds,
        "lock_timeout": milliseconds,
        "idle_in_transaction_session_timeout": 2 * milliseconds,
    }
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        execution_options={} if writes else {"postgresql_readonly": True},
        connect_args={
            "connect_timeout": max(2, round(bounds.seconds)),
            "tcp_user_timeout": milliseconds,
            "application_name": "terpadu",
            "options": " ".join(f"-c {name}={value}" for name, value in options.items()),
        },
        **_pool(bounds),
    )


def _pool(bounds: Bounds) -> dict[str, Any]:
    return {
        "pool_size": bounds.together,
        "max_overflow": 0,
        "pool_timeout": bounds.seconds,
        "pool_pre_ping": True,
        "hide_parameters": True,
    }


@contextmanager
def _guard_sqlite(raw: Any, seconds: float) -> Iterator[Callable[[], None]]:
    """SQLite looks at the clock every few thousand steps and gives up by itself; from outside it is interrupted."""
    until = time.monotonic() + seconds
    raw.set_progress_handler(lambda: time.monotonic() > until, 5000)
    try:
        yield raw.interrupt
    finally:
        raw.set_progress_handler(None, 0)


@contextmanager
def _guard_postgresql(raw: Any, seconds: float) -> Iterator[Callable[[], None]]:
    """The server keeps `statement_timeout`. A server that is silent altogether loses its socket."""
    with socket.socket(fileno=os.dup(raw.fileno())) as own:
        yield lambda: own.shutdown(socket.SHUT_RDWR)


KINDS: dict[str, Kind] = {
    "sqlite": Kind(_open_sqlite, _guard_sqlite),
    "postgresql": Kind(_open_postgresql, _guard_postgresql),
}
