"""What an officer may do: tasks of offices that a mandate names, no others; seeing what the task declares; each look is kept."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from msgspec import Struct

from terpadu.cases.engine.cel import Undecided, evaluate
from terpadu.cases.engine.elements import Element, Shown
from terpadu.cases.folders import process_of
from terpadu.cases.holding import again, changing
from terpadu.cases.knowing import known
from terpadu.cases.models import Act, Case, Decision, Message, Notice, Seen, Task
from terpadu.cases.objections import settle
from terpadu.cases.states import State
from terpadu.cases.telling import tell
from terpadu.errors import Refused
from terpadu.identity import mandates
from terpadu.identity.models import Person

OPEN = (Task.State.OPEN, Task.State.TAKEN)
MOST_A_DAY = 200
"""Cases that one officer may open within 24 hours: more than anybody decides, far less than a register."""


class Row(Struct, frozen=True):
    """Something that an officer needs to see, with where it comes from."""

    shown: Shown
    value: Any
    fact: dict[str, Any] | None


class Verdict(Struct, frozen=True):
    """What an officer says at the end of a task: `done`, `granted`, `refused`, or `again` for an act that was refused."""

    result: str
    reasons: tuple[str, ...] = ()
    answers: dict[str, Any] = {}


def offices_of(person: Person) -> tuple[str, ...]:
    """The offices that this person may act for now, by mandate; the one source of roles."""
    return tuple(mandate.office for mandate in mandates.offices_of(person))


def tasks_of(person: Person) -> QuerySet[Task]:
    """Every task of this person's offices, nobody's else; their own cases are for a colleague."""
    tasks = Task.objects.filter(office__in=offices_of(person)).exclude(office="")
    return tasks.exclude(case__applicant=person).exclude(case__state=State.DRAFT).select_related("case", "delivery")


def queue_of(person: Person) -> QuerySet[Task]:
    """What is to be done, the nearest deadline first."""
    return tasks_of(person).filter(state__in=OPEN).order_by("due", "opened")


def look(task: Task, person: Person, document: str = "") -> None:
    """An officer opened the task, or a document of its case: the person sees it, and is told once a day for each office. Raises
    `Refused` beyond the budget of cases a day, which does not count a case twice."""
    opened = Seen.objects.filter(person=person, at__gt=timezone.now() - timedelta(days=1))
    if opened.exclude(case=task.case).order_by().values("case").distinct().count() >= MOST_A_DAY:
        raise Refused(
            "quota", f"Expected at most {MOST_A_DAY} cases a day; this officer has opened them. Go on tomorrow."
        )
    Seen.objects.create(case=task.case, person=person, office=task.office, step=task.step, document=document)
    occasion = f"{timezone.localdate()} {task.office}"[:80]
    Notice.objects.get_or_create(case=task.case, kind="seen", occasion=occasion)


def element_of(task: Task) -> Element | None:
    """The step of the process, as the case began with it."""
    return process_of(task.case).elements.get(task.step)


def rows(task: Task, now: datetime, seen: dict[str, Any] | None = None) -> list[Row]:
    """What the task declares that an officer needs, and nothing more. `seen`: what is known of the case, where it was read."""
    element = element_of(task)
    seen = known(task.case, now) if seen is None else seen
    facts = {fact["name"]: fact for fact in task.case.facts}
    return [_row(shown, seen, facts) for shown in (element.shows if element else ())]


def _row(shown: Shown, seen: dict[str, Any], facts: dict[str, Any]) -> Row:
    if shown.fact:
        fact = facts.get(shown.fact)
        return Row(shown, fact["value"] if fact else None, fact)
    try:
        return Row(shown, evaluate(shown.path, seen, {}), None)
    except Undecided:
        return Row(shown, None, None)


def take(task: Task, person: Person) -> None:
    """Take a task. Raises `Refused` where a colleague has it, or where four eyes must be four."""
    with changing(task.case):
        now = again(task, Task.State.OPEN)
        if Act.objects.filter(task=now, state=Act.State.DONE).exists():
            raise Refused(
                "business-rule", "Expected a task of this queue; your office's own system has it. Do it there."
            )
        if now.first_by_id == person.pk:
            raise Refused(
                "business-rule",
                "Expected a second officer: you judged this task before. Leave it to a colleague.",
            )
        now.state, now.taken_by = Task.State.TAKEN, person
        now.save()


def put_back(task: Task, person: Person) -> None:
    """Give a task back to the queue. Raises `Refused` where it is not this officer's."""
    with changing(task.case):
        now = _mine(task, person)
        now.state, now.taken_by = Task.State.OPEN, None
        now.save()


