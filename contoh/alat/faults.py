"""The knobs with which a test makes a stand-in fail as real systems do. Invented; the ways of failing are real.

`POST /_contoh/gangguan {"jenis": "html", "kali": 2}` spoils the next two calls. Further keys: `saat` is "sebelum" (the
default: the stand-in does nothing) or "sesudah" (it does its work and then the answer is spoilt); `detik` is how long
"lambat" waits. `{"jenis": "bersih"}` forgets what was ordered.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

REDIRECT_TARGET = "/_contoh/alih-diikuti"


@dataclass(frozen=True)
class Fault:
    jenis: str
    saat: str = "sebelum"
    detik: float = 2.0


class Faults:
    """The orders not yet carried out, first in first out."""

    def __init__(self) -> None:
        self._orders: deque[Fault] = deque()

    def order(self, fault: Fault, times: int) -> None:
        self._orders.extend([fault] * times)

    def clear(self) -> None:
        self._orders.clear()

    def next(self) -> Fault | None:
        return self._orders.popleft() if self._orders else None


async def spoil(fault: Fault, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one request in the ordered wrong way."""
    if fault.jenis == "lambat":
        await asyncio.sleep(fault.detik)
        await app(scope, receive, send)
        return
    if fault.saat == "sesudah":
        await app(scope, receive, _swallow)
    await WAYS[fault.jenis](receive, send)


async def _swallow(_: Message) -> None:
    """The answer of a call whose effect happened but whose reply is lost."""


async def _html(_: Receive, send: Send) -> None:
    page = b"<html><head><title>Sedang Pemeliharaan</title></head><body><h1>Mohon maaf</h1></body></html>"
    await _whole(send, 200, b"text/html; charset=utf-8", page)


async def _gateway_timeout(_: Receive, send: Send) -> None:
    await _whole(send, 504, b"text/plain", b"Gateway Timeout")


async def _redirect(_: Receive, send: Send) -> None:
    await _start(send, 302, [(b"location", REDIRECT_TARGET.encode()), (b"content-length", b"0")])
    await send({"type": "http.response.body", "body": b""})


async def _truncated(_: Receive, send: Send) -> None:
    """Promises 1,000 bytes, sends 20 and hangs up."""
    await _start(send, 200, [(b"content-type", b"application/json"), (b"content-length", b"1000")])
    await send({"type": "http.response.body", "body": b'{"content":[{"NIK":"', "more_body": True})


async def _endless(receive: Receive, send: Send) -> None:
    """Never stops sending, until the other side hangs up."""
    gone = asyncio.ensure_future(_gone(receive))
    await _start(send, 200, [(b"content-type", b"application/json")])
    while not gone.done():
        await send({"type": "http.response.body", "body": b" " * 65536, "more_body": True})
        await asyncio.sleep(0)


async def _silent(receive: Receive, _: Send) -> None:
    """Takes the request and never answers."""
    await _gone(receive)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _start(send: Send, status: int, headers: list[tuple[bytes, bytes]]) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})


async def _whole(send: Send, status: int, content_type: bytes, body: bytes) -> None:
    length = str(len(body)).encode()
    await _start(send, status, [(b"content-type", content_type), (b"content-length", length)])
    await send({"type": "http.response.body", "body": body})


WAYS: dict[str, Callable[[Receive, Send], Awaitable[None]]] = {
    "html": _html,
    "5xx": _gateway_timeout,
    "alih": _redirect,
    "potong": _truncated,
    "besar": _endless,
    "bisu": _silent,
}
KINDS = ("lambat", *WAYS)
