"""A worker killed at any step, and several side by side: real nodes, a real old system, no effect twice, no case lost."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.lib.postgres import own_database
from tests.lib.two_nodes import APP, POP, Pair, agreement, service, two_nodes
from tests.unit.cases.processes import FORK, process

ACTS = ("akta", "kk", "kia")
SERVICE = """
id = "uji"
title = { id = "Uji", en = "Test" }
life_event = { id = "Uji", en = "Test" }
authority = "-"
basis = "-"
purpose = "uji"
facts = []
"""
ACT = """
[[act]]
name = "%s"
title = { id = "-", en = "-" }
service = "%s/catat"
body = { nik = "subjek.nik", langkah = "'%s'" }
"""
MAKE = """
from terpadu.cases import opening
from terpadu.identity.models import Person
person, _ = Person.objects.get_or_create(email="uji@contoh.example")
for _ in range(%d):
    case = opening.start("uji", person, {"nik": "9901010101010001"})
    opening.send(case)
    print(case.reference)
"""
TELL = """
import json
from terpadu.cases.models import Case, Event
print(json.dumps([
    [case.reference, case.state, case.lease is None, sorted(act.state for act in case.acts.all()),
     sorted(event.step for event in case.events.filter(kind="act_done"))]
    for case in Case.objects.all()
]))
"""
TASK = f"""
<laneSet id="l"><lane id="l1" name="{POP}"><flowNodeRef>periksa</flowNodeRef></lane></laneSet>
<startEvent id="mulai"/>
<manualTask id="periksa"><extensionElements><t:decides id="-" en="-" rule="-"/></extensionElements></manualTask>
<endEvent id="selesai"/>
mulai -> periksa
periksa -> selesai
"""
BOX = f'[[task]]\noffice = "{POP}"\nservice = "{POP}/catat"\n'
TELL_TASKS = """
import json
from terpadu.cases.models import Case
print(json.dumps([
    [case.reference, case.state, case.lease is None, [act.state for act in case.acts.all()],
     [task.state for task in case.tasks.all()], case.events.filter(kind="task_put").count()]
    for case in Case.objects.all()
]))
"""
LATER = """
from datetime import timedelta
from django.utils import timezone
from terpadu.cases.models import Case
past = timezone.now() - timedelta(seconds=1)
assert Case.objects.exclude(leased_until=None).update(leased_until=past) == %d
"""
"""The leases of the killed are over; two were killed when they had let their case go already."""
STEPS = {"w1": 1, "w2": 3, "w3": 2, "w4": 3, "w5": 1}
"""Crash point -> how often a case with two rounds of acts passes it."""
TASK_STEPS = ("w2:1", "w3:1", "w4:1", "w4:2")
"""Where putting a task can be broken off: intended; asked; its outcome taken in; and before all that, not even intended."""


class Office:
    """A portal's folder, and its workers as processes."""

    def __init__(self, folder: Path, pair: Pair, database: str, steps: str = FORK, more: str = "") -> None:
        self.file = folder / "portal.toml"
        place = folder / "layanan" / "uji"
        place.mkdir(parents=True)
        (place / "process.bpmn").write_text(process(steps))
        (place / "service.toml").write_text(SERVICE + (more or "".join(ACT % (name, POP, name) for name in ACTS)))
        self.file.write_text(
            f'[portal]\nkeys = "keys"\nnode = "http://127.0.0.1:{pair.asker.door_port}"\nsubsystem = "{APP}"\n'
            f'services = "layanan"\ndatabase = "{database}"\n'
        )

    async def run(self, *words: str, **environment: str) -> tuple[int, str]:
        """One command; its status and what it said."""
        running = await self.start(*words, **environment)
        out, error = await running.communicate()
        assert running.returncode in (0, -signal.SIGKILL), error.decode()
        return running.returncode or 0, out.decode()

    async def start(self, *words: str, **environment: str) -> Process:
        """A command, running."""
        command = (sys.executable, "-m", "terpadu", "portal", words[0], str(self.file), *words[1:])
        return await asyncio.create_subprocess_exec(
            *command, stdout=PIPE, stderr=PIPE, env={**os.environ, **environment}
        )

    async def prepare(self) -> None:
        from terpadu.portal import keys

        keys.make(self.file.parent / "keys")
        await self.run("prepare")

    async def make(self, count: int) -> list[str]:
        """Cases that are sent; their references."""
        return (await self.run("manage", "shell", "--no-imports", "-c", MAKE % count))[1].split()

    async def tell(self) -> list[list[Any]]:
        """All cases."""
        told: list[list[Any]] = json.loads((await self.run("manage", "shell", "--no-imports", "-c", TELL))[1])
        return told


