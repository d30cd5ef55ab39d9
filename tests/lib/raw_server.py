"""A server of a few lines for replies that no decent server would send."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import NamedTuple

Handler = Callable[["Call", asyncio.StreamWriter], Awaitable[None]]


class Call(NamedTuple):
    """One request as it came: head lines and body; `count` says the how-manieth on this server, from 1."""

    line: str
    headers: dict[str, str]
    body: bytes
    count: int


class Server(NamedTuple):
    """Where it listens, and what it has heard."""

    url: str
    calls: list[Call]
    connections: list[int]


@asynccontextmanager
async def serving(handle: Handler | bytes, tls: ssl.SSLContext | None = None) -> AsyncIterator[Server]:
    """Listen on a free port of the loopback; `handle` answers each request, or is the answer itself."""
    calls: list[Call] = []
    connections: list[int] = []
    open_ones: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(1)
        task = asyncio.current_task()
        assert task is not None
        open_ones[task] = writer
        try:
            while (call := await _read(reader, len(calls) + 1)) is not None:
                calls.append(call)
                if isinstance(handle, bytes):
                    writer.write(handle)
                else:
                    await handle(call, writer)
                if writer.is_closing():
                    break
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0, limit=1 << 20, ssl=tls)
    try:
        yield Server(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", calls, connections)
    finally:
        server.close()
        for task, writer in open_ones.items():
            task.cancel()
            writer.transport.abort()  # close() would wait for a peer that no longer reads
        await asyncio.gather(*open_ones, return_exceptions=True)
        await asyncio.sleep(0)


async def _read(reader: asyncio.StreamReader, count: int) -> Call | None:
    head = await reader.readuntil(b"\r\n\r\n") if not reader.at_eof() else b""
    if not head:
        return None
    line, *rest = head.decode("latin-1").split("\r\n")[:-2]
    headers = {name.lower(): value.strip() for name, _, value in (one.partition(":") for one in rest)}
    if headers.get("transfer-encoding") == "chunked":
        return Call(line, headers, await _chunked(reader), count)
    return Call(line, headers, await reader.readexactly(int(headers.get("content-length", 0))), count)


async def _chunked(reader: asyncio.StreamReader) -> bytes:
    body = b""
    while size := int(await reader.readuntil(b"\r\n"), 16):
        body += await reader.readexactly(size)
        await reader.readexactly(2)
    await reader.readexactly(2)
    return body


def reply(body: bytes, *lines: str, status: str = "200 OK", kind: str = "application/json") -> bytes:
    """A reply with a right length; `lines` are further header lines."""
    head = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", *lines]
    return "\r\n".join([*head, "", ""]).encode() + body
