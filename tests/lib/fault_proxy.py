"""A wire between two nodes that can be cut: a TCP relay of bytes that understands nothing."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator


class Wire:
    """Relays from its own port to another. `cut` breaks every connection at once; `whole` False refuses new ones."""

    def __init__(self) -> None:
        self.port = 0
        self.to = 0
        self.whole = True
        self._writers: set[asyncio.StreamWriter] = set()
        self._walks: set[asyncio.Task[None]] = set()

    def cut(self) -> None:
        """Whatever was under way in both directions is lost."""
        for writer in list(self._writers):
            writer.transport.abort()

    async def relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        task = asyncio.current_task()
        assert task is not None
        self._walks.add(task)
        try:
            if self.whole:
                there = await asyncio.open_connection("127.0.0.1", self.to)
                await asyncio.gather(self._copy(reader, there[1]), self._copy(there[0], writer))
        except OSError:
            pass
        finally:
            writer.transport.abort()
            self._walks.discard(task)

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        writer.close()
        self._writers.discard(writer)

    async def end(self) -> None:
        """Let go of everything."""
        self.cut()
        for task in list(self._walks):
            task.cancel()
        await asyncio.gather(*self._walks, return_exceptions=True)


@contextlib.asynccontextmanager
async def wire() -> AsyncIterator[Wire]:
    """One, on a free port; set `to` before it is used."""
    found = Wire()
    server = await asyncio.start_server(found.relay, "127.0.0.1", 0)
    found.port = server.sockets[0].getsockname()[1]
    try:
        yield found
    finally:
        server.close()
        await found.end()
