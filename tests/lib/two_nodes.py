"""Two nodes of two members with an agreement between them, and an old system behind the second: the smallest exchange.

    async with two_nodes(tmp_path) as pair:
        status, headers, body = await pair.ask("POST", "/pop/x", body=b'{"nik": "..."}')
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import socket
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import msgspec

from terpadu.clock import system_clock
from terpadu.exchange.doors.callers import Callers
from terpadu.exchange.node import Node
from terpadu.exchange.plan import Address, Plan
from terpadu.model.federation import WHOLE_BODY, Agreement, Endpoint, Member, Purpose, Service, Subsystem
from terpadu.model.federation import Node as NodeEntry
from terpadu.model.identifiers import MemberId, NodeId, ServiceId, SubsystemId
from terpadu.trust import serve
from tests.lib.federation import Made, make_federation
from tests.lib.upstream import Upstream, upstream

ASKER, ANSWERER = NodeId("ID/GOV/1/n1"), NodeId("ID/GOV/9/n1")
APP, POP = SubsystemId("ID/GOV/1/app"), SubsystemId("ID/GOV/9/pop")
EVERYTHING = (Endpoint("*", "/**"),)
FIELDS = ("nama", "alamat.kota")
YEAR = 365 * 86_400_000

CONNECTOR = """
[system]
name = "Sistem uji"
kind = "rest"
subsystem = "ID/GOV/9/pop"
base = "http://127.0.0.1:{port}"
[system.limits]
seconds = 10
[service.x]
mode = "pass-through"
endpoints = [{{ method = "*", path = "/**" }}]
[service.catat]
mode = "pass-through"
endpoints = [{{ method = "*", path = "/**" }}]
[service.titip]
mode = "pass-through"
endpoints = [{{ method = "*", path = "/**" }}]
[service.berkas]
mode = "pass-through"
endpoints = [{{ method = "*", path = "/**" }}]
"""


def service(code: str, effect: Any, **more: Any) -> Service:
    """A service of the answering member."""
    values: dict[str, Any] = {"subject": "body:nik", **more}
    return Service(
        id=ServiceId(f"{POP}/{code}"), title=code, type="REST", effect=effect, nodes=(ANSWERER,), endpoints=EVERYTHING, **values
    )  # fmt: skip


def agreement(name: str, code: str, **more: Any) -> Agreement:
    """An agreement of the asking member, open in all that a test does not name."""
    now = system_clock()
    values: dict[str, Any] = {
        "id": name,
        "version": 1,
        "consumer": APP,
        "service": ServiceId(f"{POP}/{code}"),
        "purposes": ("uji",),
        "endpoints": EVERYTHING,
        "fields": FIELDS,
        "since": now - YEAR,
        "until": now + YEAR,
        "quota": 10_000_000,
        "persons": 1_000_000,
        "default_purpose": "uji",
    }
    return Agreement(**{**values, **more})


_FIRST, _COUNT = 29_400, 3_300
"""Below those that the system gives to connections that go out, or a node that starts again finds its port taken by one;
above those of the demos that the tests run."""
_PORTS = (_FIRST + number % _COUNT for number in itertools.count(os.getpid() * 37))


def free_port() -> int:
    """A port that nobody holds at the moment, and that nobody is given by chance."""
    for port in _PORTS:
        with socket.socket() as found, contextlib.suppress(OSError):
            found.bind(("127.0.0.1", port))
            return port
    raise AssertionError("the count has no end")


def federation(directory: Path, ports: dict[NodeId, int], **more: Any) -> Made:
    """The federation of both members."""
    values: dict[str, Any] = {
        "members": (Member(id=MemberId("ID/GOV/1"), name="Penanya"), Member(id=MemberId("ID/GOV/9"), name="Penjawab")),
        "nodes": tuple(
            NodeEntry(id=name, member=MemberId(name[:8]), host="127.0.0.1", port=port, protocols=("terpadu/1", "terpadu-bulk/1"))
            for name, port in ports.items()
        ),
        "subsystems": (Subsystem(id=APP, name="Aplikasi"), Subsystem(id=POP, name="Kependudukan")),
        "services": (
            service("x", "safe"), service("catat", "keyed"), service("titip", "best-effort"),
            service("berkas", "safe", subject=""),
        ),
        "purposes": (Purpose(id="uji", title="Uji", basis="UU contoh pasal 1"),),
        "agreements": (
            agreement("A1", "x"), agreement("A2", "catat", keep_days=1), agreement("A3", "titip"),
            agreement("A4", "berkas", fields=(WHOLE_BODY,)),
        ),
        **more,
    }  # fmt: skip
    return make_federation(directory, **values)


class Pair:
    """Two running nodes and what stands behind them."""

    def __init__(self, directory: Path, made: Made, system: Upstream, ports: dict[NodeId, int], registry: int) -> None:
        self.directory = directory
        self.made = made
        self.system = system
        self.ports = ports
        self.registry = registry
        self.asker: Node
        self.answerer: Node

    def plan(self, name: NodeId, **more: Any) -> Plan:
        """The plan of one of both."""
        home = self.directory / name.replace("/", "-")
        root = self.directory / "root.json"
        root.write_bytes(self.made.root)
        values: dict[str, Any] = {
            "keys": self.made.keys[name].folder,
            "journal": home / "journal",
            "trust": home / "trust",
            "root": root,
            "registries": (f"http://127.0.0.1:{self.registry}",),
            "peers": Address("127.0.0.1", self.ports[name]),
            "callers": Callers(anybody_may_be=frozenset((APP,))),
            "connectors": self._connectors() if name == ANSWERER else None,
            "refresh": 0.5,
            **more,
        }
        return Plan(**values)

    def _connectors(self) -> Path:
        folder = self.directory / "connectors"
        folder.mkdir(exist_ok=True)
        (folder / "connector.toml").write_text(CONNECTOR.format(port=self.system.port))
        return folder

    async def start(self, **more: Any) -> None:
        """Start both."""
        self.answerer = await Node.start(self.plan(ANSWERER, **more))
        self.asker = await Node.start(self.plan(ASKER, **more))

    async def ask(
        self, verb: str, path: str, body: bytes = b"", client: str = APP, **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        """One call through the asking node's door; `path` begins behind the answering member."""
        named = {"X-Road-Client": client, "Content-Type": "application/json"}
        named |= {name.replace("_", "-"): value for name, value in headers.items()}
        return await call(self.asker.door_port, verb, f"/r1/ID/GOV/9{path}", named, body)