def finish(task: Task, person: Person, verdict: Verdict) -> None:
    """The task is done, or, where four eyes are asked, judged once. Raises `Refused`: not theirs; a no without reasons."""
    with changing(task.case) as case:
        now = _mine(task, person)
        check(now, verdict)
        if _needs_second(now, verdict):
            now.state, now.first_by, now.taken_by = Task.State.OPEN, person, None
            now.outcome = outcome(now, verdict)
            now.save()
            return
        now.state, now.outcome, now.settled = Task.State.DONE, outcome(now, verdict), timezone.now()
        now.save()
        after(case, now, verdict)


def ask_for_more(task: Task, person: Person, text: str, until: datetime) -> None:
    """Something is missing: the applicant is asked, until when; the term stands still until all is there."""
    with changing(task.case) as case:
        now = _mine(task, person)
        number = case.tasks.filter(kind=Task.Kind.MISSING).count() + 1
        Task.objects.create(
            case=case, kind=Task.Kind.MISSING, step=now.step, token=f"missing:{now.pk}:{number}", question=text,
            question_from=now.office, due=until, round=case.round,
        )  # fmt: skip
        case.complete, case.due, case.stopped = None, None, case.stopped or timezone.now()
        tell(case, "incomplete", step=now.step, office=now.office, text=text, until=until.isoformat())


def write(task: Task, person: Person, text: str) -> Message:
    """A message to the applicant, in the office's name."""
    with changing(task.case) as case:
        tell(case, "message", step=task.step, office=task.office)
        return Message.objects.create(case=case, office=task.office, author=person, text=text)


def choices(task: Task) -> tuple[str, ...]:
    """The results that an officer may choose from."""
    if task.kind == Task.Kind.MEND:
        return ("again", "refused")
    element = element_of(task)
    decides = task.kind == Task.Kind.OBJECTION or (element is not None and element.ruling is not None)
    return ("granted", "refused") if decides else ("done",)


def _mine(task: Task, person: Person) -> Task:
    now = again(task, Task.State.TAKEN)
    if now.taken_by_id != person.pk:
        raise Refused("business-rule", "Expected your own task; a colleague has it. Take another.")
    return now


def check(task: Task, verdict: Verdict) -> None:
    """Raises `Refused` for a result that the task cannot have, a no without reasons, a yes to what is not complete."""
    if verdict.result not in choices(task):
        raise Refused(
            "business-rule", f"Expected one of {', '.join(choices(task))}, got {verdict.result!r}. Choose one."
        )
    if verdict.result == "refused" and not any(reason.strip() for reason in verdict.reasons):
        raise Refused("business-rule", "Expected at least one reason for a refusal. Write why.")
    missing = task.case.tasks.filter(kind=Task.Kind.MISSING, state=Task.State.OPEN)
    if verdict.result == "granted" and missing.exists():
        raise Refused(
            "business-rule", "Expected a complete application; the applicant was asked for more. Wait for it."
        )


def _needs_second(task: Task, verdict: Verdict) -> bool:
    """Four eyes: a first judgement, or one that differs from the first."""
    element = element_of(task)
    eyes = element.eyes if element and task.kind == Task.Kind.STEP else 1
    return eyes > 1 and (task.first_by_id is None or (task.outcome or {}).get("result") != verdict.result)


def outcome(task: Task, verdict: Verdict) -> dict[str, Any]:
    """A verdict as the task keeps it; each reason names the rule of the step."""
    element = element_of(task)
    rule = element.ruling.rule if element and element.ruling else ""
    reasons = [{"text": {"id": text, "en": text}, "rule": rule} for text in verdict.reasons if text.strip()]
    return {"result": verdict.result, "reasons": reasons, "answers": verdict.answers}


def _mended(case: Case, task: Task, verdict: Verdict) -> None:
    """An act is tried anew; the task itself then counts for nothing."""
    if verdict.result == "again":
        act = case.acts.get(name=task.step)
        act.again()
        act.next_try = timezone.now()
        act.save()
        task.state = Task.State.GONE
        task.save(update_fields=["state"])


def _objection_answered(case: Case, task: Task, verdict: Verdict) -> None:
    settle(case, task, Decision.Result(verdict.result))


def after(case: Case, task: Task, verdict: Verdict) -> None:
    """What follows at once from a task that is done, by its kind; the case is locked."""
    _AFTER.get(Task.Kind(task.kind), _nothing)(case, task, verdict)


def is_day(text: str) -> bool:
    """Is it a day as 2027-03-14?"""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _nothing(case: Case, task: Task, verdict: Verdict) -> None:
    """The worker goes on from here."""


_AFTER = {Task.Kind.MEND: _mended, Task.Kind.OBJECTION: _objection_answered}
