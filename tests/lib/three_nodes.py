"""A third node of a third member beside the two: a witness of both, and a stranger to what they said to each other."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from terpadu.clock import Clock, system_clock
from terpadu.exchange.node import Node
from terpadu.model.federation import Member
from terpadu.model.federation import Node as NodeEntry
from terpadu.model.identifiers import MemberId, NodeId
from terpadu.trust import online, serve
from tests.lib.two_nodes import ANSWERER, ASKER, Pair, federation, free_port
from tests.lib.upstream import upstream

THIRD = NodeId("ID/GOV/5/n1")
SETTLED = 5_000
"""Milliseconds that the federation is old: cosignatures count whole seconds, which must not lie before a key's first."""


class Three(Pair):
    """Three running nodes. `registry_server` can be closed: the registry is then dead."""

    third: Node
    registry_server: contextlib.AsyncExitStack


@contextlib.asynccontextmanager
async def three_nodes(directory: Path, clock: Clock = system_clock, now: int | None = None) -> AsyncIterator[Three]:
    """Federation, registry, old system and three nodes, for as long as the block lasts."""
    ports = {name: free_port() for name in (ASKER, ANSWERER, THIRD)}
    made = federation(directory / "federation", ports, members=members(), now=now or system_clock() - SETTLED)
    async with upstream() as system, contextlib.AsyncExitStack() as dying:
        registry = await dying.enter_async_context(serve.listening(made.office.public, "127.0.0.1", 0))
        online.freshen(made.office, system_clock())
        fresh = asyncio.create_task(serve.keep_fresh(made.office, system_clock))
        dying.push_async_callback(_ended, fresh)
        three = Three(directory, made, system, ports, registry)
        three.registry_server = dying
        three.answerer = await Node.start(three.plan(ANSWERER), clock)
        three.asker = await Node.start(three.plan(ASKER), clock)
        three.third = await Node.start(three.plan(THIRD), clock)
        try:
            yield three
        finally:
            for node in (three.asker, three.answerer, three.third):
                await node.stop()


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def members() -> tuple[Member, ...]:
    """One for each node."""
    names = {"ID/GOV/1": "Penanya", "ID/GOV/9": "Penjawab", "ID/GOV/5": "Saksi"}
    return tuple(Member(id=MemberId(number), name=name) for number, name in names.items())


def node_entry(three: Three, name: NodeId) -> NodeEntry:
    """A node as the federation lists it."""
    return next(node for node in three.made.office.draft().nodes if node.id == name)


async def until(true: Callable[[], bool], seconds: float = 15) -> None:
    """Wait for something that another task does."""
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110 - it looks from outside, where nothing tells
            await asyncio.sleep(0.02)
