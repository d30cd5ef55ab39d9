"""What an applicant may do with their own cases; nobody else's are ever found."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from terpadu.cases.holding import again, changing
from terpadu.cases.models import Act, Case, Message, Task
from terpadu.cases.states import OPEN, State
from terpadu.cases.stepping import complete
from terpadu.cases.telling import tell
from terpadu.errors import Refused
from terpadu.identity.models import Person

_LONGEST = 4000
"""Letters of a message."""


def cases_of(person: Person) -> QuerySet[Case]:
    """The cases that this person applied for."""
    return Case.objects.filter(applicant=person)


def turns_of(case: Case) -> QuerySet[Task]:
    """What waits for the applicant."""
    return case.tasks.filter(office="", state=Task.State.OPEN)


def answer(task: Task, answers: dict[str, Any]) -> None:
    """The person's turn is done; what was asked joins the answers. Raises `Refused` where it was done before."""
    with changing(task.case) as case:
        now = again(task, Task.State.OPEN)
        now.state, now.outcome, now.settled = Task.State.DONE, {"answers": answers}, timezone.now()
        now.save()
        case.answers = {**case.answers, **answers}


def bring(task: Task, text: str) -> None:
    """What an office asked for is said; with the last of it the application is complete, the term begins (UU 30/2014 art. 53)."""
    with changing(task.case) as case:
        now = again(task, Task.State.OPEN)
        now.state, now.outcome, now.settled = Task.State.DONE, {"text": text}, timezone.now()
        now.save()
        Message.objects.create(case=case, office=now.question_from, author=case.applicant, text=text[:_LONGEST])
        tell(case, "completed", office=now.question_from)
        if not case.tasks.filter(kind=Task.Kind.MISSING, state=Task.State.OPEN).exists():
            complete(case, timezone.now())


def write(case: Case, office: str, text: str) -> Message:
    """A message to an office that has to do with the case. Raises `Refused` for another."""
    if office not in offices_of(case):
        raise Refused("business-rule", "Expected an office that has to do with this case. Choose one of the list.")
    return Message.objects.create(case=case, office=office, author=case.applicant, text=text[:_LONGEST])


def offices_of(case: Case) -> list[str]:
    """The offices that had or have a task or took a decision: they can be written to, whose turn it is first."""
    tasks = sorted(case.tasks.all(), key=lambda task: (task.settled is not None, task.settled or task.opened, task.pk))
    offices = [*(task.office for task in tasks if task.office), *(one.office for one in case.decisions.all())]
    return list(dict.fromkeys(offices))


def can_withdraw(case: Case) -> bool:
    """Has nothing been done at an agency yet?"""
    at_work = case.state in OPEN and case.state not in (State.DECIDED, State.OBJECTED)
    return at_work and not any(act.state in (Act.State.INTENDED, Act.State.DONE) for act in case.acts.all())


def withdraw(case: Case) -> None:
    """Take an application back. Raises `Refused` once an agency has acted: then there is something to undo."""
    with changing(case) as held:
        if not can_withdraw(held):
            raise Refused(
                "business-rule", "Expected a case in which no office has acted yet. Write to the office instead."
            )
        held.become(State.WITHDRAWN)
        held.closed = timezone.now()
        held.tasks.filter(state__in=(Task.State.OPEN, Task.State.TAKEN)).update(
            state=Task.State.GONE, settled=held.closed
        )
        tell(held, "withdrawn")
