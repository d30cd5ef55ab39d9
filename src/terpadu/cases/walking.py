"""A case carried as far as it goes by itself: tokens of the process meet acts, people, offices and rules.

Nothing here asks anybody: it reads and writes the database, inside the caller's transaction. What must be asked outside is
left as acts that are wanted or intended (asking.py).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from SpiffWorkflow.bpmn import BpmnEvent, BpmnWorkflow
from SpiffWorkflow.bpmn.specs.defaults import BoundaryEvent
from SpiffWorkflow.bpmn.specs.event_definitions import ErrorEventDefinition
from SpiffWorkflow.util.task import TaskState

from terpadu.cases.asking import NO
from terpadu.cases.calendar import working
from terpadu.cases.deciding import reasons_by_rule, record
from terpadu.cases.engine.cel import DEADLINE, OnlyCel, evaluate
from terpadu.cases.engine.elements import Element, Kind, Process
from terpadu.cases.engine.storing import fresh, loaded, packed
from terpadu.cases.folders import pin, process_of, service_of
from terpadu.cases.knowing import known
from terpadu.cases.models import Act, Case, Decision, Task
from terpadu.cases.settings import joint_leave_counts
from terpadu.cases.telling import tell
from terpadu.model.identifiers import subsystem_of
from terpadu.services.definition import Service
from terpadu.services.running import key_of


class Walk:
    """A case with its process in hand. `known` is what conditions see; it is read anew after every move. `stirred`: an act was
    refused before it was asked, so the process can move again."""

    def __init__(self, case: Case, now: datetime) -> None:
        self.case, self.now = case, now
        self.service: Service = service_of(case)
        self.process: Process = process_of(case)
        self.stirred = False
        self.known: dict[str, Any] = {}
        self.refresh()
        engine = OnlyCel(self.known, {DEADLINE: self._deadline})
        self.workflow: BpmnWorkflow = loaded(case.process, engine) if case.process else fresh(self.process, engine)
        if not case.file_id:
            pin(case, self.process)

    def refresh(self) -> None:
        """Let conditions see what is there now."""
        self.known.update(known(self.case, self.now))

    def tokens(self) -> list[tuple[Any, Element]]:
        """Where the process stands: each token with its step."""
        ready = self.workflow.get_tasks(state=TaskState.READY)
        return [
            (t, self.process.elements[t.task_spec.name]) for t in ready if t.task_spec.name in self.process.elements
        ]

    def moments(self) -> list[datetime]:
        """When timers of the process end."""
        waiting = self.workflow.get_tasks(state=TaskState.WAITING)
        found = [task.internal_data.get("event_value") for task in waiting]
        return [datetime.fromisoformat(one) for one in found if isinstance(one, str)]

    def _deadline(self, days: int) -> str:
        return working.deadline(self.now, days, self.case.zone, joint_leave_counts()).isoformat()


def walk_on(walk: Walk) -> None:
    """Move until everything waits for somebody. Raises `Undecided`."""
    moved = True
    while moved:
        walk.workflow.do_engine_steps()
        moved = any([_MEETINGS[element.kind](walk, token, element) for token, element in walk.tokens()])
        walk.refresh()
    _let_go(walk)
    walk.case.process = packed(walk.workflow)


def _meet_act(walk: Walk, token: Any, element: Element) -> bool:
    definition = next(act for act in walk.service.act if act.name == element.id)
    act, _ = Act.objects.get_or_create(
        case=walk.case, name=element.id, defaults={"key": key_of(walk.case.reference, definition), "next_try": walk.now}
    )
    if act.state == Act.State.DONE:
        token.run()
        return True
    if act.state != Act.State.REFUSED:
        return False
    boundary = _refusal_of(token) if act.code in NO else None
    if boundary:
        boundary.task_spec.catch(boundary, BpmnEvent(boundary.task_spec.event_definition))
        boundary.task_spec._update(boundary)
        return True
    office = str(subsystem_of(definition.service))
    return _meet_mender(walk, element, act, office)


def _refusal_of(token: Any) -> Any:
    """The boundary event that waits for a refusal of this very act, or none."""
    beside = token.parent.children if token.parent else []
    return next((one for one in beside if _waits_for_refusal(one)), None)


def _waits_for_refusal(token: Any) -> bool:
    spec = token.task_spec
    return (
        isinstance(spec, BoundaryEvent)
        and isinstance(spec.event_definition, ErrorEventDefinition)
        and token.state == TaskState.WAITING
    )


def _meet_person(walk: Walk, token: Any, element: Element) -> bool:
    task, new = _task(walk, element, str(token.id), "", Task.Kind.STEP)
    if new:
        tell(walk.case, "turn_person", step=element.id, title=_title(element))
    if task.state != Task.State.DONE:
        return False
    tell(walk.case, "person_done", step=element.id, title=_title(element))
    token.run()
    return True


def _meet_office(walk: Walk, token: Any, element: Element) -> bool:
    office = str(evaluate(element.office_by, walk.known, {})) if element.office_by else element.office
    task, new = _task(walk, element, str(token.id), office, Task.Kind.STEP)
    if new:
        tell(walk.case, "turn_office", step=element.id, office=office, title=_title(element))
    if task.state != Task.State.DONE:
        return False
    if not element.ruling:
        tell(
            walk.case, "task_done", step=element.id, office=task.office, title=_title(element), detail=_detail(element),
            number=(task.outcome or {}).get("number", ""),
        )  # fmt: skip
    elif task.round == walk.case.round:
        said = task.outcome or {}
        result, reasons = said["result"], said.get("reasons", [])
        record(
            walk.case, element, walk.service, task.office, result, reasons, walk.now, officer=task.taken_by, automated=False,
            number=said.get("number", ""),
        )  # fmt: skip
    token.run()
    return True


def _meet_mender(walk: Walk, element: Element, act: Act, office: str) -> bool:
    """An officer looks at an act that was refused: again (officers.py makes it wanted anew), or the case ends with a no."""
    task, new = _task(walk, element, f"mend:{act.key}", office, Task.Kind.MEND)
    if new:
        tell(walk.case, "turn_office", step=element.id, office=office, title=_title(element))
    if task.state != Task.State.DONE:
        return False
    reasons = (task.outcome or {}).get("reasons", [])
    record(
        walk.case, element, walk.service, office, Decision.Result.REFUSED, reasons, walk.now, officer=task.taken_by,
        automated=False, number=act.number,
    )  # fmt: skip
    walk.workflow.cancel()
    return False


def _meet_rule(walk: Walk, token: Any, element: Element) -> bool:
    ruling = element.ruling
    if ruling is None:
        raise AssertionError("a rule decides; reading.py sees to it")
    reasons = reasons_by_rule(walk.case, ruling, walk.service, walk.known)
    office = element.office or ruling.examiner
    record(walk.case, element, walk.service, office, ruling.result, reasons, walk.now, automated=True)
    token.run()
    return True


_MEETINGS: dict[Kind, Callable[[Walk, Any, Element], bool]] = {
    "act": _meet_act,
    "person": _meet_person,
    "office": _meet_office,
    "rule": _meet_rule,
}


def _task(walk: Walk, element: Element, token: str, office: str, kind: Task.Kind) -> tuple[Task, bool]:
    """The task of a place in the process. What was done before the process began anew counts, once."""
    case = walk.case
    if done := case.tasks.filter(kind=kind, step=element.id, state=Task.State.DONE, round__lt=case.round).last():
        return done, False
    days = element.days
    due = working.deadline(walk.now, days, case.zone, joint_leave_counts()) if days else None
    values = {"step": element.id, "office": office, "kind": kind, "due": due, "round": case.round}
    return Task.objects.get_or_create(case=case, token=token, defaults=values)


def _let_go(walk: Walk) -> None:
    """Tasks whose place in the process is gone (a deadline took another way) are nobody's turn any more."""
    standing = {str(token.id) for token, _ in walk.tokens()}
    for task in walk.case.tasks.filter(kind=Task.Kind.STEP, state__in=(Task.State.OPEN, Task.State.TAKEN)):
        if task.token not in standing:
            task.state, task.settled = Task.State.GONE, walk.now
            task.save(update_fields=["state", "settled"])


def _title(element: Element) -> dict[str, str]:
    return {"id": element.title.id, "en": element.title.en}


def _detail(element: Element) -> dict[str, str]:
    return {"id": element.detail.id, "en": element.detail.en}
