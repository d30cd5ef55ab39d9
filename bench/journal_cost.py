"""What recording costs: microseconds of CPU a frame, groups a second with real syncs, and the curve as the journal
grows.

python -m bench.journal_cost [records of the curve]
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path

from terpadu.journal.journal import Journal
from terpadu.journal.segments import SEGMENT_BYTES
from tests.lib.journals import TRUST, Keyring, frame, notes, open_journal

MESSAGES = 12


async def recording(
    journal: Journal, ring: Keyring, frames: int, keep: bool, per_turn: int = 4
) -> tuple[float, float, float]:
    """(us of loop CPU in `record_frame`, us of all CPU a frame, frames a second), `per_turn` frames recorded a turn."""
    one = frame(ring, MESSAGES, b"x" * 1024)
    locals_, kept = notes(MESSAGES, b"w" * 16), [True] * MESSAGES if keep else None
    spent, cpu, begun = 0, time.process_time_ns(), time.perf_counter()
    for _ in range(frames // per_turn):
        start = time.thread_time_ns()
        for _ in range(per_turn):
            recorded = journal.record_frame("out", one, locals_, TRUST, kept)
        spent += time.thread_time_ns() - start
        await journal.settle(recorded)
    wall = time.perf_counter() - begun
    return spent / frames / 1000, (time.process_time_ns() - cpu) / frames / 1000, frames / wall


async def curve(journal: Journal, ring: Keyring, records: int, steps: int = 10) -> list[tuple[int, float]]:
    """[(records in the journal, us of all CPU a record)]"""
    points = []
    one, locals_ = frame(ring, 1), notes(1)
    for step in range(steps):
        cpu, count = time.process_time_ns(), records // steps
        for _ in range(count // 100):
            for _ in range(100):
                recorded = journal.record_frame("out", one, locals_, TRUST)
            await journal.settle(recorded)
        points.append(((step + 1) * count, (time.process_time_ns() - cpu) / count / 1000))
    return points


async def main(records: int) -> None:
    """Measure and print."""
    ring = Keyring()
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as directory:
        journal = open_journal(Path(directory), ring, segment_bytes=SEGMENT_BYTES)
        for name, keep in (("without contents", False), ("with contents of 1 KiB", True)):
            for per_turn in (1, 4, 16):
                loop, cpu, rate = await recording(journal, ring, 8000 if not keep else 2000, keep, per_turn)
                groups = rate / per_turn
                print(f"{name}, {per_turn} frames of {MESSAGES} a group: {loop:.1f} us of loop, {cpu:.1f} of CPU;"
                      f" {groups:.0f} groups, {rate:.0f} frames a second", flush=True)  # fmt: skip
        await journal.close()
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as directory:
        journal = open_journal(Path(directory), ring, segment_bytes=SEGMENT_BYTES)
        for size, cost in await curve(journal, ring, records):
            print(f"{size:>9} records: {cost:.1f} us a record", flush=True)
        await journal.close()
        begun = time.perf_counter()
        open_journal(Path(directory), ring, segment_bytes=SEGMENT_BYTES).abandon()
        print(f"start with {records} records: {time.perf_counter() - begun:.1f} s")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
