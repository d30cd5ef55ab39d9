"""Imports: begun by a page or a command, worked in pieces, each piece one transaction. A killed import goes on where it stood.

What a row became is written in the transaction that changes the inventory: no row is lost, none is worked twice.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from terpadu import crash
from terpadu.governance.history import COMMAND, Actor
from terpadu.governance.inventory import files
from terpadu.governance.inventory.columns import EDITED
from terpadu.governance.inventory.files import Row
from terpadu.governance.inventory.judging import judge
from terpadu.governance.models import Application, Batch, Record, Verdict
from terpadu.identity.models import Person

PIECE = 500
PIECES_AT_ONCE = 8
"""Pieces that the worker does before it looks for other work again."""
_GOING = (Batch.State.WAITING, Batch.State.RUNNING)


def begin(source: Path, name: str, member: str, person: Person | None) -> Batch:
    """Keep the file and put it in line. The same file that is not finished yet goes on. Raises `NoTable`."""
    kind = files.kind_of(source)
    next(files.rows(source, kind), None)
    with source.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    same = Batch.objects.filter(digest=digest, member=member, by=person, state__in=_GOING).order_by("begun").first()
    if same is not None and path(same).is_file():
        return same
    batch = Batch(name=Path(name).name[:200], digest=digest, kind=kind, member=member, by=person)
    path(batch).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (
        source.open("rb") as file,
        open(os.open(path(batch), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as kept,
    ):
        shutil.copyfileobj(file, kept)
    batch.save()
    return batch


def path(batch: Batch) -> Path:
    """Where the file lies until it is worked; no server serves this folder."""
    return Path(settings.HOME) / "files" / "inventory" / str(batch.id)


def carry(batch: Batch) -> Iterator[Batch]:
    """Work a file to its end, a piece at a time; gives the batch as it stands after each. Ends where another one works it."""
    try:
        lines = files.rows(path(batch), batch.kind, batch.line)
        while piece := list(islice(lines, PIECE)):
            worked = _work(batch, piece)
            if worked is None:
                return
            yield (batch := worked)
            crash.point("g1")
        ended = _end(batch, Batch.State.DONE)
    except files.NoTable as error:
        ended = _end(batch, Batch.State.UNREADABLE, error.reason, error.found)
    except FileNotFoundError:
        ended = _end(batch, Batch.State.UNREADABLE, "gone")
    if not ended.going:
        path(ended).unlink(missing_ok=True)
    yield ended


def work_once() -> int:
    """What the worker does beside cases: some pieces of the oldest file that waits. Gives how many."""
    batch = Batch.objects.filter(state__in=_GOING).exclude(by=None).order_by("begun").first()
    return sum(1 for _done in islice(carry(batch), PIECES_AT_ONCE)) if batch is not None else 0


@transaction.atomic
def _work(batch: Batch, piece: Sequence[Row]) -> Batch | None:
    """A piece, with its verdicts; none where somebody else has gone on with this file."""
    held = Batch.objects.select_for_update().get(pk=batch.pk)
    if held.line != batch.line or not held.going:
        return None
    actor = Actor(held.by, held.member) if held.by is not None else COMMAND
    work = judge(held, piece, actor)
    Application.objects.bulk_create(work.made)
    Application.objects.bulk_update(work.updated.values(), (*EDITED, "version", "changed"))
    Record.objects.bulk_create(work.records)
    Verdict.objects.bulk_create(work.verdicts)
    held.state, held.line, held.rows = Batch.State.RUNNING, piece[-1].line, held.rows + len(piece)
    held.save(update_fields=("state", "line", "rows"))
    return held


@transaction.atomic
def _end(batch: Batch, state: Batch.State, reason: str = "", found: str = "") -> Batch:
    held = Batch.objects.select_for_update().get(pk=batch.pk)
    if held.going and held.line == batch.line:
        held.state, held.ended, held.problem = (
            state,
            timezone.now(),
            {"reason": reason, "found": found} if reason else {},
        )
        held.save(update_fields=("state", "problem", "ended"))
    return held
