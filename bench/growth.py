"""What a record costs as the journal grows: CPU microseconds, the loop's and the writer's, by windows."""

from __future__ import annotations

from pathlib import Path

from bench.journal_cost import curve
from terpadu.journal.segments import SEGMENT_BYTES
from tests.lib.journals import Keyring, open_journal


async def growth(home: Path, records: int, steps: int = 20) -> list[tuple[int, float]]:
    """[(entries, us a record)] of a real journal on this disk, one message a record, a hundred records a turn. `home` exists."""
    ring = Keyring()
    journal = open_journal(home, ring, segment_bytes=SEGMENT_BYTES)
    try:
        return await curve(journal, ring, records, steps)
    finally:
        await journal.close()