async def call(
    port: int, verb: str, path: str, headers: dict[str, str], body: bytes = b""
) -> tuple[int, dict[str, str], bytes]:
    """One HTTP call on a connection of its own."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    head = f"{verb} {path} HTTP/1.1\r\nHost: uji\r\nContent-Length: {len(body)}\r\nConnection: close\r\n{lines}\r\n"
    writer.write(head.encode() + body)
    raw = await reader.read()
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()
    return parse(raw)


def parse(raw: bytes) -> tuple[int, dict[str, str], bytes]:
    """Status, headers by lower-case name, body."""
    head, _, rest = raw.partition(b"\r\n\r\n")
    line, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (entry.partition(":") for entry in lines)}
    return int(line.split(" ")[1]), headers, rest


@contextlib.asynccontextmanager
async def two_nodes(
    directory: Path, plan: dict[str, Any] | None = None, change: Callable[[Any], Any] | None = None, **more: Any
) -> AsyncIterator[Pair]:
    """Federation, registry, old system and both nodes, for as long as the block lasts."""
    ports = {ASKER: free_port(), ANSWERER: free_port()}
    made = federation(directory / "federation", ports, **more)
    async with upstream() as system, serve.listening(made.office.public, "127.0.0.1", 0) as registry:
        fresh = asyncio.create_task(serve.keep_fresh(made.office, system_clock))
        pair = Pair(directory, made, system, ports, registry)
        await pair.start(**(plan or {}))
        try:
            yield pair
        finally:
            await pair.asker.stop()
            await pair.answerer.stop()
            fresh.cancel()
            await asyncio.gather(fresh, return_exceptions=True)


def said(body: bytes) -> Any:
    """The JSON of a body."""
    return msgspec.json.decode(body)
