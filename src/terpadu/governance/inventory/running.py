"""An import from the command line: progress while it goes, then what became of the rows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from terpadu.errors import BadInput
from terpadu.governance.inventory import importing, telling
from terpadu.governance.models import Batch
from terpadu.pages import csv

_SHOWN = 20
HEAD = ("baris", "kode", "putusan", "kolom", "diharapkan", "ditemukan")


def run(data: Path, member: str, verdicts: Path | None, say: Callable[[str], object]) -> bool:
    """Bring in a file, or go on with it. Were all rows taken? Raises `BadInput` for what is no inventory."""
    if not data.is_file():
        raise BadInput(f"Expected an inventory file at {data}, got none; check the name.")
    batch = importing.begin(data, data.name, member, None)
    if batch.line:
        say(f"Dilanjutkan sesudah baris {batch.line}.")
    done = batch
    for done in importing.carry(batch):
        say(f"{done.rows} baris diputuskan")
    if verdicts is not None:
        verdicts.write_text(csv.table(HEAD, telling.lines(done)), encoding="utf-8")
    return _told(done, say)


def _told(batch: Batch, say: Callable[[str], object]) -> bool:
    if batch.problem:
        say(telling.file_problem(batch))
    say(", ".join(f"{result.label}: {number}" for result, number in telling.counts(batch)))
    refused = telling.refused(batch)
    for verdict in refused[:_SHOWN]:
        for sentence in telling.sentences(verdict):
            say(sentence)
    more = refused.count() - _SHOWN
    if more > 0:
        say(f"dan {more} baris lagi; tulis semuanya dengan --verdicts BERKAS.")
    return batch.state == Batch.State.DONE and not refused.exists()
