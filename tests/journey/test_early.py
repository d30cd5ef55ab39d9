"""A service that is `early`: what is asked leaves the asking node only when its own record is on disk."""

from __future__ import annotations

import asyncio
import os
import threading
from pathlib import Path

import pytest

from terpadu.journal.disk import RealFile
from tests.lib.two_nodes import ASKER, Pair, agreement, service, two_nodes

QUESTION = b'{"nik":"9901010101010001"}'
SERVICES = (service("x", "safe", early=True), service("catat", "keyed", early=True), service("titip", "best-effort"))
AGREEMENTS = (agreement("A1", "x"), agreement("A2", "catat", keep_days=1), agreement("A3", "titip"))


class SlowDisk:
    """The asking node's disk: while it is shut, a sync of its journal begins and does not end."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self._open, self.busy = threading.Event(), threading.Event()
        self._open.set()
        sync, mine = RealFile.sync, ASKER.replace("/", "-")

        def slow(file: RealFile) -> None:
            if mine in os.readlink(f"/proc/self/fd/{file._fd}"):
                self.busy.set()
                self._open.wait(20)
            sync(file)

        patch.setattr(RealFile, "sync", slow)

    def shut(self) -> None:
        """From now on."""
        self.busy.clear()
        self._open.clear()

    def free(self) -> None:
        """All that waits goes on."""
        self._open.set()


async def asked(pair: Pair, disk: SlowDisk, *paths: str) -> list[asyncio.Task[tuple[int, dict[str, str], bytes]]]:
    """Ask these one after the other while the disk is shut; the first is being written when this returns."""
    assert (await pair.ask("POST", "/pop/titip/hangat", QUESTION))[0] == 200
    pair.system.seen.clear()
    pair.system.called.clear()
    disk.shut()
    tasks = []
    for path in paths:
        tasks.append(asyncio.create_task(pair.ask("POST", path, QUESTION, Idempotency_Key=path)))
        await asyncio.sleep(0.1)
    assert await asyncio.to_thread(disk.busy.wait, 5)
    return tasks


@pytest.mark.parametrize("path", ["/pop/x/a", "/pop/catat/a"])
def test_an_early_request_waits_for_its_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    disk = SlowDisk(monkeypatch)

    async def run() -> None:
        async with two_nodes(tmp_path, services=SERVICES, agreements=AGREEMENTS) as pair:
            (task,) = await asked(pair, disk, path)
            await asyncio.sleep(0.3)
            assert pair.system.seen == []
            disk.free()
            assert (await task)[0] == 200
            assert len(pair.system.seen) == 1

    asyncio.run(run())


def test_another_leaves_while_the_disk_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = SlowDisk(monkeypatch)

    async def run() -> None:
        async with two_nodes(tmp_path, services=SERVICES, agreements=AGREEMENTS) as pair:
            (task,) = await asked(pair, disk, "/pop/titip/a")
            await asyncio.wait_for(pair.system.called.wait(), 5)
            assert not task.done()  # evidence before answer
            disk.free()
            assert (await task)[0] == 200

    asyncio.run(run())


def test_what_follows_an_early_request_keeps_the_order_of_turns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = SlowDisk(monkeypatch)

    async def run() -> None:
        async with two_nodes(tmp_path, services=SERVICES, agreements=AGREEMENTS) as pair:
            tasks = await asked(pair, disk, "/pop/x/a", "/pop/titip/b", "/pop/x/c", "/pop/titip/d")
            await asyncio.sleep(0.3)
            assert pair.system.seen == []
            disk.free()
            assert [status for status, _, _ in await asyncio.gather(*tasks)] == [200] * 4
            assert not [name for name in pair.answerer.ground.counters if name.startswith("unverified.")]
            assert not pair.asker.outgoing._peer(pair.answerer.keys.node).open
            assert (await pair.ask("POST", "/pop/titip/e", QUESTION))[0] == 200

    asyncio.run(run())
