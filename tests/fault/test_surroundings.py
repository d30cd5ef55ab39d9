"""What stands around the nodes fails: an old system that never answers, a registry that is dead or half dead."""

from __future__ import annotations

import asyncio
import contextlib
import time
from pathlib import Path

import pytest

from terpadu.clock import system_clock
from terpadu.trust import narrow
from tests.lib.fault_invariants import EXPECTED, SECONDS_BACK, Death
from tests.lib.fault_load import Load, Told
from tests.lib.fault_nodes import until
from tests.lib.fault_rig import Rig, rig
from tests.lib.fault_story import WITHIN, conclude

UNAFFECTED = 1_500
"""Milliseconds in which another system's callers have their answer."""


@pytest.mark.deep
def test_a_system_that_never_answers_hurts_only_its_own_callers(tmp_path: Path) -> None:
    async def story() -> tuple[list[str], list[Told]]:
        async with rig(tmp_path, seconds=8.0) as it:
            await it.start()
            load = Load(it.asker.door, ("lihat", "lihat", "lihat", "lihat", "lihat", "lihat", "lain", "lain"))
            await load.more(20)
            it.system.hanging.add("/lihat")
            await until(lambda: told(load, "upstream-down", 12), 15, "Expected the deadline to hold, then the circuit.")
            it.system.hanging.clear()
            it.system.freed.set()
            since = system_clock()
            await until(lambda: good(load, "lihat", since), 15, "Expected the system to be asked again.")
            return await conclude(it, load, (), EXPECTED | {"upstream-down"}), load.told

    findings, heard = asyncio.run(story())
    assert findings == []
    others = [one for one in heard if one.kind == "lain"]
    assert {one.status for one in others} == {200}
    assert max(one.at - one.asked for one in others) < UNAFFECTED
    assert max(one.at - one.asked for one in heard) < 6_000


async def told(load: Load, code: str, count: int) -> bool:
    """Were so many callers told this code?"""
    return sum(one.code == code for one in load.told) >= count


async def good(load: Load, kind: str, since: int) -> bool:
    """Has somebody who asked since then a good answer?"""
    return any(one.kind == kind and one.status == 200 and one.asked > since for one in load.told)


def test_a_dead_registry_stops_nobody_and_is_heard_when_it_is_back(tmp_path: Path) -> None:
    """Calls go on, also after both nodes restarted; what was narrowed meanwhile takes effect as soon as it can be heard."""

    async def story() -> list[str]:
        async with rig(tmp_path) as it:
            await it.start()
            load = Load(it.asker.door)
            await load.more(20)
            await it.registry.die()
            await load.more(100)
            deaths = await restart_both(it)
            await load.more(100)
            await asyncio.to_thread(narrow.suspend, it.made.office, "A4/1", "centre", "uji", system_clock())
            await it.registry.live()
            suspended = system_clock() + WITHIN
            await asyncio.sleep((WITHIN + 500) / 1000)
            assert await told(load, "suspended", 1)
            return await conclude(it, load, deaths, suspended=suspended)

    assert asyncio.run(story()) == []


async def restart_both(it: Rig) -> tuple[Death, ...]:
    """Kill and start both; each is back in time. When they died."""
    deaths = []
    for node in (it.asker, it.answerer):
        node.kill()
        outage = await node.revive()
        assert outage.seconds < SECONDS_BACK
        deaths.append(Death(node.name, outage.died))
    return tuple(deaths)


@pytest.mark.deep
def test_a_registry_that_accepts_and_never_answers_keeps_no_node_from_starting(tmp_path: Path) -> None:
    async def story() -> None:
        async with rig(tmp_path) as it:
            await it.start()
            await it.registry.die()
            silent = await asyncio.start_server(silence, "127.0.0.1", it.registry.port)
            began = time.monotonic()
            await restart_both(it)
            assert time.monotonic() - began < 2 * SECONDS_BACK
            load = Load(it.asker.door)
            await load.more(20)
            await load.end()
            it.asker.kill()
            it.answerer.kill()
            silent.close()

    asyncio.run(story())


async def silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Read what is asked, say nothing."""
    with contextlib.suppress(OSError):
        while await reader.read(1024):
            pass
    writer.close()
