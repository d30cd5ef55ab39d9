"""The journal's disk fails: what can't be recorded is not served, the node says so, and goes on by itself after."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from terpadu.clock import system_clock
from tests.lib.fault_disk import ill_disk
from tests.lib.fault_invariants import EXPECTED, Death
from tests.lib.fault_load import Load
from tests.lib.fault_nodes import NodeProcess, Outage, until
from tests.lib.fault_rig import rig
from tests.lib.fault_story import conclude

FULL = EXPECTED | {"log-unavailable"}
NO = {"asker": {"log-unavailable"}, "answerer": {"peer-timeout", "peer-unreachable"}}
"""What a caller is told: its own node can say why; the other one can sign nothing, so it says nothing."""
SIDES = tuple(NO)


@pytest.mark.parametrize("side", SIDES)
def test_a_failed_sync_ends_the_process_and_a_restart_recovers(tmp_path: Path, side: str) -> None:
    async def story() -> tuple[Outage, list[str]]:
        async with rig(tmp_path) as it:
            node: NodeProcess = getattr(it, side)
            control = ill_disk(node)
            await it.start()
            load = Load(it.asker.door)
            await load.more(30)
            control.write_text("eio")
            await node.ended()
            control.unlink()
            outage = await node.revive()
            assert "journal's disk failed" in node.said
            return outage, await conclude(it, load, (Death(node.name, outage.died),), EXPECTED)

    outage, findings = asyncio.run(story())
    assert outage.status == 74
    assert findings == []


@pytest.mark.parametrize("side", SIDES)
def test_a_full_disk_is_told_and_nothing_is_served_until_there_is_space(tmp_path: Path, side: str) -> None:
    async def story() -> list[str]:
        async with rig(tmp_path, seconds=2.0) as it:
            node: NodeProcess = getattr(it, side)
            control = ill_disk(node)
            await it.start()
            load = Load(it.asker.door)
            await load.more(30)
            control.write_text("full")
            since = system_clock()
            await until(lambda: says(node, 503), 5, "Expected a node that can't record to say that it is not ready.")
            await until(lambda: told_no(load, since), 10, "Expected callers to be told.")
            assert [one for one in load.told if one.status == 200 and one.asked > since + 100] == []
            assert {one.code for one in load.told if one.asked > since + 100} <= NO[side]
            control.unlink()
            await until(
                lambda: says(node, 200), 10, f"Expected the node to go on by itself; it said {node.said[-900:]}"
            )
            return await conclude(it, load, (Death(node.name, since, system_clock()),), FULL)

    assert asyncio.run(story()) == []


async def told_no(load: Load, since: int) -> bool:
    """Were callers who asked since then refused, several times over?"""
    return sum(one.status != 200 and one.asked > since + 100 for one in load.told) >= 16


async def says(node: NodeProcess, status: int) -> bool:
    """Is this what `GET /ready` says?"""
    return await node.ready_status() == status


def test_readiness_returns_without_a_call(tmp_path: Path) -> None:
    """Whoever is not ready gets no calls; a node that waited for one would stay away for ever."""

    async def story() -> None:
        async with rig(tmp_path, seconds=2.0) as it:
            node = it.asker
            control = ill_disk(node)
            await it.start()
            load = Load(it.asker.door, ("lihat",))
            await load.more(5)
            control.write_text("full")
            await until(lambda: says(node, 503), 5, "Expected the node to say that it is not ready.")
            await load.end()
            control.unlink()
            await until(lambda: says(node, 200), 10, "Expected the node to go on by itself, without a call.")

    asyncio.run(story())


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 192 MiB, where this machine lets us mount one."""
    place = tmp_path / "small"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=192m", "uji", str(place)]
    made = subprocess.run(mount, capture_output=True, text=True, check=False)
    if made.returncode != 0:
        pytest.skip(f"this machine lets no test mount a file system: {made.stderr.strip()}")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def test_a_really_full_file_system(tmp_path: Path, small_disk: Path) -> None:
    """The node starts where no segment fits any more: it says so, serves nothing, and goes on when there is space."""

    async def story() -> list[str]:
        async with rig(tmp_path, seconds=2.0) as it:
            settings = it.answerer.settings
            settings.write_text(settings.read_text().replace("[node]\n", f'[node]\njournal = "{small_disk}/journal"\n'))
            filler = small_disk / "filler"
            filler.write_bytes(bytes(188 * 1024 * 1024))
            await it.answerer.launch()
            await it.asker.launch()
            await it.asker.become_ready()
            load = Load(it.asker.door)
            await until(lambda: says(it.answerer, 503), 10, "Expected the node to find that its disk is full.")
            assert load.answered == 0
            since = system_clock()
            filler.unlink()
            await until(lambda: says(it.answerer, 200), 10, "Expected the node to go on by itself.")
            return await conclude(it, load, (Death(it.answerer.name, since, system_clock()),), FULL)

    assert asyncio.run(story()) == []
