"""Deaths that are worse than one: too late to answer in time, at any moment, of both nodes; and a disk that is slow."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import pytest

from terpadu.clock import system_clock
from tests.lib.fault_disk import SLOW, ill_disk
from tests.lib.fault_invariants import EXPECTED, SECONDS_BACK, Death
from tests.lib.fault_ledger import read_ledger
from tests.lib.fault_load import Load
from tests.lib.fault_nodes import NodeProcess
from tests.lib.fault_rig import rig
from tests.lib.fault_story import conclude

ROUNDS = 6
SEEDS = range(4)


def test_a_doubt_that_outlives_its_deadline_is_still_resolved(tmp_path: Path) -> None:
    """The answering node stays away longer than its callers wait: the system is asked again all the same, under its key."""

    async def story() -> list[str]:
        async with rig(tmp_path, seconds=1.5) as it:
            await it.start(answerer="p6:30")
            load = Load(it.asker.door, ("catat", "catat", "catat", "titip"))
            assert await it.answerer.ended() == -9
            died = system_clock()
            await asyncio.sleep(2.5)
            await it.answerer.launch()
            await it.answerer.become_ready()
            findings = await conclude(it, load, (Death(it.answerer.name, died, system_clock()),))
            codes = {getattr(line.head, "code", None) for line in read_ledger(it.answerer).replies("out").values()}
            return findings + [f"A reply says {code}." for code in codes - {None, "outcome-unknown"}]

    assert asyncio.run(story()) == []


@pytest.mark.deep
@pytest.mark.parametrize("seed", SEEDS)
def test_deaths_at_any_moment(tmp_path: Path, seed: int) -> None:
    """Killed from outside, one node or both, again and again; what a seed does to time, the machine decides."""
    chance = random.Random(seed)

    async def story() -> list[str]:
        async with rig(tmp_path, seconds=3.0) as it:
            await it.start()
            load, deaths = Load(it.asker.door), list[Death]()
            for _ in range(ROUNDS):
                await load.more(20)
                await asyncio.sleep(chance.random() * 0.3)
                victims = chance.choice(((it.asker,), (it.answerer,), (it.asker, it.answerer)))
                deaths += await asyncio.gather(*(kill_and_revive(victim) for victim in victims))
            return await conclude(it, load, deaths)

    assert asyncio.run(story()) == []


async def kill_and_revive(node: NodeProcess) -> Death:
    """SIGKILL by its process number; started again at once."""
    node.kill()
    outage = await node.revive()
    assert outage.seconds < SECONDS_BACK
    return Death(node.name, outage.died)


@pytest.mark.deep
@pytest.mark.parametrize("side", ["asker", "answerer"])
def test_a_slow_disk_slows_and_breaks_nothing(tmp_path: Path, side: str) -> None:
    """A sync takes long: what is recorded while one runs shares the next, so callers wait for two or three, not more."""

    async def story() -> list[str]:
        async with rig(tmp_path, seconds=8.0) as it:
            control = ill_disk(getattr(it, side))
            await it.start()
            load = Load(it.asker.door)
            await load.more(20)
            control.write_text("slow")
            await load.more(24)
            control.unlink()
            assert max(one.at - one.asked for one in load.told) < 5 * SLOW * 1000
            return await conclude(it, load, (), EXPECTED)

    assert asyncio.run(story()) == []
