"""A small real old system over HTTP: answers JSON, and counts its calls and effects (a POST is an effect, per key once)."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import Counter
from collections.abc import AsyncIterator
from typing import NamedTuple

PERSON = {"nik": "9901010101010001", "nama": "Uji Rekaan", "alamat": {"kota": "Rekaan", "jalan": "Jalan Contoh 1"}, "agama": "-"}


class Seen(NamedTuple):
    """One call that came."""

    verb: str
    path: str
    headers: dict[str, str]
    body: bytes


class Upstream:
    """The system. `delay` in seconds before an answer; `hang` never answers; `status` and `said` change the answer."""

    def __init__(self) -> None:
        self.port = 0
        self.counts: Counter[str] = Counter()
        self.effects: Counter[str] = Counter()
        self.seen: list[Seen] = []
        self.called = asyncio.Event()
        self.delay = 0.0
        self.hang = False
        self.status = 200
        self.said: bytes = json.dumps(PERSON).encode()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                line, *lines = head.split("\r\n")
                verb, path, _ = line.split(" ")
                headers = {n.lower(): v.strip() for n, _, v in (entry.partition(":") for entry in lines if entry)}
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                self.seen.append(Seen(verb, path, headers, body))
                self.counts[verb] += 1
                self.called.set()
                if verb == "POST":
                    self.effects[headers.get("idempotency-key", "") or body.decode("latin-1")] += 1
                if self.hang:
                    await asyncio.sleep(3600)
                await asyncio.sleep(self.delay)
                writer.write(
                    b"HTTP/1.1 %d OK\r\ncontent-type: application/json\r\nx-lama: ya\r\ncontent-length: %d\r\n\r\n%b"
                    % (self.status, len(self.said), self.said)
                )
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the node went away
        finally:
            writer.transport.abort()


@contextlib.asynccontextmanager
async def upstream() -> AsyncIterator[Upstream]:
    """Run one on a free port."""
    system = Upstream()
    walks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        walks.add(task)
        await system._serve(reader, writer)
        walks.discard(task)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    system.port = server.sockets[0].getsockname()[1]
    try:
        yield system
    finally:
        server.close()
        for task in walks:
            task.cancel()
        await asyncio.gather(*walks, return_exceptions=True)
