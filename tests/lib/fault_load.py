"""Callers of the asking node: they ask and write without pause, repeat a write under its key until it has a final
answer, and remember exactly what they were told.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import uuid
from typing import Any, NamedTuple

from terpadu.clock import system_clock
from tests.lib.fault_nodes import until
from tests.lib.two_nodes import APP, parse

WAIT = frozenset(
    (
        *("running", "busy", "in-doubt", "peer-unreachable", "peer-timeout", "log-unavailable", "recovering"),
        *("upstream-down", "upstream-retry"),
    )
)
"""Codes after which a caller asks again under the same key; after any other the matter is settled."""
TRIES, PATIENCE = 200, 45.0
"""Bounds of a caller's repeating: times, seconds."""


class Told(NamedTuple):
    """One whole answer that a caller got. `number` is the message's; `key` the caller's own; times are Unix ms."""

    kind: str
    key: str
    number: str
    status: int
    code: str
    signed: bool
    """Does it carry the answering node's word (an answer or its refusal), or only the own node's?"""
    asked: int
    at: int
    body: bytes


class Write:
    """One act that a caller wants done once: all that it was told about it, and the answer that settled it."""

    def __init__(self, kind: str, nik: str = "") -> None:
        self.kind, self.key, self.nik = kind, str(uuid.uuid4()), nik
        self.answers: list[Told] = []
        self.final: Told | None = None


class Connection:
    """One kept-alive connection to a door."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, kind: str, key: str, nik: str) -> Told:
        """One call. Raises `OSError` or `EOFError` where no whole answer comes."""
        asked = system_clock()
        try:
            reader, writer = await self._open()
            writer.write(_request(kind, key, nik))
            head = await reader.readuntil(b"\r\n\r\n")
            status, headers, _ = parse(head)
            body = await reader.readexactly(int(headers["content-length"]))
        except BaseException:
            self.close()
            raise
        return _told(kind, key, status, headers, body, asked)

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        return self._streams

    def close(self) -> None:
        """Let go."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


def _request(kind: str, key: str, nik: str) -> bytes:
    body = json.dumps({"nik": nik, "kunci": key}).encode()
    keyed = f"Idempotency-Key: {key}\r\n" if key else ""
    subsystem = "lain" if kind == "lain" else "pop"
    head = (
        f"POST /r1/ID/GOV/9/{subsystem}/{kind}/{kind} HTTP/1.1\r\nHost: uji\r\nX-Road-Client: {APP}\r\n{keyed}"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _told(kind: str, key: str, status: int, headers: dict[str, str], body: bytes, asked: int) -> Told:
    code = headers.get("terpadu-error", "")
    number = headers.get("x-road-request-id", "")
    signed = not code or headers.get("x-road-error", "").startswith("server.serverproxy.")
    return Told(kind, key, number, status, code, signed, asked, system_clock(), body)


class Load:
    """Several callers at once, each with a connection of its own, until `end`."""

    KINDS = ("lihat", "catat", "lihat", "titip", "catat", "buka", "lihat", "catat")

    def __init__(self, port: int, kinds: tuple[str, ...] = KINDS) -> None:
        self.told: list[Told] = []
        self.writes: list[Write] = []
        self.broken = 0
        self._port = port
        self._numbers = itertools.count(1)
        self._ending = asyncio.Event()
        self._callers = [asyncio.create_task(self._caller(kind)) for kind in kinds]

    @property
    def answered(self) -> int:
        """How many good answers callers have so far."""
        return sum(one.status == 200 for one in self.told)

    async def end(self) -> None:
        """Begin nothing new; writes under way are repeated until they are settled."""
        self._ending.set()
        await asyncio.gather(*self._callers)

    async def more(self, count: int, seconds: float = 30.0) -> None:
        """Until so many more good answers came."""
        wanted = self.answered + count

        async def enough() -> bool:
            return self.answered >= wanted

        await until(enough, seconds, f"Expected {count} more good answers; the last told: {self.told[-8:]}")

    async def _caller(self, kind: str) -> None:
        connection = Connection(self._port)
        while not self._ending.is_set():
            if kind in ("catat", "titip"):
                await self._write(connection, kind)
            else:
                await self._once(connection, kind, "", self._nik())
        connection.close()

    async def _write(self, connection: Connection, kind: str) -> None:
        nik, end = self._nik(), asyncio.get_running_loop().time() + PATIENCE
        write = Write(kind, nik)
        self.writes.append(write)
        for _ in range(TRIES):
            told = await self._once(connection, kind, write.key, nik)
            if told is not None:
                write.answers.append(told)
                if told.code not in WAIT:
                    write.final = told
                    return
            if asyncio.get_running_loop().time() > end:
                return
            await asyncio.sleep(0.1)

    async def _once(self, connection: Connection, kind: str, key: str, nik: str) -> Told | None:
        try:
            told = await connection.ask(kind, key, nik)
        except (OSError, EOFError):
            self.broken += 1
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._ending.wait(), 0.05)
            return None
        self.told.append(told)
        if told.status != 200:
            await asyncio.sleep(0.02)
        return told

    def _nik(self) -> str:
        return f"99{next(self._numbers):014d}"


def said(told: Told) -> Any:
    """The JSON of an answer."""
    return json.loads(told.body)
