"""Power cuts (faults S2, S3): whatever anybody was told is there afterwards, and nothing that was not written is.

The power goes at every operation of a run in turn; what was not synced is dropped or torn.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from pathlib import Path

import pytest

from terpadu.errors import Refused
from terpadu.journal import writer
from terpadu.journal.journal import Journal
from terpadu.journal.writer import Group
from tests.lib.journals import TRUST, Keyring, frame, notes, open_journal
from tests.lib.lazy_disk import LazyDisk, LazyFile, PowerCut

# the writer's thread ends as the process would
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
ROUNDS = 7
RING = Keyring()
FRAMES = [frame(RING, count, b"x" * 300) for count in (1, 2, 5)]


class Machine:
    """One run until the power goes: what was told to be durable, in order."""

    def __init__(self, directory: Path, disk: LazyDisk) -> None:
        self._directory, self._disk = directory, disk
        self._journal: Journal | None = None
        self._told_to: list[Group] = []
        self.told: list[bytes] = []

    def run(self, rounds: int) -> None:
        """Record and settle; comes back when the power is gone or all is done."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(writer, "stop", self._stopped)
            patch.setattr(writer, "CHECKPOINT_SECONDS", 0.0)
            with contextlib.suppress(PowerCut, SystemExit, Refused):
                asyncio.run(self._record(rounds))
            self._disk.is_cut = True
            if self._journal is not None:
                self._journal._writer.end()

    def _stopped(self, error: OSError) -> None:
        """In the writer's thread: nobody is told anything any more."""
        if self._journal is not None:
            self._loop.call_soon_threadsafe(self._fail)
        raise SystemExit(error)

    def _fail(self) -> None:
        gathering = self._journal._gathering
        gathering.state = "recovering"
        for group in (*self._told_to, *gathering._waiting):
            if not group.future.done():
                group.end(Refused("log-unavailable", "no power"))

    async def _record(self, rounds: int) -> None:
        self._loop = asyncio.get_running_loop()
        journal = self._journal = open_journal(self._directory, RING, disk=self._disk, segment_bytes=1 << 14)
        try:
            for number in range(rounds):
                one = FRAMES[number % 3]
                local, keep = notes(len(one.messages)), [number % 2 == 0] * len(one.messages)
                queued = [journal.record_frame("out", one, local, TRUST, kept) for kept in (keep, None)]
                self._told_to = [queued[0].group]
                await journal.settle(queued[0])
                self.told += queued[0].group.lines
        finally:
            journal.abandon()


def _lines(journal: Journal) -> list[bytes]:
    return [stored.line for stored in journal.reopened()]


def _operations(directory: Path, rounds: int) -> int:
    """How many operations a run has."""
    disk = LazyDisk()
    disk.writes_left = 10**6
    Machine(directory, disk).run(rounds)
    return 10**6 - disk.writes_left


@pytest.mark.parametrize("torn", [False, True])
def test_power_goes_at_every_operation(tmp_path: Path, torn: bool) -> None:
    _run_at_all(tmp_path, range(_operations(tmp_path / "whole", ROUNDS) + 1), torn)


def _run_at_all(directory: Path, places: range, torn: bool) -> None:
    for at in places:
        _run_and_look(directory / f"at-{at}", at, ROUNDS, random.Random(at) if torn else None)


def _run_and_look(directory: Path, writes: int, rounds: int, torn: random.Random | None) -> None:
    disk = LazyDisk()
    disk.writes_left = writes
    machine = Machine(directory, disk)
    machine.run(rounds)
    _afterwards(directory, disk, machine.told, torn)


def _afterwards(directory: Path, disk: LazyDisk, told: list[bytes], torn: random.Random | None) -> None:
    disk.cut(torn)
    again = open_journal(directory, RING, segment_bytes=1 << 14)
    assert (again.state, again.found.problems) == ("serving", [])
    lines = _lines(again)
    assert lines[: len(told)] == told
    assert again.checkpoint.size <= len(lines)

    async def go_on() -> None:
        await again.settle(again.record_frame("out", FRAMES[0], notes(1), TRUST))
        await again.close()

    asyncio.run(go_on())
    last = open_journal(directory, RING)
    assert (last.state, last.found.problems) == ("serving", [])
    assert _lines(last)[:-1] == lines
    last.abandon()


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(300))
def test_power_goes_at_random_in_long_runs(tmp_path: Path, seed: int) -> None:
    source = random.Random(seed)
    _run_and_look(tmp_path, source.randrange(10, 1000), 200, source)


@pytest.mark.parametrize("torn", [False, True])
def test_weakened_without_its_sync_a_cut_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, torn: bool) -> None:
    """The test above would find a journal that tells before the disk has it."""
    monkeypatch.setattr(LazyFile, "sync", lambda self: self._disk.step())
    with pytest.raises(AssertionError):
        _run_at_all(tmp_path, range(30, 60), torn)
