"""`terpadu node run`: start a node from its settings and keep it until it is told to stop."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path
from typing import Annotated

import typer
import uvloop

from terpadu import settings
from terpadu.errors import TerpaduError
from terpadu.exchange.diagnostics import tell_in_lines
from terpadu.exchange.doors.alias import Alias, alias
from terpadu.exchange.doors.call import Limits
from terpadu.exchange.doors.callers import Callers
from terpadu.exchange.node import Node
from terpadu.exchange.plan import Address, Plan
from terpadu.model.identifiers import service_id, subsystem_id


def run(
    file: Annotated[Path, typer.Argument(help="Setelan simpul (TOML).", metavar="SETTINGS")],
) -> None:
    """Jalankan simpul sampai SIGTERM atau Ctrl-C."""
    plan = plan_of(file)
    tell_in_lines()
    uvloop.run(_serve(plan))


async def _serve(plan: Plan) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    node = await _start(plan, stop)
    if node is None:
        return
    typer.echo(f"siap {node.keys.node} http://{plan.door.host}:{node.door_port}")
    await stop.wait()
    await node.stop()


async def _start(plan: Plan, stop: asyncio.Event) -> Node | None:
    """The node; None where it was told to stop while it still waited for a registry."""
    starting, stopping = asyncio.ensure_future(Node.start(plan)), asyncio.ensure_future(stop.wait())
    await asyncio.wait((starting, stopping), return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not starting.done():
        starting.cancel()
    try:
        return await starting
    except asyncio.CancelledError:
        return None
    except OSError as error:
        sentence = f"Expected to start a node on {_text(plan.peers)} and {_text(plan.door)}: {error.strerror or error}."
        raise TerpaduError(f"{sentence} Free the port, or name another in the settings.", "not-started") from None


def plan_of(file: Path) -> Plan:
    """A node's plan from its settings file. Raises `BadInput`."""
    found = settings.read(file)
    node, home = found.node, file.resolve().parent

    def path(text: str) -> Path | None:
        return home / text if text else None

    return Plan(
        keys=home / node.keys,
        journal=home / node.journal,
        trust=home / node.trust,
        root=home / node.root,
        registries=node.registries,
        peers=_address(node.peers),
        door=_address(node.door),
        door_certificate=path(node.door_certificate),
        door_key=path(node.door_key),
        door_clients=path(node.door_clients),
        callers=_callers(found.callers),
        aliases={path.encode(): _alias(path, table) for path, table in found.alias.items()},
        connectors=path(node.connectors),
        documents=path(node.documents),
        secrets=settings.secrets(path(node.secrets)),
        spelling=node.spelling,
        seconds=node.seconds,
        limits=Limits(body=node.body_limit),
        refresh=node.refresh,
        free_bytes=node.disk_free,
        metrics=_address(node.metrics) if node.metrics else None,
    )


def _text(address: Address) -> str:
    return f"{address.host}:{address.port}"


def _address(text: str) -> Address:
    host, _, port = text.rpartition(":")
    return Address(host, int(port))


def _alias(path: str, table: settings.AliasTable) -> Alias:
    return alias(path, Alias(subsystem_id(table.client), service_id(table.service), table.purpose, table.key))


def _callers(table: settings.CallersTable) -> Callers:
    return Callers(
        tokens={digest: subsystem_id(name) for digest, name in table.tokens.items()},
        certificates={digest: subsystem_id(name) for digest, name in table.certificates.items()},
        anybody_may_be=frozenset(map(subsystem_id, table.anybody_may_be)),
    )
