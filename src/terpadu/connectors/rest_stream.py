"""A large answer, handed on piece by piece: little more than 256 KiB in memory, its sender slowed to its reader."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from typing import Protocol

from terpadu.errors import Refused

MOST_WAITING = 262_144
LONGEST_PIECE = 65_536


class Tap(Protocol):
    """What a stream needs of its connection."""

    def pause(self) -> None: ...
    def resume(self) -> None: ...
    def abort(self) -> None: ...


class Stream:
    """`terpadu.model.message.Large` over a connection. Pieces are at most 64 KiB; one reader, once."""

    def __init__(self, tap: Tap, seconds: float, size: int | None) -> None:
        self.size = size
        self._tap = tap
        self._seconds = seconds
        self._pieces: deque[bytes] = deque()
        self._waiting = 0
        self._paused = False
        self._ended = False
        self._fault = ""
        self._news = asyncio.Event()
        self._unread = asyncio.get_running_loop().call_later(seconds, self.abandon)

    def feed(self, data: bytes) -> None:
        """More of the body came."""
        self._pieces.append(data)
        self._waiting += len(data)
        if self._waiting > MOST_WAITING and not self._paused:
            self._paused = True
            self._tap.pause()
        self._news.set()

    def finish(self) -> None:
        """The body is complete."""
        self._ended = True
        self._news.set()

    def fail(self, why: str) -> None:
        """The body broke off."""
        self._fault = self._fault or why
        self._news.set()

    def abandon(self) -> None:
        """Nobody wants the rest: let go of the connection."""
        if not self._ended:
            self.fail("nobody read the answer in time")
            self._tap.abort()

    async def chunks(self) -> AsyncIterator[bytes]:
        """The body. Raises Refused("body-broken") when it breaks off or nothing comes for the system's time limit."""
        self._unread.cancel()
        try:
            while (data := await self._next()) is not None:
                for at in range(0, len(data), LONGEST_PIECE):
                    yield data[at : at + LONGEST_PIECE]
        finally:
            self.abandon()

    async def _next(self) -> bytes | None:
        while not self._pieces:
            if self._fault:
                raise Refused("body-broken", f"Expected the rest of a streamed answer, but {self._fault}; ask again.")
            if self._ended:
                return None
            await self._wait()
        data = self._pieces.popleft()
        self._waiting -= len(data)
        if self._paused and self._waiting < MOST_WAITING // 2:
            self._paused = False
            self._tap.resume()
        return data

    async def _wait(self) -> None:
        self._news.clear()
        try:
            async with asyncio.timeout(self._seconds):
                await self._news.wait()
        except TimeoutError:
            self.fail(f"nothing came for {self._seconds:g} seconds")
