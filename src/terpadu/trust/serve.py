"""Serve the published files over plain HTTP, and sign the freshness statement again every 20 seconds.

GET of files below one folder, and POST /withdrawals; what goes either way proves itself, so the transport need not.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import structlog

from terpadu.clock import Clock
from terpadu.errors import TerpaduError
from terpadu.trust import online, withdrawing
from terpadu.trust.office import Office

Accept = Callable[[bytes], None]
"""Takes a withdrawal, or raises a `TerpaduError` that says why not."""
EVERY = 20.0
_HEAD_LIMIT = 8 * 1024
_SECONDS = 10.0
_log = structlog.get_logger("terpadu.trust")


async def serve(office: Office, host: str, port: int, clock: Clock, ready: Callable[[int], None]) -> None:
    """Serve and keep fresh until cancelled; `ready` gets the port once it listens."""
    async with listening(office.public, host, port, lambda raw: withdrawing.accept(office, raw, clock())) as bound:
        ready(bound)
        await keep_fresh(office, clock)


@contextlib.asynccontextmanager
async def listening(folder: Path, host: str, port: int, accept: Accept | None = None) -> AsyncIterator[int]:
    """Serve the files below `folder`, and take withdrawals where `accept` does; gives the port."""
    server = await asyncio.start_server(lambda r, w: _answer(folder, accept, r, w), host, port, limit=_HEAD_LIMIT)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def keep_fresh(office: Office, clock: Clock, every: float = EVERY) -> None:
    """Sign the freshness statement now and every so many seconds. A failure is logged and tried again."""
    while True:
        try:
            await asyncio.to_thread(online.freshen, office, clock())
        except Exception as error:  # a full disk or a bad edit must not end the only source of freshness
            _log.error("trust-freshness-failed", error=str(error))
        await asyncio.sleep(every)


async def _answer(
    folder: Path, accept: Accept | None, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    try:
        async with asyncio.timeout(_SECONDS):
            head = await reader.readuntil(b"\r\n\r\n")
            if accept and head.startswith(b"POST /withdrawals HTTP/1.1\r\n"):
                body = await reader.readexactly(min(_length(head), withdrawing.LIMIT + 1))
                writer.write(await asyncio.to_thread(_withdrawn, accept, body))
            else:
                writer.write(await asyncio.to_thread(_reply, folder, head))
            await writer.drain()
    except (TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
        pass  # who does not ask in form, or in time, gets nothing
    finally:
        writer.close()


def _length(head: bytes) -> int:
    found = re.search(rb"\r\ncontent-length: *(\d{1,9})\r\n", head, re.IGNORECASE)
    return int(found[1]) if found else 0


def _withdrawn(accept: Accept, raw: bytes) -> bytes:
    try:
        accept(raw)
    except TerpaduError as error:
        return _http("400 Bad Request", f"{error.sentence}\n".encode())
    return _http("200 OK", b"Withdrawn.\n")


def _reply(folder: Path, head: bytes) -> bytes:
    method, _, rest = head.partition(b"\r\n")[0].decode("latin-1").partition(" ")
    if method != "GET":
        return _http("405 Method Not Allowed", b"Only GET is answered here.\n")
    path = _inside(folder, rest.partition(" ")[0])
    if path is None:
        return _http("404 Not Found", b"No such file is published.\n")
    return _http("200 OK", path.read_bytes())


def _inside(folder: Path, target: str) -> Path | None:
    """The published file of a request's target; nothing outside the folder and nothing hidden."""
    parts = target.partition("?")[0].strip("/").split("/")
    if any(part.startswith(".") or not part for part in parts):
        return None
    path = folder.joinpath(*parts)
    return path if path.is_file() and path.resolve().is_relative_to(folder.resolve()) else None


def _http(status: str, body: bytes) -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/octet-stream\r\nContent-Length: {len(body)}\r\n"
    return f"{head}Cache-Control: no-store\r\nConnection: close\r\n\r\n".encode() + body
