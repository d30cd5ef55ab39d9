"""The outer frame of a link: u32 length of the rest, u8 type, body (protocol section 4)."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum

from terpadu.errors import Unverified
from terpadu.signing.wire import FRAME_LIMIT


class Type(IntEnum):
    """Types of wire frames."""

    HELLO = 1
    MESSAGES = 2
    PING = 3
    PONG = 4
    ERROR = 5
    CLOSE = 6
    CHUNK = 16
    CREDIT = 17
    STOP = 18


def frame(kind: Type, body: bytes) -> bytes:
    """The bytes of one wire frame."""
    return b"".join(((len(body) + 1).to_bytes(4, "big"), bytes((kind,)), body))


class Splitter:
    """Cuts a byte stream into wire frames; `take(type, body)` is called for each."""

    __slots__ = ("_held", "_take", "_wanted")

    def __init__(self, take: Callable[[int, bytes], None]) -> None:
        self._take = take
        self._held = bytearray()
        self._wanted = 5

    def feed(self, data: bytes) -> None:
        """More bytes. Raises `Unverified` on a length over the limit."""
        if self._held:
            self._held += data
            if len(self._held) < self._wanted:
                return
            data = bytes(self._held)
            self._held.clear()
        at, end = 0, len(data)
        while end - at >= 5:
            length = int.from_bytes(data[at : at + 4], "big")
            if not 0 < length <= FRAME_LIMIT:
                raise Unverified("Expected a wire frame of at most 4 MiB.")
            if end - at < 4 + length:
                self._wanted = 4 + length
                break
            self._take(data[at + 4], data[at + 5 : at + 4 + length])
            at += 4 + length
        else:
            self._wanted = 5
        if at < end:
            self._held += data[at:]
