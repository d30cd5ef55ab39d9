"""One run under load: a node dies, is revived, load goes on and ends; then everything is read and judged."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from terpadu.clock import system_clock
from terpadu.trust import narrow
from tests.lib.fault_invariants import (
    EXPECTED,
    Death,
    acknowledged_is_recorded,
    back_in_time,
    doubts_resolved,
    journals_agree,
    journals_verify,
    no_surprises,
    nothing_released,
    one_answer,
    one_effect,
    outcomes_known,
)
from tests.lib.fault_ledger import Ledger, prove, read_ledger, read_lines
from tests.lib.fault_load import Load
from tests.lib.fault_nodes import Outage, until
from tests.lib.fault_rig import Rig, rig

WITHIN = 3_000
"""Milliseconds from a published suspension to its effect, at nodes that refresh every second."""
PROVEN = 24
"""How many exchanges of a run get their evidence file, those around the death first."""


class Seen(NamedTuple):
    """All that a run left."""

    outages: Sequence[Outage]
    load: Load
    ours: Ledger
    theirs: Ledger
    suspended: int
    findings: list[str]


async def run_with_death(directory: Path, point: str, n: int) -> Seen:
    """Let the node in whose path the point lies kill itself there; the other one lives."""
    spec = f"{point}:{n}"
    async with rig(directory) as it:
        victim = it.asker if point.startswith("c") else it.answerer
        await it.start(**({"asker": spec} if victim is it.asker else {"answerer": spec}))
        load = Load(it.asker.door)
        suspended = await _suspend(it)
        outage = await victim.revive()
        return await _finish(it, load, [outage], [Death(victim.name, outage.died)], suspended)


async def _suspend(it: Rig) -> int:
    """Take a right away in the middle of the run; when it must have ended everywhere."""
    await asyncio.to_thread(narrow.suspend, it.made.office, "A4/1", "centre", "uji", system_clock())
    return system_clock() + WITHIN


async def _finish(it: Rig, load: Load, outages: list[Outage], deaths: list[Death], suspended: int) -> Seen:
    """Serve again, outlast the suspension, end, wait for the last doubt, stop in order, judge."""
    await load.more(40)
    back = [one.at for one in load.told if one.status == 200 and one.asked >= outages[-1].died] if outages else []
    await asyncio.sleep(max(0, suspended + 500 - system_clock()) / 1000)
    await load.end()
    await settled(it)
    statuses = await it.stop()
    ours, theirs = read_ledger(it.asker), read_ledger(it.answerer)
    findings = judge(it, load, ours, theirs, deaths, suspended)
    findings += [f"Ended with status {status}." for status in statuses if status != 0]
    if outages:
        findings += back_in_time((back[0] - outages[-1].died) / 1000)
    return Seen(outages, load, ours, theirs, suspended, findings)


def judge(
    it: Rig,
    load: Load,
    ours: Ledger,
    theirs: Ledger,
    deaths: Sequence[Death],
    suspended: int,
    allowed: frozenset[str] = EXPECTED,
) -> list[str]:
    """All invariants over one run; `allowed` are the codes that callers may be told in it."""
    numbers = _around(load, deaths)[:PROVEN]
    return [
        *acknowledged_is_recorded(load.told, ours, theirs),
        *prove(it.asker, numbers),
        *prove(it.answerer, numbers),
        *one_effect(it.system.effects, load.writes),
        *one_answer(load.writes),
        *journals_verify(ours, theirs),
        *journals_agree(ours, theirs, deaths, load.told),
        *doubts_resolved(theirs),
        *outcomes_known(ours),
        *nothing_released(theirs, "/buka", suspended),
        *no_surprises(load.told, allowed),
    ]


def _around(load: Load, deaths: Sequence[Death]) -> list[str]:
    """The message numbers that callers hold, those nearest to a death first."""
    signed = [one for one in load.told if one.signed]
    signed.sort(key=lambda one: min((abs(one.at - death.at) for death in deaths), default=0))
    return [one.number for one in signed]


async def conclude(
    it: Rig,
    load: Load,
    deaths: Sequence[Death],
    allowed: frozenset[str] = EXPECTED,
    suspended: int = 2**53,
    patience: float = 20.0,
) -> list[str]:
    """Serve again, end, wait for the last doubt (`patience` seconds), stop in order, judge."""
    await load.more(40)
    await load.end()
    with contextlib.suppress(AssertionError):  # what stays in doubt is found below
        await settled(it, patience)
    statuses = await it.stop()
    findings = judge(it, load, read_ledger(it.asker), read_ledger(it.answerer), deaths, suspended, allowed)
    return findings + [f"Ended with status {status}." for status in statuses if status != 0]


async def settled(it: Rig, seconds: float = 20.0) -> None:
    """Until both nodes have on disk how every request ended."""

    def whole() -> bool:
        ours, theirs = (Ledger(node.name, (), tuple(read_lines(node))) for node in (it.asker, it.answerer))
        return not outcomes_known(ours) and not doubts_resolved(theirs)

    async def is_whole() -> bool:
        return await asyncio.to_thread(whole)

    await until(is_whole, seconds, "Expected both nodes to end all their doubts.")
