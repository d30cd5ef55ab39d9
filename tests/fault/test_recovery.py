"""A provider's journal is lost under load, the node is killed while it catches up: no key has a second effect (A46, S1, S16).

Real processes; the old system counts. Callers repeat their writes all the while, and once more when all is over.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from terpadu.cli.node import plan_of
from tests.lib.fault_invariants import one_effect
from tests.lib.fault_load import Connection, Load
from tests.lib.fault_nodes import NodeProcess, until
from tests.lib.fault_rig import Rig, rig

KILLS = (0.6, 0.8, 1.0, 1.2, 1.5)
"""Seconds after a start at which the node is killed: before, in and after its catching up."""


def gone(journal: Path, copy: Path) -> None:
    """The whole folder."""
    shutil.rmtree(journal)


def older(journal: Path, copy: Path) -> None:
    """A copy of before, as a backup keeps it."""
    shutil.rmtree(journal)
    shutil.copytree(copy, journal)


def cut(journal: Path, copy: Path) -> None:
    """The last segment ends in the middle of what was durable."""
    path = sorted((journal / "1/segment").glob("0*"))[-1]
    path.write_bytes(path.read_bytes()[:20_000])


@pytest.mark.parametrize(
    "loss", [older, pytest.param(gone, marks=pytest.mark.deep), pytest.param(cut, marks=pytest.mark.deep)]
)
def test_a_lost_journal_doubles_no_effect(tmp_path: Path, loss: Callable[[Path, Path], None]) -> None:
    async def story() -> list[str]:
        async with rig(tmp_path, seconds=2.0) as it:
            load = await begin(it, tmp_path / "copy")
            it.answerer.kill()
            await it.answerer.ended()
            loss(plan_of(it.answerer.settings).journal, tmp_path / "copy")
            await it.answerer.launch()
            await until(lambda: stands_back(it.answerer), 20, "Expected the node to see that its journal was lost.")
            await it.answerer.stop()
            await give_up(it.answerer)
            for seconds in KILLS:
                await it.answerer.launch()
                await asyncio.sleep(seconds)
                it.answerer.kill()
                await it.answerer.ended()
            await it.answerer.launch()
            await it.answerer.become_ready()
            await load.more(40)
            await load.end()
            await again(it, load)
            return one_effect(it.system.effects, load.writes)

    assert asyncio.run(story()) == []


async def begin(it: Rig, copy: Path) -> Load:
    """Both nodes, a while of load, a copy of the answering journal at rest, more load."""
    await it.start()
    load = Load(it.asker.door)
    await load.more(60)
    await it.answerer.stop()
    shutil.copytree(plan_of(it.answerer.settings).journal, copy)
    await it.answerer.launch()
    await it.answerer.become_ready()
    await load.more(150)
    await asyncio.sleep(1.2)  # a checkpoint of what came since is signed, and the asker has a turn with it
    await load.more(20)
    return load


async def give_up(node: NodeProcess) -> None:
    """As an operator does."""
    command = (sys.executable, "-m", "terpadu", "journal", "give-up", str(node.settings))
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    said, _ = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 0
    assert b"journal/1 diakhiri" in said


async def stands_back(node: NodeProcess) -> bool:
    """Does it say that it is not ready?"""
    return await node.ready_status() == 503


async def again(it: Rig, load: Load) -> None:
    """Every write once more under its key: its stored answer, or a signed word that nobody knows."""
    connection = Connection(it.asker.door)
    settled = [write for write in load.writes if write.final is not None]
    assert len(settled) > 40
    for write in settled:
        told = await connection.ask(write.kind, write.key, write.nik)
        assert (told.status, told.code) in {(200, ""), (502, "outcome-unknown")}, told
        if write.final is not None and write.final.status == 200 and told.status == 200:
            assert told.body == write.final.body
    connection.close()
