"""One step of one case, in one transaction: outcomes taken in, the process walked on, the state told, jobs handed out."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from terpadu import crash
from terpadu.cases import consenting, delivering
from terpadu.cases.asking import Gather, Job, Outcome
from terpadu.cases.calendar import working
from terpadu.cases.engine.cel import Undecided
from terpadu.cases.folders import service_of
from terpadu.cases.leases import Lease, held, let_go
from terpadu.cases.models import Case, Objection, Task
from terpadu.cases.settings import joint_leave_counts
from terpadu.cases.settling import jobs_before, jobs_of, settle, unsettled, waits_for_person
from terpadu.cases.states import State
from terpadu.cases.telling import tell
from terpadu.cases.walking import Walk, walk_on
from terpadu.exchange.client import Why
from terpadu.services.conditions import paths

_OPEN = (Task.State.OPEN, Task.State.TAKEN)
CONSENT_STEP = "persetujuan"
"""The step of the event that tells a person that their consent is waited for."""
_CARRIED = frozenset(State) - {State.DRAFT, State.WITHDRAWN, State.CLOSED}
_DONE = frozenset((State.DECIDED, State.OBJECTED, State.CLOSED, State.WITHDRAWN, State.DRAFT))


def step(lease: Lease, outcomes: list[Outcome], now: datetime) -> list[Job]:
    """Go on with a case as far as it goes; what is left to be asked outside. Without jobs the lease is let go. Raises `Lost`."""
    with transaction.atomic():
        case = held(lease, now)
        case.wake = None
        jobs = _at_work(case, outcomes, now) if case.state in _CARRIED else []
        if not jobs:
            let_go(case)
        case.save()
        crash.point("w4")
    return jobs


def _at_work(case: Case, outcomes: list[Outcome], now: datetime) -> list[Job]:
    begin(case, now)
    walk = Walk(case, now)
    for outcome in outcomes:
        settle(walk, outcome)
    if jobs := jobs_before(walk):
        case.wake = now
        return jobs
    try:
        jobs = _on_and_on(walk)
    except Undecided as undecided:
        return _undecided(walk, undecided, asked_now=bool(outcomes))
    case.stuck = None
    stand(walk)
    _watch_clock(case, now)
    case.wake = _wake(walk)
    return jobs


def _on_and_on(walk: Walk) -> list[Job]:
    """Walk on; where an act cannot even be intended, that is a no, and the process goes its way from there."""
    walk_on(walk)
    delivering.intend(walk)
    jobs = jobs_of(walk)
    while walk.stirred and not jobs:
        walk.stirred = False
        walk_on(walk)
        delivering.intend(walk)
        jobs = jobs_of(walk)
    return jobs


def begin(case: Case, now: datetime) -> None:
    """A sent case begins: its application is complete, the clock runs (UU 30/2014 art. 53)."""
    if case.state == State.SENT:
        case.become(State.RUNNING)
        complete(case, case.sent or now)


def complete(case: Case, now: datetime) -> None:
    """From now on the application is complete: the term runs from here. Saved by the caller."""
    case.complete, case.stopped = now, None
    case.due = working.deadline(now, service_of(case).term.days, case.zone, joint_leave_counts())


def stand(walk: Walk) -> None:
    """Tell the state from what is open: a person's turn goes before an office's."""
    case = walk.case
    then = _finished(walk) if walk.workflow.completed else _running(case)
    if then == State.OBJECTED and case.state != State.OBJECTED:
        case.become(State.DECIDED)
    case.become(then)


def _finished(walk: Walk) -> State:
    case = walk.case
    if case.decided is None:
        case.decided = walk.now
        tell(case, "finished")
    if case.tasks.filter(kind=Task.Kind.OBJECTION, state__in=_OPEN).exists():
        return State.OBJECTED
    last = case.decisions.order_by("-objection_until").values_list("objection_until", flat=True).first()
    if last is None or last < walk.now:
        case.become(State.DECIDED)
        case.closed = walk.now
        return State.CLOSED
    return State.DECIDED


def _running(case: Case) -> State:
    tasks = case.tasks.filter(state__in=_OPEN)
    if tasks.filter(office="").exists() or waits_for_person(case) or _asked_for_consent(case):
        return State.WAITING_PERSON
    if tasks.exists():
        return State.WAITING_OFFICE
    return State.DELAYED if any(act.code for act in unsettled(case)) else State.RUNNING


def _asked_for_consent(case: Case) -> bool:
    """Does the case stand still for want of the person's consent? They are told so once."""
    if not consenting.waits(case):
        return False
    if not case.events.filter(kind="turn_person", step=CONSENT_STEP).exists():
        tell(case, "turn_person", step=CONSENT_STEP)
    return True


def _undecided(walk: Walk, undecided: Undecided, asked_now: bool) -> list[Job]:
    """A condition lacks a fact: its authority is asked once now, then again with growing pauses."""
    case = walk.case
    named = (path for root, path in paths(undecided.expression) if root == "fakta")
    wanted = tuple(path for path in named if path in walk.service.facts)
    case.stuck = case.stuck or walk.now
    if wanted and not asked_now:
        case.wake = walk.now
        return [Gather(0, wanted, walk.known, Why(purpose=walk.service.purpose, case=case.reference))]
    case.become(State.WAITING_PERSON if _asked_for_consent(case) else State.DELAYED)
    case.wake = walk.now + min(timedelta(hours=1), max(timedelta(seconds=5), walk.now - case.stuck))
    return []


def _watch_clock(case: Case, now: datetime) -> None:
    """The term is over and nothing was decided: said once to the person and the office; nothing is granted by itself."""
    at_work = case.state not in _DONE
    if at_work and case.due and case.due < now and not case.events.filter(kind="overdue").exists():
        office = case.tasks.filter(state__in=_OPEN).exclude(office="").values_list("office", flat=True).first()
        tell(case, "overdue", office=office or "", due=case.due.isoformat())


def _wake(walk: Walk) -> datetime | None:
    """When there is something to do again, if nobody does anything before."""
    case = walk.case
    moments = [act.next_try for act in unsettled(case) if act.next_try]
    if case.state in (State.DECIDED, State.OBJECTED):
        moments += [one.objection_until for one in case.decisions.all() if one.objection_until]
    else:
        moments += walk.moments()
        moments += [case.due] if case.due else []
    moments += [one.due for one in Objection.objects.filter(decision__case=case, answer=None)]
    ahead = [moment for moment in moments if moment > walk.now]
    late = [act.next_try for act in unsettled(case) if act.next_try and act.next_try <= walk.now]
    return min([*ahead, *late], default=None)
