"""The end of a connection whose caller may still be sending: it gets time to read the answer (RFC 9112 section 9.6).

Closing at once would reset the connection when its next bytes come, and the reset may overtake the answer that says why.
"""

from __future__ import annotations

import asyncio
from typing import Protocol

LINGER_SECONDS = 2.0
LINGER_BYTES = 4 * 1024 * 1024
"""Dropped at most: who sends on and on does not want to read."""


class Open(Protocol):
    """An open connection of a door: `expire` is called once a second, `close` when the node stops."""

    def expire(self, now: float) -> None: ...
    def close(self) -> None: ...


class Lingering(asyncio.Protocol):
    """Takes and drops what still comes, until `until` (seconds of the loop's clock); then the connection ends."""

    def __init__(self, transport: asyncio.Transport, until: float, open_now: set[Open]) -> None:
        self._transport = transport
        self._until = until
        self._left = LINGER_BYTES
        self._open_now = open_now
        open_now.add(self)
        transport.set_protocol(self)
        if transport.can_write_eof():
            transport.write_eof()
        transport.resume_reading()

    def data_received(self, data: bytes) -> None:
        """Dropped, up to a limit."""
        self._left -= len(data)
        if self._left < 0:
            self._transport.abort()

    def eof_received(self) -> bool:
        """The caller has read, or given up."""
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self._open_now.discard(self)

    def close(self) -> None:
        """End it now."""
        self._transport.close()

    def expire(self, now: float) -> None:
        """Called once a second."""
        if now > self._until:
            self._transport.abort()
