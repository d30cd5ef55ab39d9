"""What stands around two node processes: their federation and registry, the old systems, the settings files.

async with rig(tmp_path) as it:
    await it.start(asker="c5:20")
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from msgspec import structs

from terpadu.clock import system_clock
from terpadu.model.federation import Agreement, Service, Subsystem
from terpadu.model.identifiers import NodeId, ServiceId, SubsystemId
from terpadu.trust import serve
from tests.lib.fault_nodes import NodeProcess, lasting_port
from tests.lib.fault_system import OldSystem, old_system
from tests.lib.federation import Made
from tests.lib.two_nodes import ANSWERER, APP, ASKER, POP, agreement, federation, service

OTHER = SubsystemId("ID/GOV/9/lain")
"""Another subsystem of the answering member, with an old system of its own."""
EFFECTS = {"lihat": "safe", "catat": "keyed", "titip": "best-effort", "buka": "safe"}
"""The services of POP and their classes."""

_SETTINGS = """
[node]
keys = "{keys}"
root = "{root}"
peers = "127.0.0.1:{peers}"
door = "127.0.0.1:{door}"
registries = ["http://127.0.0.1:{registry}"]
connectors = "{connectors}"
seconds = {seconds}
refresh = 1
[callers]
anybody_may_be = ["{app}"]
"""
_CONNECTOR = """
[system]
name = "Sistem {subsystem}"
kind = "rest"
subsystem = "{subsystem}"
base = "http://127.0.0.1:{port}"
[system.limits]
seconds = 4
"""
_SERVICE = """
[service.{code}]
mode = "pass-through"
endpoints = [{{ method = "*", path = "/**" }}]
"""


class Registry:
    """The registry's publishing address, in this process; it can die and come back on the same port."""

    def __init__(self, made: Made) -> None:
        self.made, self.port = made, lasting_port()
        self._serving: contextlib.AsyncExitStack | None = None
        self._fresh: asyncio.Task[None] | None = None

    async def live(self) -> None:
        """Serve and keep fresh."""
        self._serving = contextlib.AsyncExitStack()
        await self._serving.enter_async_context(serve.listening(self.made.office.public, "127.0.0.1", self.port))
        self._fresh = asyncio.create_task(serve.keep_fresh(self.made.office, system_clock))

    async def die(self) -> None:
        """Nobody listens there any more."""
        if self._serving is not None and self._fresh is not None:
            self._fresh.cancel()
            await asyncio.gather(self._fresh, return_exceptions=True)
            await self._serving.aclose()
            self._serving = self._fresh = None


class Rig:
    """Both nodes and their surroundings."""

    def __init__(self, directory: Path, registry: Registry, system: OldSystem, other: OldSystem) -> None:
        self.directory, self.registry, self.system, self.other = directory, registry, system, other
        self.made = registry.made
        self.asker: NodeProcess
        self.answerer: NodeProcess

    @property
    def root(self) -> bytes:
        """The trust anchor."""
        return self.made.root

    async def start(self, asker: str = "", answerer: str = "") -> None:
        """Start both; a crash point for the one that is to die."""
        await self.answerer.launch(answerer)
        await self.asker.launch(asker)
        await self.answerer.become_ready()
        await self.asker.become_ready()

    async def stop(self) -> list[int | None]:
        """End both in order; their statuses."""
        return [await self.asker.stop(), await self.answerer.stop()]

    def node(self, name: NodeId, peers: int, seconds: float) -> NodeProcess:
        """A node with its settings file; `seconds` is the deadline of its callers."""
        home, door = self.directory / name.replace("/", "-"), lasting_port()
        home.mkdir()
        connectors = self._connectors() if name == ANSWERER else ""
        keys, root = self.made.keys[name].folder.resolve(), (self.directory / "root.json").resolve()
        text = _SETTINGS.format(
            keys=keys, root=root, peers=peers, door=door, registry=self.registry.port, connectors=connectors,
            seconds=seconds, app=APP,
        )  # fmt: skip
        (home / "node.toml").write_text(text)
        return NodeProcess(name, home, door)

    def _connectors(self) -> str:
        folder = self.directory / "connectors"
        for name, subsystem, port, codes in (
            ("pop", POP, self.system.port, tuple(EFFECTS)), ("lain", OTHER, self.other.port, ("lain",)),
        ):  # fmt: skip
            (folder / name).mkdir(parents=True)
            text = _CONNECTOR.format(subsystem=subsystem, port=port)
            text += "".join(_SERVICE.format(code=code) for code in codes)
            (folder / name / "connector.toml").write_text(text)
        return str(folder.resolve())


def _of_other(entry: Service) -> Service:
    return structs.replace(entry, id=ServiceId(f"{OTHER}/lain"))


def _agreed(number: int, code: str) -> Agreement:
    return agreement(f"A{number}", code, fields=("nama", "nomor"), keep_days=1 if code == "catat" else 0)


def _federation(directory: Path, ports: dict[NodeId, int]) -> Made:
    other = structs.replace(_agreed(9, "lain"), service=ServiceId(f"{OTHER}/lain"))
    return federation(
        directory,
        ports,
        subsystems=(
            Subsystem(id=APP, name="Aplikasi"),
            Subsystem(id=POP, name="Sistem"),
            Subsystem(id=OTHER, name="Lain"),
        ),
        services=(*(service(code, effect) for code, effect in EFFECTS.items()), _of_other(service("lain", "safe"))),
        agreements=(*(_agreed(number, code) for number, code in enumerate(EFFECTS, 1)), other),
    )


@contextlib.asynccontextmanager
async def rig(directory: Path, seconds: float = 5.0, reached_at: int | None = None) -> AsyncIterator[Rig]:
    """Everything but the nodes runs when the block begins.

    `reached_at` is the port under which the federation lists the answering node, where a test puts something between.
    """
    ports = {ASKER: lasting_port(), ANSWERER: lasting_port()}
    made = _federation(directory / "federation", {**ports, ANSWERER: reached_at or ports[ANSWERER]})
    (directory / "root.json").write_bytes(made.root)
    registry = Registry(made)
    async with old_system() as system, old_system() as other:
        it = Rig(directory, registry, system, other)
        it.asker, it.answerer = it.node(ASKER, ports[ASKER], seconds), it.node(ANSWERER, ports[ANSWERER], seconds)
        await registry.live()
        try:
            yield it
        finally:
            await it.stop()
            await registry.die()
