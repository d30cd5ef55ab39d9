"""A small HTTP/1.1 client for the hot path: one address, kept connections, no redirects, nothing that is not needed.

A question that may be repeated may ride an idle connection and is sent once more if that one was closed before a byte
came back (RFC 9110 section 9.2.2); another always gets a fresh connection.
"""

from __future__ import annotations

import asyncio
import ssl
from typing import NamedTuple
from urllib.parse import urlsplit

from terpadu.connectors.rest_wire import Broken, Connection, Garbled, NotReached, Reply, Room
from terpadu.errors import BadInput
from terpadu.model.message import Large

__all__ = ["Address", "Broken", "Client", "Garbled", "NotReached", "Reply", "Room", "Wire", "address"]


class Address(NamedTuple):
    """Where a system listens. `prefix` begins every path; `host_line` is the Host header's value."""

    tls: bool
    host: str
    port: int
    prefix: str
    host_line: bytes


class Wire(NamedTuple):
    """A request as bytes: its head without a length and without the blank line, and its body, in one piece or large."""

    head: bytes
    body: bytes = b""
    large: Large | None = None
    repeatable: bool = True
    head_only: bool = False


def address(base: str) -> Address:
    """Check and split a base address: http or https, a host, perhaps a port and a path. Raises BadInput."""
    wrong = BadInput(f"Expected a base address like https://host:port/path, got {base!r}; set it in the file.")
    try:
        parts = urlsplit(base)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise wrong from error
    plain = base.isascii() and base.isprintable() and not any(sign in base for sign in " @?#")
    if parts.scheme not in {"http", "https"} or not parts.hostname or not plain:
        raise wrong
    return Address(parts.scheme == "https", parts.hostname, port, parts.path.rstrip("/"), parts.netloc.encode())


class Client:
    """Connections to one address."""

    def __init__(self, where: Address, most_idle: int, tls: ssl.SSLContext | None = None) -> None:
        self._where = where
        self._most_idle = most_idle
        self._tls = (tls or ssl.create_default_context()) if where.tls else None
        self._idle: list[Connection] = []

    async def ask(self, wire: Wire, room: Room) -> Reply:
        """Send and return the reply. Raises NotReached, Broken or Garbled. If cancelled, the connection is dropped."""
        connection = self._kept() if wire.repeatable and wire.large is None else None
        if connection is None:
            return await self._over(await self._connected(), wire, room)
        try:
            return await self._over(connection, wire, room)
        except NotReached:
            return await self._over(await self._connected(), wire, room)

    async def reach(self) -> None:
        """Open a connection and keep it: shows that somebody listens. Raises NotReached."""
        self._idle.append(await self._connected())

    def close(self) -> None:
        """Drop what is kept."""
        while self._idle:
            self._idle.pop().abort()

    def _kept(self) -> Connection | None:
        while self._idle:
            connection = self._idle.pop()
            if connection.usable:
                return connection
        return None

    async def _connected(self) -> Connection:
        loop = asyncio.get_running_loop()
        where = self._where
        try:
            made = loop.create_connection(lambda: Connection(loop), where.host, where.port, ssl=self._tls)
            _, connection = await made
        except ssl.SSLError as error:
            raise NotReached(f"TLS failed: {error.reason or 'no reason given'}") from error
        except OSError as error:
            raise NotReached(f"no connection: {error.strerror or type(error).__name__}") from error
        return connection

    async def _over(self, connection: Connection, wire: Wire, room: Room) -> Reply:
        waiter = connection.begin(room, wire.head_only)
        try:
            if wire.large is None:
                connection.write(_whole(wire))
            else:
                await _upload(connection, wire.head, wire.large, waiter)
            reply = await waiter
        except BaseException:
            connection.abort()
            if waiter.done() and not waiter.cancelled():
                waiter.exception()
            raise
        if connection.usable and reply.stream is None and len(self._idle) < self._most_idle:
            self._idle.append(connection)
        elif reply.stream is None:
            connection.abort()
        return reply


def _whole(wire: Wire) -> bytes:
    if wire.body:
        return b"%bContent-Length: %d\r\n\r\n%b" % (wire.head, len(wire.body), wire.body)
    empty = b"Content-Length: 0\r\n\r\n" if wire.head[:1] == b"P" else b"\r\n"
    return wire.head + empty


async def _upload(connection: Connection, head: bytes, large: Large, waiter: asyncio.Future[Reply]) -> None:
    """Send a body piece by piece; stop as soon as the system has answered."""
    size = large.size
    length = b"Transfer-Encoding: chunked" if size is None else b"Content-Length: %d" % size
    connection.write(head + length + b"\r\n\r\n")
    async for piece in large.chunks():
        if waiter.done():
            connection.usable = False
            return
        connection.write(piece if size is not None else b"%x\r\n%b\r\n" % (len(piece), piece))
        await connection.drained()
    if size is None:
        connection.write(b"0\r\n\r\n")
