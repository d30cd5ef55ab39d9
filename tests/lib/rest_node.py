"""A node with one old system over HTTP that answers as a test wants: what it is asked, and replies of every bad kind."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from terpadu.connectors.asking import Connectors
from terpadu.errors import Refused
from terpadu.model.federation import Effect
from terpadu.model.message import Admitted, Answer, Headers
from tests.lib.admitting import admitted, described
from tests.lib.raw_server import Call, Server, reply, serving

FILE = """
[system]
name = "Uji"
kind = "rest"
subsystem = "ID/GOV/UJI/SISTEM"
base = "{url}/dasar"
limits = {{ seconds = {seconds}, bytes = 200000, stream_bytes = 3000000, concurrency = {many} }}
[secrets]
user = "UJI_USER"
password = "UJI_PASSWORD"
[[rest.auth]]
kind = "basic"
user = "user"
password = "password"
[service.lewat]
mode = "pass-through"
endpoints = [{{ method = "*", path = "/a/*" }}, {{ method = "GET", path = "/dalam/**" }}]
[service.tanya]
mode = "asked"
question = {{ type = "object", required = ["nama"], properties = {{ nama = {{ type = "string" }} }} }}
request.method = "GET"
request.path = "/orang/{{nama}}"
request.parameters = {{ nama = "question.nama" }}
request.query = {{ q = "question.nama" }}
answer = {{ nama = "nama" }}
[service.tulis]
mode = "asked"
question = {{ type = "object" }}
request = {{ method = "POST", path = "/tulis", body = {{ isi = "question.isi", kunci = "key" }} }}
answer = {{ nomor = "nomor" }}
"""
GOOD = reply(b'{"nama":"A","nik":"1"}')
Spoil = Callable[[Call, asyncio.StreamWriter], Awaitable[None]]


def node(folder: Path, server: Server, seconds: float = 5, many: int = 8) -> Connectors:
    text = FILE.format(url=server.url, seconds=seconds, many=many)
    return described(folder, text, UJI_USER="pengguna", UJI_PASSWORD="sandi")


def own(
    path: str = "/a/b",
    *,
    verb: str = "GET",
    fields: tuple[str, ...] = ("nama",),
    headers: Headers = (),
    body: bytes = b"",
    effect: Effect = "safe",
    key: str | None = None,
    seconds: float = 10,
) -> Admitted:
    """A request passed through."""
    asked = admitted("lewat", body, fields=fields, effect=effect, key=key, seconds=seconds)
    return replace(asked, path=path, verb=verb, headers=headers)


def ask(folder: Path, handle: Spoil | bytes, asked: Admitted, **limits: Any) -> tuple[Answer | Refused, Server]:
    """One question to one server."""

    async def run() -> tuple[Answer | Refused, Server]:
        async with serving(handle) as server:
            connectors = node(folder, server, **limits)
            try:
                return await connectors.ask(asked), server
            except Refused as refusal:
                return refusal, server
            finally:
                await connectors.close()

    return asyncio.run(run())


def code(folder: Path, handle: Spoil | bytes, asked: Admitted | None = None, **limits: Any) -> str:
    """The code of the refusal; the sentence is one line and names the system."""
    found, _ = ask(folder, handle, asked or own(), **limits)
    assert isinstance(found, Refused), found
    assert "\n" not in found.sentence
    return found.code


async def silence(_: Call, writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def informing_for_ever(_: Call, writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b"HTTP/1.1 103 Early Hints\r\n\r\n")
        await writer.drain()
        await asyncio.sleep(0.01)


async def endless(_: Call, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
    while not writer.is_closing():
        writer.write(b" " * 65_536)
        await writer.drain()


async def cut_short(_: Call, writer: asyncio.StreamWriter) -> None:
    writer.write(GOOD[:-5])
    await writer.drain()
    writer.close()
