"""One HTTP/1.1 connection to an old system (RFC 9112): one question at a time, everything that comes in is bounded."""

from __future__ import annotations

import asyncio
from itertools import chain
from typing import NamedTuple, cast

import httptools

from terpadu.connectors.rest_stream import Stream
from terpadu.model.message import Headers

HEAD_BYTES = 65_536
HEAD_COUNT = 200
_FRAMED = frozenset((b"content-length", b"transfer-encoding"))
IN_MEMORY = 65_536
"""Bytes of a body from which on it is streamed, where it may be."""


class NotReached(Exception):
    """No connection came about, or it was closed before a byte came back; `sent` says whether bytes had left."""

    def __init__(self, what: str, sent: bool = False) -> None:
        super().__init__(what)
        self.sent = sent


class Broken(Exception):
    """The connection ended after sending and before the whole answer was there."""


class Garbled(Exception):
    """What came back is not HTTP, or larger than allowed."""


class Reply(NamedTuple):
    """What came back; header names in lower case. Exactly one of `body` and `stream` holds the body."""

    status: int
    reason: str
    headers: Headers
    body: bytes
    stream: Stream | None = None

    def header(self, name: bytes) -> bytes:
        """The first header of that (lower-case) name, or nothing."""
        for key, value in self.headers:
            if key == name:
                return value
        return b""


class Room(NamedTuple):
    """How much of an answer is taken: bytes in memory, bytes in a stream (0: no stream), seconds between its pieces."""

    memory: int
    stream: int
    seconds: float


class Connection(asyncio.Protocol):
    """Sends a request and collects its reply. After `lost` or a fault it is never used again."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._parser = httptools.HttpResponseParser(self)
        self._transport: asyncio.Transport | None = None
        self._waiter: asyncio.Future[Reply] | None = None
        self._writable: asyncio.Future[None] | None = None
        self._room = Room(0, 0, 0)
        self.usable = False
        self.heard = False
        self._head_only = False
        self._clear()

    # what the pool calls

    def begin(self, room: Room, head_only: bool = False) -> asyncio.Future[Reply]:
        """Expect one reply; the future holds it, or Broken, Garbled or NotReached."""
        self._room, self._head_only, self.heard = room, head_only, False
        self._clear()
        self._waiter = waiter = self._loop.create_future()
        if not self.usable:
            self._fail(NotReached("the idle connection was closed"))
        return waiter

    def write(self, data: bytes) -> None:
        """Send bytes of the request."""
        if self._transport is not None and self.usable:
            self._transport.write(data)

    async def drained(self) -> None:
        """Wait until the system has taken what was sent."""
        if self._writable is not None:
            await self._writable

    def abort(self) -> None:
        """Drop the connection at once."""
        self.usable = False
        if self._transport is not None:
            self._transport.abort()

    def pause(self) -> None:
        """Read no further for now (back-pressure of a stream)."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.pause_reading()

    def resume(self) -> None:
        """Read on."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.resume_reading()

    # what the event loop calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self.usable = True

    def data_received(self, data: bytes) -> None:
        self.heard = True
        if self._waiter is None and self._stream is None:
            return self.abort()
        if not self._body_begun:
            self._head_size += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._garbled("a switch to another protocol")
        except httptools.HttpParserError as error:
            self._garbled_by(error)
        if not self._body_begun and self._head_size > HEAD_BYTES:
            self._garbled(f"a head of more than {HEAD_BYTES} bytes")
        return None

    def connection_lost(self, exc: Exception | None) -> None:
        self.usable = False
        if self._writable is not None and not self._writable.done():
            self._writable.set_result(None)
        if self._body_begun and self._until_close and exc is None:
            return self._complete()
        if self.heard:
            return self._fail(Broken("the connection ended in the middle of the answer"))
        return self._fail(NotReached("the connection was closed without a byte of an answer", sent=True))

    def pause_writing(self) -> None:
        self._writable = self._loop.create_future()

    def resume_writing(self) -> None:
        if self._writable is not None and not self._writable.done():
            self._writable.set_result(None)
        self._writable = None

    # what the parser calls

    def on_message_begin(self) -> None:
        if self._status:
            self.usable = False

    def on_status(self, status: bytes) -> None:
        self._reason = status

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._body_begun:  # trailers end here (RFC 9110 section 6.5.1)
            self._headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        status = self._parser.get_status_code()
        if 100 <= status < 200:
            return
        self._check_head()
        self._status, self._body_begun = status, True
        if self._head_only:
            self.usable = False
            self._complete()

    def _check_head(self) -> None:
        """Its size, and whether it says where the body ends; while it comes, `_head_size` bounds it."""
        size = sum(map(len, chain.from_iterable(self._headers)))
        self._until_close = _FRAMED.isdisjoint([header[0] for header in self._headers])
        if len(self._headers) > HEAD_COUNT or size > HEAD_BYTES:
            raise Garbled(f"more than {HEAD_COUNT} headers or {HEAD_BYTES} bytes of them")

    def on_body(self, data: bytes) -> None:
        self._size += len(data)
        if self._stream is not None:
            return self._more(data)
        self._parts.append(data)
        if self._size > IN_MEMORY and self._room.stream:
            return self._open_stream()
        if self._size > self._room.memory:
            raise Garbled(f"a body of more than {self._room.memory} bytes")
        return None

    def on_message_complete(self) -> None:
        if not self._status:
            return self._clear()
        if not self._parser.should_keep_alive():
            self.usable = False
        return self._complete()

    # inside

    def _clear(self) -> None:
        self._status, self._reason, self._headers = 0, b"", cast(list[tuple[bytes, bytes]], [])
        self._parts: list[bytes] = []
        self._size = self._head_size = 0
        self._body_begun, self._until_close = False, True
        self._stream: Stream | None = None

    def _reply(self, body: bytes, stream: Stream | None = None) -> Reply:
        return Reply(self._status, self._reason.decode("latin-1"), tuple(self._headers), body, stream)

    def _complete(self) -> None:
        if self._stream is not None:
            stream, self._stream = self._stream, None
            stream.finish()
            return self.abort()
        waiter, self._waiter = self._waiter, None
        if waiter is not None and not waiter.done():
            parts = self._parts
            waiter.set_result(self._reply(parts[0] if len(parts) == 1 else b"".join(parts)))
        return None

    def _open_stream(self) -> None:
        self._stream = Stream(self, self._room.seconds, _length(self._headers))
        for part in self._parts:
            self._stream.feed(part)
        waiter, self._waiter = self._waiter, None
        if waiter is not None and not waiter.done():
            waiter.set_result(self._reply(b"", self._stream))

    def _more(self, data: bytes) -> None:
        if self._size > self._room.stream:
            raise Garbled(f"a body of more than {self._room.stream} bytes")
        if self._stream is not None:
            self._stream.feed(data)

    def _garbled_by(self, error: Exception) -> None:
        cause = error.__context__
        self._garbled(str(cause) if isinstance(cause, Garbled) else "something that is not HTTP/1.1")

    def _garbled(self, what: str) -> None:
        self.abort()
        self._fail(Garbled(what))

    def _fail(self, error: Exception) -> None:
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.fail(str(error))
        waiter, self._waiter = self._waiter, None
        if waiter is not None and not waiter.done():
            waiter.set_exception(error)


def _length(headers: list[tuple[bytes, bytes]]) -> int | None:
    found = [value for name, value in headers if name == b"content-length"]
    return int(found[0]) if found and found[0].isdigit() else None
