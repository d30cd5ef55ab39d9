"""HTTP/1.1 on raw asyncio: what a door needs of it, with limits before memory and no more than one call at a time.

Parsing is httptools' (llhttp, strict). A call with a body of up to `Limits.memory` bytes comes whole; a larger one comes
as a `BodyStream`, read with back-pressure. RFC 9112; anything ambiguous is answered by 400 and a closed connection (A17).
"""

from __future__ import annotations

import asyncio
import re
from typing import cast

import httptools

from terpadu.errors import Refused
from terpadu.exchange.doors.body import BodyStream
from terpadu.exchange.doors.call import Call, Complaint, Handler, Limits, Response, check_size
from terpadu.exchange.doors.lingering import LINGER_SECONDS, Lingering, Open
from terpadu.model.message import Large
from terpadu.signing.part import by_name

_TARGET = re.compile(rb"[!-~]+")
_FRAMED = frozenset((b"content-length", b"transfer-encoding"))
_BODILESS = frozenset((204, 304))
_line = b": ".join


class HttpProtocol(asyncio.Protocol):
    """One connection of a calling system."""

    def __init__(self, handler: Handler, complain: Complaint, limits: Limits, open_now: set[Open]) -> None:
        self._handler = handler
        self._complain = complain
        self._limits = limits
        self._open_now = open_now
        self._held: list[bytes] = []
        self._ready: list[tuple[Call, bool]] = []
        self._task: asyncio.Task[None] | None = None
        self._stream: BodyStream | None = None
        self._can_write: asyncio.Event | None = None
        self._closing = self._head_ended = False
        self._broken: Refused | None = None
        self._unended = 0
        self._certificate: bytes | None = None
        self._loop = asyncio.get_running_loop()
        self._paused_at = self.since = self._loop.time()
        self.idle = True

    # what the transport tells

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        secure = transport.get_extra_info("ssl_object")
        self._certificate = secure.getpeercert(True) if secure else None
        self._parser = httptools.HttpRequestParser(self)
        self._open_now.add(self)
        self.on_message_begin()
        self.idle = True

    def connection_lost(self, exc: Exception | None) -> None:
        self._open_now.discard(self)
        self._closing = True
        if self._stream is not None:
            self._stream.end(whole=False)
        if self._can_write is not None:
            self._can_write.set()

    def data_received(self, data: bytes) -> None:
        if self._broken is not None:
            return
        if self._task is not None and self._stream is None:
            self._hold(data)
            return
        try:
            self._parser.feed_data(data)
            self._count_head(data)
        except Refused as error:
            self._refuse(error)
        except httptools.HttpParserUpgrade as asked:
            self._stay(data[asked.args[0] :])
        except httptools.HttpParserCallbackError as error:
            cause = error.__context__
            self._refuse(cause if isinstance(cause, Refused) else Refused("bad-request", "Expected an HTTP/1.1 call."))
        except httptools.HttpParserError:
            self._refuse(Refused("bad-request", "Expected an HTTP/1.1 call that can be read in one way only."))

    def _stay(self, rest: bytes) -> None:
        """An upgrade that is offered, as some HTTP clients do with every call, is not taken (RFC 9110 section 7.8)."""
        self._parser = httptools.HttpRequestParser(self)
        if rest:
            self.data_received(rest)

    def _count_head(self, data: bytes) -> None:
        """A header that has not ended yet is in the parser's memory only: it is counted here."""
        self._unended = 0 if self._head_ended else self._unended + len(data)
        if self._unended > self._limits.url + self._limits.headers + 65_536:
            raise Refused("headers-too-large", f"Expected at most {self._limits.headers} bytes of headers.")

    def eof_received(self) -> bool:
        return False

    def pause_writing(self) -> None:
        self._can_write, self._paused_at = asyncio.Event(), self._loop.time()

    def resume_writing(self) -> None:
        if self._can_write is not None:
            self._can_write.set()
            self._can_write = None

    # what the parser tells

    def on_message_begin(self) -> None:
        self._target = b""
        self._headers: list[tuple[bytes, bytes]] = []
        self._body: list[bytes] = []
        self._body_bytes = self._unended = 0
        self._head_ended = False
        self._size: int | None = None
        self.since = self._loop.time()
        self.idle = False

    def on_url(self, url: bytes) -> None:
        self._target += url
        if len(self._target) > self._limits.url:
            raise Refused("uri-too-long", f"Expected a request line of at most {self._limits.url} bytes.")

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._head_ended:
            raise Refused("bad-request", "Expected no trailers: a header behind the body would be read by some only.")
        self._headers.append((name, value))

    def on_headers_complete(self) -> None:
        self._head_ended = True
        check_size(self._headers, self._limits)
        named = by_name(self._headers)
        self._check_head(named)
        lengths, expects = named.get(b"content-length"), named.get(b"expect")
        self._size = int(lengths[0]) if lengths else None
        if self._size is not None and self._size > self._limits.body:
            raise Refused("too-large", f"Expected a body of at most {self._limits.body} bytes.")
        if expects:
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        if self._size is not None and self._size > self._limits.memory:
            self._begin_stream()

    def on_body(self, body: bytes) -> None:
        self._body_bytes += len(body)
        if self._body_bytes > self._limits.body:
            raise Refused("too-large", f"Expected a body of at most {self._limits.body} bytes.")
        if self._stream is not None:
            self.since = self._loop.time()
            self._stream.feed(body)
            return
        self._body.append(body)
        if self._body_bytes > self._limits.memory:
            self._begin_stream()

    def on_message_complete(self) -> None:
        if self._stream is not None:
            self._stream.end(whole=True)
            self._stream = None
            return
        self._start(b"".join(self._body), None)

    # the steps between

    def _check_head(self, named: dict[bytes, list[bytes]]) -> None:
        """What llhttp lets through and an exchange must not: HTTP/1.0, several Hosts, odd targets (A17, A18)."""
        if self._parser.get_method() == b"CONNECT":
            raise Refused("bad-request", "Expected a call of a service; this door is no tunnel.")
        if self._parser.should_upgrade() and not _FRAMED.isdisjoint(named):
            raise Refused("bad-request", "Expected a call with a body to offer no upgrade; the body would be lost.")
        if self._parser.get_http_version() != "1.1" or len(named.get(b"host", ())) != 1:
            raise Refused("bad-request", "Expected HTTP/1.1 with exactly one Host header.")
        if not self._target.startswith(b"/") or not _TARGET.fullmatch(self._target) or b"#" in self._target:
            raise Refused("bad-request", "Expected a request target in origin form, percent-encoded.")

    def _begin_stream(self) -> None:
        self._stream = BodyStream(self._transport, self._size)
        for piece in self._body:
            self._stream.feed(piece)
        self._body = []
        self._start(b"", self._stream)

    def _start(self, body: bytes, large: BodyStream | None) -> None:
        headers = tuple(self._headers)
        call = Call(self._parser.get_method(), self._target, headers, body, large, self._certificate)
        self._ready.append((call, self._parser.should_keep_alive()))
        if self._task is None:
            self._serve_next()

    def _serve_next(self) -> None:
        if self._ready and not self._closing:
            self._task = self._loop.create_task(self._serve(*self._ready.pop(0)))

    async def _serve(self, call: Call, keep: bool) -> None:
        response = await self._handler(call)
        if self._closing:
            return
        if response.large is not None:
            await self._write_stream(call.verb, response, response.large)
        else:
            self._write(call.verb, response)
        if self._can_write is not None:  # who does not read answers is not served the next call
            await self._can_write.wait()
        unread = call.large is not None and call.large is self._stream
        self._next(keep and not unread)

    def _write(self, verb: bytes, response: Response) -> None:
        body = b"" if verb == b"HEAD" or response.status in _BODILESS else response.body
        silent = response.status in _BODILESS or (verb == b"HEAD" and not response.body)
        length = b"" if silent else b"content-length: %d\r\n" % len(response.body)
        lines = b"\r\n".join((*map(_line, response.headers), length))
        self._transport.write(b"HTTP/1.1 %d %b\r\n%b\r\n%b" % (response.status, response.reason, lines, body))

    async def _write_stream(self, verb: bytes, response: Response, large: Large) -> None:
        lines = b"\r\n".join((*map(_line, response.headers), b""))
        known = large.size is not None
        length = b"content-length: %d\r\n" % large.size if large.size is not None else b"transfer-encoding: chunked\r\n"
        if verb == b"HEAD" or response.status in _BODILESS:  # a body behind it would be read as the next answer
            self._write(verb, response._replace(body=b""))
            self._close()
            return
        self._transport.write(b"HTTP/1.1 %d %b\r\n%b%b\r\n" % (response.status, response.reason, lines, length))
        try:
            async for chunk in large.chunks():
                self._transport.write(chunk if known else b"%x\r\n%b\r\n" % (len(chunk), chunk))
                if self._can_write is not None:
                    await self._can_write.wait()
                if self._closing:
                    return
        except Refused:
            self._closing = True
            self._transport.abort()
            return
        if not known:
            self._transport.write(b"0\r\n\r\n")

    def _next(self, keep: bool) -> None:
        self._task = None
        if not keep:
            self._linger() if self._stream is not None or self._held else self._close()
            return
        self.since, self.idle = self._loop.time(), True
        self._serve_next()
        if self._task is None and self._broken is not None:
            self._refuse(self._broken)
        elif self._task is None and self._held:
            held, self._held = b"".join(self._held), []
            self._transport.resume_reading()
            self.data_received(held)

    def _hold(self, data: bytes) -> None:
        """Bytes of a next call while this one is being answered: they wait, and so does the caller."""
        self._held.append(data)
        self._transport.pause_reading()

    def _refuse(self, error: Refused) -> None:
        if self._closing:
            return
        if self._stream is not None:
            self._stream.end(whole=False)
        if self._task is not None:  # what was begun may have had its effect: its answer goes out first
            self._broken = error
            return
        response = self._complain(error)
        headers = (*response.headers, (b"connection", b"close"))
        self._write(b"GET", response._replace(headers=headers))
        self._linger()

    def _linger(self) -> None:
        """The caller may still be sending: it gets to read its answer."""
        self.connection_lost(None)
        if not self._transport.is_closing():
            Lingering(self._transport, self._loop.time() + LINGER_SECONDS, self._open_now)

    def _close(self) -> None:
        self._closing = True
        self._transport.close()

    def close(self) -> None:
        """End the connection; the node stops."""
        if not self._closing:
            self._close()

    def expire(self, now: float) -> None:
        """Called once a second: slow heads, long silences and unread answers end the connection (A20, A21)."""
        if self._stream is not None and self._transport.is_reading() and now - self.since > self._limits.idle_seconds:
            self._transport.abort()
        if self._can_write is not None and now - self._paused_at > self._limits.idle_seconds:
            self._transport.abort()
        if self._task is None and now - self.since > (
            self._limits.idle_seconds if self.idle else self._limits.head_seconds
        ):
            self._close()
