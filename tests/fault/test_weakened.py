"""A node that lacks one line of its promise is convicted; and the same run acquits the node that has it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import NamedTuple

import pytest

from terpadu.clock import system_clock
from tests.lib.fault_disk import ill_disk
from tests.lib.fault_invariants import Death
from tests.lib.fault_load import Load
from tests.lib.fault_nodes import NodeProcess
from tests.lib.fault_rig import rig
from tests.lib.fault_story import conclude
from tests.lib.fault_weak import WEAKNESSES, weaken


class Trial(NamedTuple):
    """Which weakness on which side, where it dies, and the invariant that it breaks."""

    weakness: str
    side: str
    point: str
    breaks: str
    disk: str = "slow"
    """A slow disk gives a hasty node the time to be wrong."""


TRIALS = (
    Trial("never waits for its disk", "asker", "c9:8", "I1"),
    Trial("never waits for its disk", "answerer", "p6:3", "I2"),
    Trial("replies before it recorded", "answerer", "p9:3", "I1"),
    Trial("remembers nothing", "answerer", "p6:3", "I2"),
    Trial("asks after nothing", "asker", "c6:40", "I3", disk=""),
)
KINDS = ("titip", "titip", "titip", "titip")
"""Writes to a system that takes no keys: nothing but the nodes' own evidence stands between a repeat and a second effect."""


async def findings(directory: Path, trial: Trial, weak: bool) -> list[str]:
    """One death."""
    async with rig(directory, seconds=4.0) as it:
        node: NodeProcess = getattr(it, trial.side)
        ill_disk(node).write_text(trial.disk)
        if weak:
            weaken(node, trial.weakness)
        await it.start(**{trial.side: trial.point})
        load = Load(it.asker.door, KINDS)
        assert await node.ended() == -9
        died = system_clock()
        (node.home / "disk").unlink()
        await node.launch()
        await node.become_ready()
        return await conclude(it, load, (Death(node.name, died),), patience=3)


MENDED = pytest.mark.xfail(reason="after the start nothing is missing: probably the other end brought it back")
"""A weakness that this rig does not convict at present. To do: read the dead node's journal before it starts again."""


@pytest.mark.deep
@pytest.mark.parametrize("trial", [pytest.param(TRIALS[0], marks=MENDED), *TRIALS[1:]])
def test_a_weakened_node_is_convicted(tmp_path: Path, trial: Trial) -> None:
    found = asyncio.run(findings(tmp_path, trial, weak=True))
    assert any(one.startswith(trial.breaks) for one in found), found


@pytest.mark.deep
@pytest.mark.parametrize("trial", [TRIALS[0], TRIALS[1], TRIALS[2], TRIALS[4]])
def test_the_sound_node_is_acquitted(tmp_path: Path, trial: Trial) -> None:
    assert asyncio.run(findings(tmp_path, trial, weak=False)) == []


def test_every_weakness_is_tried() -> None:
    assert {trial.weakness for trial in TRIALS} == WEAKNESSES.keys()
