"""What conditions and bodies of acts see of a case."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from terpadu.cases.calendar.zones import ZONES, zone_of
from terpadu.cases.models import Act, Case, Decision, Task
from terpadu.facts.gathering import Gathered, merged

WORDS = {Decision.Result.GRANTED: "setuju", Decision.Result.REFUSED: "tolak"}
"""How `putusan` tells a decision."""
_AREAS = ("keluarga.kode_wilayah", "penduduk.kode_wilayah", "murid.kode_wilayah")


def known(case: Case, now: datetime) -> dict[str, Any]:
    """The tree of a case: `subjek` `jawaban` `fakta` `tidak_ada` `hasil` `putusan` `hari_ini`."""
    return {
        "subjek": {**case.subject, **case.answers},
        "jawaban": case.answers,
        "fakta": tree((fact["name"], fact["value"]) for fact in case.facts),
        "tidak_ada": [name for name, code in case.missing.items() if code == "not-found"],
        "hasil": _results(case),
        "putusan": {one.step: WORDS[Decision.Result(one.result)] for one in case.decisions.all()},
        "hari_ini": now.astimezone(ZONES[case.zone]).date().isoformat(),
    }


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


def _zone(case: Case) -> str:
    values = {fact["name"]: str(fact["value"]) for fact in case.facts}
    return next((zone_of(values[name]) for name in _AREAS if name in values), case.zone)


def _results(case: Case) -> dict[str, Any]:
    """Answers of acts, and what officers wrote, by step."""
    acts = {act.name: act.answer for act in case.acts.filter(state=Act.State.DONE)}
    tasks = case.tasks.filter(state=Task.State.DONE, kind=Task.Kind.STEP).exclude(office="")
    return acts | {task.step: (task.outcome or {}).get("answers", {}) for task in tasks}
