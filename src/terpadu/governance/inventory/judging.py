"""From rows to the inventory: a verdict for each, and the change that it means."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

from django.db.models import Q
from django.utils import timezone

from terpadu.governance.history import Actor, note
from terpadu.governance.inventory.columns import EDITED, Problem, read_row
from terpadu.governance.inventory.files import Row
from terpadu.governance.models import Application, Batch, Record, Verdict
from terpadu.governance.stages import Stage

Result = Verdict.Result
MEMBERS_IN_A_QUERY = 100


class Work(NamedTuple):
    """What a piece of a file changes. Nothing of it is saved yet."""

    made: list[Application]
    updated: dict[str, Application]
    records: list[Record]
    verdicts: list[Verdict]


def judge(batch: Batch, rows: Sequence[Row], actor: Actor) -> Work:
    """A verdict for each row. The same entry twice in a piece is updated by the later row."""
    read = [(row, *read_row(row.cells)) for row in rows]
    known = _known(values for _row, values, problems in read if not problems)
    work = Work([], {}, [], [])
    for row, values, problems in read:
        _judge_row(batch, row, values, [*problems, *_further(batch, row, values, known)], known, actor, work)
    return work


def _known(read: Iterable[dict[str, Any]]) -> dict[tuple[str, str], Application]:
    """Entries that are there already, held until the piece is done. By member, so that the index of names is used."""
    wanted: dict[str, list[str]] = {}
    for values in read:
        wanted.setdefault(values["member"], []).append(values["code"])
    known: dict[tuple[str, str], Application] = {}
    for members in _some(list(wanted.items())):
        named = reduce(or_, (Q(member=member, code__in=codes) for member, codes in members))
        known |= {(one.member, one.code): one for one in Application.objects.select_for_update().filter(named)}
    return known


def _some(wanted: list[tuple[str, list[str]]]) -> Iterable[list[tuple[str, list[str]]]]:
    return (wanted[start : start + MEMBERS_IN_A_QUERY] for start in range(0, len(wanted), MEMBERS_IN_A_QUERY))


def _further(
    batch: Batch, row: Row, values: dict[str, Any], known: dict[tuple[str, str], Application]
) -> list[Problem]:
    """What no cell alone can tell: another member's row, a cell beyond the header, a stage that only a step may change."""
    found = []
    if "" in row.cells:
        found.append(Problem("", row.cells[""][:80]))
    member, stage = values.get("member", ""), values.get("stage")
    if batch.member and member and member != batch.member:
        return [*found, Problem("instansi", member)]
    entry = known.get((member, values.get("code", "")))
    if entry is not None and stage not in (None, entry.stage):
        found.append(Problem("status", str(stage)))
    if entry is None and batch.member and stage not in (None, Stage.REPORTED):
        found.append(Problem("status", str(stage)))
    return found


def _judge_row(
    batch: Batch, row: Row, values: dict[str, Any], problems: list[Problem],
    known: dict[tuple[str, str], Application], actor: Actor, work: Work,
) -> None:  # fmt: skip
    code = str(values.get("code", ""))[:60]
    told = [problem._asdict() for problem in problems]
    verdict = Verdict(batch=batch, line=row.line, code=code, problems=told)
    work.verdicts.append(verdict)
    if problems:
        verdict.result = Result.REFUSED
        return
    name = (values["member"], code)
    entry = known.get(name)
    if entry is None:
        known[name] = entry = Application(**{"stage": Stage.REPORTED} | values)
        work.made.append(entry)
        work.records.append(note("imported", actor, entry))
        verdict.result = Result.MADE
    elif changes := apply(entry, values):
        if not entry._state.adding:
            work.updated[str(entry.pk)] = entry
            work.records.append(note("updated", actor, entry, changes=changes))
        verdict.result = Result.UPDATED
    else:
        verdict.result = Result.SAME
    verdict.application = entry


def apply(entry: Application, values: dict[str, Any]) -> dict[str, list[Any]]:
    """Set what differs; gives field -> [before, after]. Columns that a file does not have stay as they are."""
    changes = {
        field: [getattr(entry, field), values[field]]
        for field in EDITED
        if field in values and values[field] != getattr(entry, field)
    }
    for field, (_before, after) in changes.items():
        setattr(entry, field, after)
    if changes:
        entry.version += 1
        entry.changed = timezone.now()
    return changes
