"""Objection (sanggah), appeal, and an officer's look at what a machine decided: filed in time, answered in its own term.

UU 30/2014 articles 75 to 78: objection within 21 working days, answer within 10; appeal to the superior within 10, answer
within 10. UU 27/2022 article 10: whoever a machine decided about may ask for a person. A service may have terms of its own.
"""

from __future__ import annotations

from datetime import datetime

import msgspec
from django.utils import timezone

from terpadu.cases.calendar import working
from terpadu.cases.deciding import objection_until
from terpadu.cases.engine.elements import Ruling
from terpadu.cases.folders import process_of, service_of
from terpadu.cases.holding import changing
from terpadu.cases.models import Act, Case, Decision, Objection, Task
from terpadu.cases.settings import joint_leave_counts
from terpadu.cases.states import State
from terpadu.cases.telling import tell
from terpadu.errors import Refused

ANSWER_DAYS = {Objection.Kind.OBJECTION: 10, Objection.Kind.APPEAL: 10, Objection.Kind.HUMAN: 10}
"""Working days in which each kind is answered (UU 30/2014 art. 77(4), 78(4); for a person's look nothing is fixed: the same)."""
_ABOUT: dict[str, dict[str, str]] = {
    Objection.Kind.OBJECTION: {"id": "Sanggah atas ", "en": "Objection to "},
    Objection.Kind.APPEAL: {"id": "Banding atas ", "en": "Appeal against "},
    Objection.Kind.HUMAN: {"id": "", "en": ""},
}
"""What an answer is about: an objection that is granted has the matter decided anew, it is not yet that decision."""
APPEAL_DAYS = 10
"""Working days after the answer to an objection (UU 30/2014 art. 78)."""


def kinds_now(decision: Decision, now: datetime) -> tuple[Objection.Kind, ...]:
    """What may be filed against a decision now."""
    if hasattr(decision, "replaced_by") or decision.case.state == State.CLOSED:
        return ()
    filed = {one.kind for one in decision.objections.all()}
    answered = getattr(decision, "answers", None)
    first: tuple[Objection.Kind, ...]
    if answered is None:
        first = (Objection.Kind.OBJECTION, *((Objection.Kind.HUMAN,) if decision.automated else ()))
    else:
        first = {
            Objection.Kind.OBJECTION: (Objection.Kind.APPEAL,),
            Objection.Kind.HUMAN: (Objection.Kind.OBJECTION,),
        }.get(Objection.Kind(answered.kind), ())
    in_time = decision.objection_until is not None and now <= decision.objection_until
    return tuple(kind for kind in first if kind not in filed and in_time)


def check_may_file(decision: Decision, kind: Objection.Kind, now: datetime) -> None:
    """Raises `Refused` with why not."""
    if kind not in kinds_now(decision, now):
        raise Refused(
            "business-rule", "Expected something that may still be filed against this decision; its term may be over."
        )


def file(decision: Decision, kind: Objection.Kind, text: str) -> Objection:
    """File it: a task of the office that re-examines, with its own term. Raises `Refused`."""
    now = timezone.now()
    with changing(decision.case) as case:
        current = Decision.objects.get(pk=decision.pk)
        check_may_file(current, kind, now)
        due = working.deadline(now, ANSWER_DAYS[kind], case.zone, joint_leave_counts())
        office = _examiner(case, current, kind)
        task = Task.objects.create(
            case=case, kind=Task.Kind.OBJECTION, step=current.step, token=f"objection:{current.pk}:{kind}", office=office,
            question=text, due=due, round=case.round,
        )  # fmt: skip
        tell(case, "objected", step=current.step, office=office, what=str(kind))
        return Objection.objects.create(decision=current, kind=kind, text=text, due=due, task=task)


def settle(case: Case, task: Task, result: Decision.Result) -> None:
    """The examiner answers: a new decision takes the old one's place; granted, the process begins anew with fresh facts."""
    objection = Objection.objects.select_related("decision").get(task=task)
    old, now = objection.decision, timezone.now()
    ruling = _ruling(case, old)
    appeal_until = working.deadline(now, APPEAL_DAYS, case.zone, joint_leave_counts())
    until = (
        objection_until(case, ruling, service_of(case), now) if objection.kind == Objection.Kind.HUMAN else appeal_until
    )
    title = {language: f"{_ABOUT[objection.kind][language]}{words}" for language, words in old.title.items()}
    objection.answer = Decision.objects.create(
        case=case, step=old.step, result=result, title=title, office=task.office, officer=task.taken_by, rule=old.rule,
        reasons=(task.outcome or {}).get("reasons", []), replaces=old, examiner=ruling.superior or old.examiner,
        objection_until=None if objection.kind == Objection.Kind.APPEAL else until,
    )  # fmt: skip
    objection.save(update_fields=["answer"])
    tell(case, "objection_answered", step=old.step, office=task.office, result=result, title=title)
    if result == Decision.Result.GRANTED and old.result == Decision.Result.REFUSED:
        begin_anew(case)


def begin_anew(case: Case) -> None:
    """The process from its start, with facts asked anew; acts that are done stay done, refused ones are wanted again."""
    case.process, case.facts, case.missing, case.round = None, [], {}, case.round + 1
    case.decided = case.stuck = None
    if case.state == State.OBJECTED:
        case.become(State.RUNNING)
    for act in case.acts.filter(state=Act.State.REFUSED, task=None):
        act.again()
        act.next_try = timezone.now()
        act.save()


def _examiner(case: Case, decision: Decision, kind: Objection.Kind) -> str:
    """Who looks: at what a machine decided, the office that decided; at an objection, whom the decision names."""
    return decision.office if kind == Objection.Kind.HUMAN else decision.examiner


def _ruling(case: Case, decision: Decision) -> Ruling:
    element = process_of(case).elements.get(decision.step)
    if element and element.ruling:
        return element.ruling
    return msgspec.convert({"title": decision.title, "rule": decision.rule}, Ruling)
