"""Terpadu's side: a federation of two offices, the settings of their nodes, and the nodes, each a process of its own.

The second office has up to eight nodes. Service `x<n>` (class safe) and `b<n>` (large bodies) live on its node n;
`tegas` (class best-effort: the node asks its system only after the request's record is on disk) on its first.
"""

from __future__ import annotations

import contextlib
import hashlib
import secrets
from collections.abc import Iterator
from pathlib import Path

from bench import traffic
from bench.build import Build
from bench.machine import Ports
from bench.processes import Process, running
from terpadu.clock import system_clock
from terpadu.model.federation import WHOLE_BODY, Agreement, Endpoint, Member, Node, Purpose, Service, Subsystem
from terpadu.model.identifiers import MemberId, NodeId, ServiceId, SubsystemId
from tests.lib.federation import make_federation

PEERS = 8
ASKER = NodeId("ID/GOV/1/n1")
LANES = ("terpadu/1", "terpadu-bulk/1")
YEAR = 365 * 86_400_000
STRICT, LARGE = "tegas", "berkas"
_EVERYTHING = (Endpoint("*", "/**"),)

_SETTINGS = """\
[node]
keys = "{keys}"
root = "{root}"
journal = "{home}/journal"
trust = "{home}/trust"
registries = ["http://127.0.0.1:{registry}"]
peers = "127.0.0.1:{peers}"
door = "127.0.0.1:{door}"
{more}
[callers.tokens]
"{digest}" = "{client}"
"""

_CONNECTOR = """\
[system]
name = "Sistem pembanding"
kind = "rest"
subsystem = "{provider}"
base = "http://127.0.0.1:{port}"
[system.limits]
concurrency = 1024
"""

_SERVICE = """\
[service.{code}]
mode = "pass-through"
endpoints = [{{ method = "*", path = "/**" }}]
"""


class Office:
    """Everything that the nodes are started from, on disk below `home`."""

    def __init__(self, home: Path, ports: Ports, build: Build) -> None:
        self.home, self.ports, self.build = home, ports, build
        self.token = secrets.token_urlsafe(24)
        answering = [_answering(number) for number in range(1, PEERS + 1)]
        names = [ASKER, *answering]
        codes = {f"x{number}": number for number in range(1, PEERS + 1)} | {STRICT: 1, LARGE: 1}
        self.made = make_federation(
            home / "federation",
            members=(Member(id=MemberId("ID/GOV/1"), name="Penanya"), Member(id=MemberId("ID/GOV/9"), name="Penjawab")),
            nodes=[
                Node(id=name, member=MemberId(name[:8]), host="127.0.0.1", port=ports.node(number), protocols=LANES)
                for number, name in enumerate(names)
            ],
            subsystems=[Subsystem(id=SubsystemId(name), name=name) for name in (traffic.CLIENT, traffic.PROVIDER)],
            services=[_service(code, answering[number - 1]) for code, number in codes.items()],
            purposes=(Purpose(id="uji", title="Pembandingan", basis="UU contoh pasal 1"),),
            agreements=[_agreement(code) for code in codes],
        )
        (home / "root.json").write_bytes(self.made.root)
        self._connectors(list(codes))

    def _connectors(self, codes: list[str]) -> None:
        folder = self.home / "connectors"
        folder.mkdir()
        text = _CONNECTOR.format(provider=traffic.PROVIDER, port=self.ports.upstream)
        (folder / "connector.toml").write_text(text + "".join(_SERVICE.format(code=code) for code in codes))

    def settings(self, number: int) -> Path:
        """Write the settings of node `number` (0 asks) and give the file."""
        name = ASKER if number == 0 else _answering(number)
        home = self.home / f"node{number}"
        home.mkdir(exist_ok=True)
        file = home / "node.toml"
        text = _SETTINGS.format(
            keys=self.made.keys[name].folder,
            root=self.home / "root.json",
            home=home,
            registry=self.ports.registry,
            peers=self.ports.node(number),
            door=self.ports.door if number == 0 else self.ports.answering_door(number),
            more=f'connectors = "{self.home / "connectors"}"' if number else "",
            digest=hashlib.sha256(self.token.encode()).hexdigest(),
            client=traffic.CLIENT,
        )
        file.write_text(text)
        return file

    def journal(self, number: int) -> Path:
        """The segments of node `number`'s journal."""
        return self.home / f"node{number}" / "journal" / "1" / "segment"

    @contextlib.contextmanager
    def registry(self) -> Iterator[Process]:
        """Serve the federation and keep it fresh."""
        address = f"127.0.0.1:{self.ports.registry}"
        command = [*self.build.command, "federation", "publish", "--serve", address, "--dir", str(self.made.office.directory)]
        with running("the registry", command, self.home / "registry.log", self.ports.registry) as process:
            yield process

    @contextlib.contextmanager
    def node(self, number: int) -> Iterator[Process]:
        """Run one node."""
        port = self.ports.door if number == 0 else self.ports.answering_door(number)
        command = [*self.build.command, "node", "run", str(self.settings(number))]
        with running(f"node {number}", command, self.home / f"node{number}.log", port) as process:
            yield process


def _answering(number: int) -> NodeId:
    return NodeId(f"ID/GOV/9/n{number}")


def _service(code: str, node: NodeId) -> Service:
    return Service(
        id=ServiceId(f"{traffic.PROVIDER}/{code}"),
        title=code,
        type="REST",
        effect="best-effort" if code == STRICT else "safe",
        nodes=(node,),
        endpoints=_EVERYTHING,
        subject="" if code == LARGE else "body:nik",
    )


def _agreement(code: str) -> Agreement:
    now = system_clock()
    return Agreement(
        id=f"A-{code}",
        version=1,
        consumer=SubsystemId(traffic.CLIENT),
        service=ServiceId(f"{traffic.PROVIDER}/{code}"),
        purposes=("uji",),
        endpoints=_EVERYTHING,
        fields=(WHOLE_BODY,) if code == LARGE else traffic.FIELDS,
        since=now - YEAR,
        until=now + YEAR,
        quota=100_000_000,
        persons=1_000_000,
        default_purpose="uji",
    )
