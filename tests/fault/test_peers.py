"""The other node is there and not there: stopped, cut off, doubled, an old copy. No doubt stays, no effect is doubled."""

from __future__ import annotations

import asyncio
import shutil
import signal
from pathlib import Path

import pytest

from terpadu.cli.node import plan_of
from tests.lib.fault_invariants import EXPECTED
from tests.lib.fault_load import Load
from tests.lib.fault_nodes import NodeProcess, lasting_port, until
from tests.lib.fault_proxy import wire
from tests.lib.fault_rig import rig
from tests.lib.fault_story import conclude
from tests.lib.two_nodes import ANSWERER

STOPPED = 3.0
CUTS = 8


def test_a_half_dead_peer_is_asked_after_when_it_lives_again(tmp_path: Path) -> None:
    """Its sockets accept and nothing answers; deadlines hold. Then every doubt is resolved, and both journals agree."""

    async def story() -> list[str]:
        async with rig(tmp_path, seconds=1.5) as it:
            await it.start()
            load = Load(it.asker.door)
            await load.more(30)
            it.answerer.signal(signal.SIGSTOP)
            await asyncio.sleep(STOPPED)
            it.answerer.signal(signal.SIGCONT)
            slowest = max(one.at - one.asked for one in load.told)
            assert any(one.code == "peer-timeout" for one in load.told)
            assert slowest < 4_000
            # the stopped process finds its own timers expired and leaves its system alone for a while
            return await conclude(it, load, (), EXPECTED | {"upstream-down"})

    assert asyncio.run(story()) == []


def test_a_wire_that_is_cut_again_and_again(tmp_path: Path) -> None:
    """What was under way when it broke is asked after; a reply that went to the broken link comes by the new one."""

    async def story() -> list[str]:
        async with wire() as between, rig(tmp_path, reached_at=between.port) as it:
            between.to = plan_of(it.answerer.settings).peers.port
            it.system.pause = 0.15
            await it.start()
            load = Load(it.asker.door)
            for _ in range(CUTS):
                await load.more(10)
                between.cut()
            slowest = max(one.at - one.asked for one in load.told)
            assert slowest < 4_000
            return await conclude(it, load, ())

    assert asyncio.run(story()) == []


@pytest.mark.deep
def test_a_partition_heals_by_itself(tmp_path: Path) -> None:
    async def story() -> list[str]:
        async with wire() as between, rig(tmp_path, seconds=1.5, reached_at=between.port) as it:
            between.to = plan_of(it.answerer.settings).peers.port
            await it.start()
            load = Load(it.asker.door)
            await load.more(30)
            between.whole = False
            between.cut()
            await asyncio.sleep(3)
            between.whole = True
            return await conclude(it, load, ())

    assert asyncio.run(story()) == []


def test_a_second_instance_does_not_start(tmp_path: Path) -> None:
    """One holder of the journal's lock signs; a killed holder leaves no lock behind."""

    async def story() -> None:
        async with rig(tmp_path) as it:
            await it.start()
            load = Load(it.asker.door, ("lihat",))
            second = twin(it.answerer)
            await second.launch()
            assert await second.ended() == 1
            assert "another holds it" in second.said
            assert "Traceback" not in second.said
            await load.more(5)
            it.answerer.signal(signal.SIGKILL)
            await it.answerer.ended()
            await second.launch()
            await second.become_ready()
            await load.end()
            await second.stop()

    asyncio.run(story())


def twin(node: NodeProcess) -> NodeProcess:
    """The same node a second time, on other ports: the same keys, the same journal."""
    text, plan, door = node.settings.read_text(), plan_of(node.settings), lasting_port()
    text = text.replace(f'"127.0.0.1:{plan.peers.port}"', f'"127.0.0.1:{lasting_port()}"')
    other = NodeProcess(node.name, node.home / "twin", door)
    other.home.mkdir()
    text = text.replace(f'"127.0.0.1:{node.door}"', f'"127.0.0.1:{door}"')
    text = text.replace("[node]\n", f'[node]\njournal = "{plan.journal}"\ntrust = "{plan.trust}"\n')
    other.settings.write_text(text)
    return other


@pytest.mark.deep
def test_an_old_copy_signs_nothing(tmp_path: Path) -> None:
    """Yesterday's copy of a journal is put back: the peer's HELLO knows more, so the node reads and signs no more."""

    async def story() -> None:
        async with rig(tmp_path, seconds=2.0) as it:
            await it.start()
            load = Load(it.asker.door, ("lihat", "lihat"))
            await load.more(10)
            journal, kept = plan_of(it.answerer.settings).journal, tmp_path / "yesterday"
            await it.answerer.stop()
            shutil.copytree(journal, kept)
            await it.answerer.launch()
            await load.more(60)
            await asyncio.sleep(
                1.2
            )  # a checkpoint of what came since has been signed, and the asker has a turn with it
            await load.more(20)
            await it.answerer.stop()
            shutil.rmtree(journal)
            shutil.copytree(kept, journal)
            await it.answerer.launch()
            await until(lambda: stands_back(it.answerer), 10, f"Expected {ANSWERER} to see that it is an old copy.")
            answered = load.answered
            await asyncio.sleep(1)
            assert load.answered == answered
            await load.end()

    asyncio.run(story())


async def stands_back(node: NodeProcess) -> bool:
    """Does it say that it is not ready?"""
    return await node.ready_status() == 503
