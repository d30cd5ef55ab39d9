"""What conditions and bodies of acts see of a case."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from terpadu.cases.calendar.zones import ZONES, zone_of
from terpadu.cases.models import Act, Case, Decision, Objection, Task
from terpadu.cases.states import State
from terpadu.facts.gathering import Gathered, merged

WORDS = {Decision.Result.GRANTED: "setuju", Decision.Result.REFUSED: "tolak"}
"""How `putusan` tells a decision."""
_HEARD = frozenset(("not-found", "not-asked"))
_AREAS = ("keluarga.kode_wilayah", "penduduk.kode_wilayah", "murid.kode_wilayah")


def known(case: Case, now: datetime) -> dict[str, Any]:
    """The tree of a case, by the names of cel.VARIABLES; `subjek.nomor_perkara` is the case's reference."""
    draft = case.state == State.DRAFT  # nothing was done for it yet: no question to the database
    return {
        "subjek": {
            **case.subject, **case.answers, "nomor_perkara": case.reference, **({} if draft else _objected(case)),
        },
        "jawaban": case.answers,
        "fakta": tree((fact["name"], fact["value"]) for fact in case.facts),
        "tidak_ada": not_held(case.missing),
        "hari_ini": now.astimezone(ZONES[case.zone]).date().isoformat(),
        **({"hasil": {}, "ditolak": {}, "putusan": {}} if draft else _done(case)),
    }  # fmt: skip


def _done(case: Case) -> dict[str, Any]:
    """What systems and offices did."""
    return {
        "hasil": _results(case),
        "ditolak": {act.name: act.sentence for act in case.acts.filter(state=Act.State.REFUSED, task=None)},
        "putusan": {one.step: WORDS[Decision.Result(one.result)] for one in case.decisions.all()},
    }


def not_held(missing: dict[str, str]) -> list[str]:
    """Facts that their authority does not have; also those that could not be asked for want of them, where nobody was silent."""
    codes = set(missing.values())
    counting = {"not-found", "not-asked"} if codes <= _HEARD else {"not-found"}
    return [name for name, code in missing.items() if code in counting]


def tree(facts: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """`keluarga.nomor` becomes {"keluarga": {"nomor": …}}."""
    found: dict[str, Any] = {}
    for name, value in facts:
        *folders, last = name.split(".")
        leaf: dict[str, Any] = {last: value}
        for folder in reversed(folders):
            leaf = {folder: leaf}
        found = merged(found, leaf)
    return found


def keep(case: Case, gathered: Gathered) -> None:
    """Take newly gathered facts into a case; saved by the caller."""
    new = [
        {"name": fact.name, "value": fact.value, "source": fact.source, "fetched": fact.fetched, "number": fact.number}
        for fact in gathered.facts.values()
    ]
    case.facts = [fact for fact in case.facts if fact["name"] not in gathered.facts] + new
    case.missing = {k: v for k, v in case.missing.items() if k not in gathered.facts} | gathered.missing
    case.zone = _zone(case)


def _objected(case: Case) -> dict[str, str]:
    """The words of the newest objection, for acts that bring it to an office's own system."""
    newest = Objection.objects.filter(decision__case=case).order_by("-filed").first()
    return {"alasan_sanggah": newest.text} if newest else {}


def _zone(case: Case) -> str:
    values = {fact["name"]: str(fact["value"]) for fact in case.facts}
    return next((zone_of(values[name]) for name in _AREAS if name in values), case.zone)


def _results(case: Case) -> dict[str, Any]:
    """Answers of acts, and what officers wrote, by step."""
    acts = {act.name: act.answer for act in case.acts.filter(state=Act.State.DONE, task=None)}
    tasks = case.tasks.filter(state=Task.State.DONE, kind=Task.Kind.STEP).exclude(office="")
    return acts | {task.step: (task.outcome or {}).get("answers", {}) for task in tasks}
