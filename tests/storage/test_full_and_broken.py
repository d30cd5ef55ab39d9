"""A disk that is full (S4) and one that fails (S6): nothing is told that is not on disk."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from terpadu.errors import Refused
from terpadu.journal import gathering
from terpadu.journal.disk import File, RealDisk
from terpadu.journal.journal import Journal
from terpadu.journal.writer import EXIT_SYNC_FAILED
from tests.lib.journals import TRUST, Keyring, frame, notes, open_journal

RING = Keyring()


class FullDisk(RealDisk):
    """Refuses new files and writes while `full` is set."""

    def __init__(self) -> None:
        self.full = False

    def _room(self) -> None:
        if self.full:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def make(self, path: Path, data: bytes) -> None:
        """See `Disk`."""
        self._room()
        super().make(path, data)

    def put(self, path: Path, data: bytes) -> None:
        """See `Disk`."""
        self._room()
        super().put(path, data)


async def _record(journal: Journal, count: int = 1) -> None:
    for _ in range(count):
        await journal.settle(journal.record_frame("out", frame(RING, 2), notes(2), TRUST, [True, False]))


def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "_TRY_AGAIN_SECONDS", 0.0)


def test_s4_full_disk_refuses_and_comes_back_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = FullDisk()

    async def run() -> int:
        journal = open_journal(tmp_path, RING, disk=disk, segment_bytes=1 << 13)
        await _record(journal, 3)
        disk.full = True
        with pytest.raises(Refused) as caught:
            await _record(journal, 50)
        assert caught.value.code == "log-unavailable"
        assert journal.state == "full"
        assert "No space left" in journal.reason
        with pytest.raises(Refused):  # at once, without asking the disk again
            journal.record_frame("out", frame(RING), notes(1), TRUST)
        known = journal.durable
        disk.full = False
        _no_waiting(monkeypatch)
        await _record(journal, 20)
        assert journal.state == "serving"
        assert journal.durable == known + 20
        await journal.close()
        return journal.durable

    durable = asyncio.run(run())
    again = open_journal(tmp_path, RING)
    assert (again.state, again.found.problems, again.found.tiles.size) == ("serving", [], durable)
    again.abandon()


def test_s4_space_is_found_without_a_call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = FullDisk()
    _no_waiting(monkeypatch)

    async def run() -> None:
        journal = open_journal(tmp_path, RING, disk=disk, segment_bytes=1 << 13)
        disk.full = True
        with pytest.raises(Refused):
            await _record(journal)
        journal.try_again()
        await journal._gathering.drain()
        assert journal.state == "full"
        disk.full = False
        journal.try_again()
        await journal._gathering.drain()
        assert journal.state == "serving"
        await _record(journal)
        await journal.close()

    asyncio.run(run())


def test_s4_every_waiter_of_a_failed_group_hears_it(tmp_path: Path) -> None:
    disk = FullDisk()

    async def run() -> None:
        journal = open_journal(tmp_path, RING, disk=disk)
        disk.full = True
        queued = [journal.record_frame("out", frame(RING), notes(1), TRUST) for _ in range(3)]
        heard = await asyncio.gather(*map(journal.settle, queued), return_exceptions=True)
        assert [getattr(one, "code", None) for one in heard] == ["log-unavailable"] * 3
        assert journal.durable == 0
        await journal.close()

    asyncio.run(run())


def test_a_waiter_that_gives_up_cancels_nobody(tmp_path: Path) -> None:
    held = threading.Event()

    class SlowFile(RealDisk):
        def open(self, path: Path) -> File:
            held.wait(5)
            return super().open(path)

    async def run() -> None:
        journal = open_journal(tmp_path, RING, disk=SlowFile())
        recorded = journal.record_frame("out", frame(RING), notes(1), TRUST)
        impatient = asyncio.create_task(journal.settle(recorded))
        patient = asyncio.create_task(journal.settle(recorded))
        await asyncio.sleep(0)
        impatient.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await impatient
        assert impatient.cancelled()
        assert not patient.done()
        held.set()
        assert (await patient).recorded is recorded
        await journal.close()

    asyncio.run(run())


PROGRAM = """
import asyncio, errno, os, sys
from pathlib import Path
from terpadu.journal.disk import RealDisk, RealFile
from tests.lib.journals import TRUST, Keyring, frame, notes, open_journal

left = int(sys.argv[2])

class BrokenFile(RealFile):
    def sync(self):
        global left
        left -= 1
        if left < 0:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        super().sync()

class BrokenDisk(RealDisk):
    def open(self, path):
        return BrokenFile(path)

async def run():
    ring = Keyring()
    journal = open_journal(Path(sys.argv[1]), ring, disk=BrokenDisk())
    while True:
        recorded = journal.record_frame("out", frame(ring), notes(1), TRUST)
        await journal.settle(recorded)
        print(recorded.index, flush=True)

asyncio.run(run())
"""


@pytest.mark.parametrize("syncs", [0, 3])
def test_s6_a_failed_sync_ends_the_process_and_tells_nothing(tmp_path: Path, syncs: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path), str(syncs)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == EXIT_SYNC_FAILED
    assert "disk failed" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout.split() == [str(number) for number in range(syncs)]
    # another key: only what the disk holds is read here, not who signed it
    again = Keyring()
    journal = open_journal(tmp_path, again)
    assert journal.found.tiles.size >= syncs
    journal.abandon()


@pytest.mark.deep
def test_s4_on_a_real_small_file_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounted = tmp_path / "small"
    mounted.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", mounted], check=False).returncode:
        pytest.skip("may not mount here")
    ballast = mounted / "ballast"
    _no_waiting(monkeypatch)

    async def run() -> None:
        journal = open_journal(mounted, RING, segment_bytes=1 << 16)
        await _record(journal, 3)
        ballast.write_bytes(bytes(150_000))
        with pytest.raises(Refused):
            await _record(journal, 1000)
        assert journal.state == "full"
        known = journal.durable
        ballast.unlink()
        await _record(journal, 5)
        assert (journal.state, journal.durable) == ("serving", known + 5)
        await journal.close()

    try:
        asyncio.run(run())
        again = open_journal(mounted, RING)
        assert again.found.problems == []
        again.abandon()
    finally:
        subprocess.run(["umount", mounted], check=True)
