"""A large request body on its way from a calling system: a few pieces wait, and the connection pauses while they do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from terpadu.errors import Refused

_HIGH_WATER = 256 * 1024
"""Bytes that wait before the connection pauses."""


class BodyStream:
    """A large request body on its way: pieces wait in a short queue, and the connection pauses while it is full."""

    def __init__(self, transport: asyncio.Transport, size: int | None) -> None:
        self.size = size
        self._transport = transport
        self._pieces: list[bytes] = []
        self._waiting = 0
        self._ended: bool | None = None
        self._news = asyncio.Event()

    def feed(self, piece: bytes) -> None:
        """More bytes from the connection."""
        self._pieces.append(piece)
        self._waiting += len(piece)
        if self._waiting > _HIGH_WATER:
            self._transport.pause_reading()
        self._news.set()

    def end(self, whole: bool) -> None:
        """The body ended, or broke off."""
        if self._ended is None:
            self._ended = whole
        self._news.set()

    async def chunks(self) -> AsyncIterator[bytes]:
        """The bytes as they come, in pieces of at most 64 KiB."""
        while True:
            while self._pieces:
                pieces, self._pieces, self._waiting = self._pieces, [], 0
                self._transport.resume_reading()
                whole = b"".join(pieces)
                for at in range(0, len(whole), 65536):
                    yield whole[at : at + 65536]
            if self._ended:
                return
            if self._ended is False:
                raise Refused("body-broken", "Expected the whole body; the caller's connection broke off.")
            self._news.clear()
            await self._news.wait()
