"""An old system that remembers everything it was made to do: calls and effects, by the caller's own key.

`/catat` acts once for each Idempotency-Key, as a system of class `keyed` promises; `/titip` acts at every call, as one of
class `best-effort` does; anything else is a question. What it counts is the judge of "at most one effect".
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

NAME = "Uji Rekaan"


class OldSystem:
    """The system. `pause` seconds before an answer; calls to a path in `hanging` wait until it is `freed`."""

    def __init__(self) -> None:
        self.port = 0
        self.calls: Counter[str] = Counter()
        self.effects: Counter[str] = Counter()
        self.questions = 0
        self.pause = 0.002
        self.hanging: set[str] = set()
        self.freed = asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, kept alive."""
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                path, headers, body = await _read(reader)
                answer = self._act(path, headers, json.loads(body))
                if path in self.hanging:
                    await self.freed.wait()
                await asyncio.sleep(self.pause)
                writer.write(_http(json.dumps(answer).encode()))
                await writer.drain()
        writer.close()

    def _act(self, path: str, headers: dict[str, str], body: Any) -> dict[str, str]:
        """The effect happens when the call arrives: a caller who dies before the answer has caused it."""
        key = body.get("kunci", "")
        if path == "/catat":
            self.calls[key] += 1
            if headers.get("idempotency-key") != key or self.effects[key] == 0:
                self.effects[key] += 1
        elif path == "/titip":
            self.calls[key] += 1
            self.effects[key] += 1
        else:
            self.questions += 1
        return {"nik": body["nik"], "nama": NAME, "nomor": key}


async def _read(reader: asyncio.StreamReader) -> tuple[str, dict[str, str], bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    line, *lines = head.split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (entry.partition(":") for entry in lines if entry)}
    return line.split(" ")[1], headers, await reader.readexactly(int(headers.get("content-length", 0)))


def _http(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body)


@contextlib.asynccontextmanager
async def old_system() -> AsyncIterator[OldSystem]:
    """Run one on a free port."""
    system, walks = OldSystem(), set[asyncio.Task[None]]()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        walks.add(task)
        await system.serve(reader, writer)
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