@contextmanager
def database(kind: str) -> Iterator[str]:
    if kind == "sqlite":
        yield "sqlite:///portal.db"
    else:
        with own_database() as address:
            yield address


def _effects(pair: Pair) -> Counter[str]:
    """What the old system did, by key."""
    return pair.system.effects


async def _until(holds: Callable[[], bool]) -> None:
    for _ in range(6000):
        if holds():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("expected it within two minutes")


async def _settled(office: Office, pair: Pair, references: list[str]) -> None:
    for reference, state, free, acts, told in await office.tell():
        assert reference in references
        assert (state, free, acts, told) == ("closed", True, ["done"] * 3, ["akta", "kia", "kk"]), reference
    assert sum(_effects(pair).values()) == 3 * len(references), _effects(pair)
    assert len(_effects(pair)) == 3 * len(references), _effects(pair)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.deep)])
def test_killed_at_each_step_boundary(tmp_path: Path, kind: str) -> None:
    async def story() -> None:
        async with two_nodes(tmp_path / "nodes") as pair:
            office = Office(tmp_path, pair, address)
            await office.prepare()
            boundaries = [f"{point}:{n}" for point, times in STEPS.items() for n in range(1, times + 1)]
            references = await office.make(len(boundaries))
            for boundary in boundaries:  # each kills a worker in the midst of a case of its own
                status, _ = await office.run("work", "--once", "--lease", "3600", TERPADU_CRASH_AT=boundary)
                assert status == -signal.SIGKILL, f"{boundary} was not passed"
            await office.run("manage", "shell", "--no-imports", "-c", LATER % 8)
            await office.run("work", "--once")
            await _settled(office, pair, references)

    with database(kind) as address:
        asyncio.run(story())


@pytest.mark.timeout(900)
@pytest.mark.deep
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_task_reaches_the_offices_own_system_once_whatever_is_killed(tmp_path: Path, kind: str) -> None:
    async def story() -> None:
        services, agreements = (service("catat", "keyed", subject=""),), (agreement("A2", "catat", keep_days=1),)
        async with two_nodes(tmp_path / "nodes", services=services, agreements=agreements) as pair:
            office = Office(tmp_path, pair, address, TASK, BOX)
            await office.prepare()
            references = await office.make(len(TASK_STEPS))
            for boundary in TASK_STEPS:
                status, _ = await office.run("work", "--once", "--lease", "3600", TERPADU_CRASH_AT=boundary)
                assert status == -signal.SIGKILL, f"{boundary} was not passed"
            await office.run("manage", "shell", "--no-imports", "-c", LATER % 4)
            await office.run("work", "--once")
            told = json.loads((await office.run("manage", "shell", "--no-imports", "-c", TELL_TASKS))[1])
            assert {reference for reference, *_ in told} == set(references)
            assert [rest for _, *rest in told] == [["waiting_office", True, ["done"], ["open"], 1]] * len(references)
            assert sorted(_effects(pair).values()) == [1] * len(references), _effects(pair)

    with database(kind) as address:
        asyncio.run(story())


@pytest.mark.timeout(900)
@pytest.mark.deep
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_workers_side_by_side_and_one_killed_amid(tmp_path: Path, kind: str) -> None:
    async def story() -> None:
        async with two_nodes(tmp_path / "nodes") as pair:
            office = Office(tmp_path, pair, address)
            await office.prepare()
            pair.system.delay = 0.02
            references = await office.make(12)
            assert len(references) == 12
            workers = [await office.start("work", "--lease", "1") for _ in range(3)]
            await _until(lambda: len(_effects(pair)) >= 6)
            workers[0].kill()
            await _until(lambda: len(_effects(pair)) == 36)
            while any(state != "closed" for _, state, *_ in await office.tell()):
                pass
            for worker in workers[1:]:
                worker.terminate()
            for worker in workers:
                await worker.communicate()
            assert [worker.returncode for worker in workers] == [-signal.SIGKILL, 0, 0]
            await _settled(office, pair, references)

    with database(kind) as address:
        asyncio.run(story())
