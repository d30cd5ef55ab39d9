"""Offices are asked in parallel, each with its deadline; the page shows what came within a short wait, the rest comes later.

Without JavaScript nothing can be pushed to an open page. So a page waits `wait` seconds at most, is shown with what is there,
and a thread goes on taking answers into the draft; opening the page again asks nobody who was asked already.
"""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from datetime import timedelta
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from terpadu.cases.applying import holding
from terpadu.cases.applying.models import Gathering
from terpadu.cases.consenting import carried_for
from terpadu.cases.folders import service_of
from terpadu.cases.knowing import keep, known
from terpadu.cases.models import Case
from terpadu.clock import system_clock
from terpadu.errors import Refused
from terpadu.exchange.client import Told, Why
from terpadu.facts.gathering import Asked, Fact, Gathered, gather
from terpadu.identity.consent.carrying import Carried
from terpadu.model.identifiers import ServiceId
from terpadu.pages.agencies import agencies

LEASE = timedelta(seconds=70)
"""Longer than any question may take: a process that died meanwhile holds a draft up no longer."""
Outcome = tuple[str, dict[str, Any]]


def bring(case: Case, wait: float, again: bool = False) -> Gathered:
    """The facts of a draft: those that are there after at most `wait` seconds; the others carry the code `pending`.

    `again` asks at once who failed before. What is there is put into the case.
    """
    began = time.monotonic()
    row, ours = _begin(case, again)
    if ours:
        _ask(case, row, began + wait)
    elif row.busy_until:
        _wait_for_other(case, began + wait)
    return settled(case)


def settled(case: Case) -> Gathered:
    """What the draft holds now, put into the case; nobody is asked."""
    held = _row(case).held
    plan = _plan(case)
    found = _dated(asyncio.run(_gather(plan, _Held(held, plan.carried, 0))), held)
    before = case.facts, case.missing, case.zone
    case.facts, case.missing = [], {}
    keep(case, found)
    if (case.facts, case.missing, case.zone) != before:
        case.save(update_fields=["facts", "missing", "zone"])
    return found


def tried(case: Case, service: ServiceId) -> list[int]:
    """When a silent office was asked, Unix ms."""
    rows = [entry for entry in _row(case).held.values() if entry["service"] == service and "code" in entry]
    return sorted(moment for entry in rows for moment in entry["tried"])


class _Held:
    """Answers from the draft alone: what is not there is pending, what lacks the person's consent is not asked. Failures count
    if they hold at `now` (0: always)."""

    def __init__(self, held: dict[str, Any], carried: Carried, now: int) -> None:
        self.held = held
        self.lacking = False
        self._carried = carried
        self._now = now

    async def ask(self, service: ServiceId, question: object, why: Why) -> Told:
        self._carried.why(service, why)
        told = holding.told(self.held.get(holding.key(service, question)), system_clock(), self._now)
        if told is None:
            self.lacking = True
            raise Refused(holding.PENDING, f"{service} has not answered yet; open the page again.")
        return told


class _Asking(_Held):
    """Answers from the draft, else from the office; every outcome goes into the queue."""

    def __init__(
        self,
        held: dict[str, Any],
        carried: Carried,
        keeping: dict[str, int],
        outcomes: queue.SimpleQueue[Outcome | None],
    ) -> None:
        super().__init__(held, carried, system_clock())
        self._keeping = keeping
        self._outcomes = outcomes

    async def ask(self, service: ServiceId, question: object, why: Why) -> Told:
        carrying = self._carried.why(service, why)
        name = holding.key(service, question)
        told = holding.told(self.held.get(name), system_clock(), self._now)
        if told is not None:
            return told
        try:
            told = await agencies().put(service, question, carrying)
        except asyncio.CancelledError:
            self._fail(name, service, Refused("peer-timeout", f"{service} did not answer in time; go on later."))
            raise
        except Refused as error:
            self._fail(name, service, error)
            raise
        self._outcomes.put((name, holding.answered(service, told, system_clock(), self._keeping[service])))
        return told

    def _fail(self, name: str, service: ServiceId, error: Refused) -> None:
        self._outcomes.put((name, holding.failed(service, error, system_clock(), self.held.get(name))))


def _begin(case: Case, again: bool) -> tuple[Gathering, bool]:
    """The draft's answers, and whether this thread is the one to ask."""
    with transaction.atomic():
        Gathering.objects.get_or_create(case=case)
        row = Gathering.objects.select_for_update().get(case=case)
        now = timezone.now()
        if row.busy_until and row.busy_until > now:
            return row, False
        plan = _plan(case)
        kept = holding.without(holding.again(row.held) if again else row.held, plan.carried.lacking)
        row.held = holding.current(kept, system_clock())
        lacking = _is_lacking(plan, row.held)
        row.busy_until = now + LEASE if lacking else None
        row.save()
        return row, lacking


def _is_lacking(plan: _Plan, held: dict[str, Any]) -> bool:
    look = _Held(held, plan.carried, system_clock())
    asyncio.run(_gather(plan, look))
    return look.lacking


def _ask(case: Case, row: Gathering, until: float) -> None:
    """Ask, take what comes until then, and leave the rest to a thread."""
    outcomes: queue.SimpleQueue[Outcome | None] = queue.SimpleQueue()
    keeping = holding.keep_for(agencies().vocabulary, service_of(case).asked_facts)
    plan = _plan(case)
    asking = _Asking(row.held, plan.carried, keeping, outcomes)
    work = _gather(plan, asking)
    threading.Thread(target=_run, args=(work, outcomes), name="gathering", daemon=True).start()
    if not _take(case, outcomes, until):
        threading.Thread(target=_take_rest, args=(case, outcomes), name="gathered", daemon=True).start()


def _run(work: Any, outcomes: queue.SimpleQueue[Outcome | None]) -> None:
    try:
        agencies().run(work)
    finally:
        outcomes.put(None)


def _take(case: Case, outcomes: queue.SimpleQueue[Outcome | None], until: float) -> bool:
    """Put outcomes into the draft as they come; False where time ran out before the last."""
    while (left := until - time.monotonic()) > 0:
        try:
            batch = [outcomes.get(timeout=left)]
        except queue.Empty:
            return False
        while not outcomes.empty():  # one commit for all that came together
            batch.append(outcomes.get())
        _put(case, dict(outcome for outcome in batch if outcome), last=None in batch)
        if None in batch:
            return True
    return False


def _take_rest(case: Case, outcomes: queue.SimpleQueue[Outcome | None]) -> None:
    try:
        _take(case, outcomes, time.monotonic() + LEASE.total_seconds())
    finally:
        connection.close()


def _put(case: Case, outcomes: dict[str, dict[str, Any]], last: bool) -> None:
    with transaction.atomic():
        row = Gathering.objects.select_for_update().filter(case=case).first()
        if row:  # a draft may be deleted meanwhile
            row.held = {**row.held, **outcomes}
            row.stale = holding.stale(row.held)
            row.busy_until = None if last else row.busy_until
            row.save(update_fields=["held", "stale", "busy_until"])


def _wait_for_other(case: Case, until: float) -> None:
    """Another thread or process is asking for this draft already."""
    while time.monotonic() < until and Gathering.objects.filter(case=case, busy_until__gt=timezone.now()).exists():
        time.sleep(0.05)


def _row(case: Case) -> Gathering:
    return Gathering.objects.filter(case=case).first() or Gathering(case=case)


class _Plan(NamedTuple):
    """What is asked for a draft: facts, what is known of the person, why, and with which consent."""

    facts: tuple[str, ...]
    known: dict[str, Any]
    why: Why
    carried: Carried


def _plan(case: Case) -> _Plan:
    service = service_of(case)
    seen = {**known(case, timezone.now()), "fakta": {}}
    why = Why(purpose=service.purpose, case=case.reference)
    return _Plan(service.asked_facts, seen, why, carried_for(case, agencies()))


async def _gather(plan: _Plan, asker: _Held) -> Gathered:
    """One run over all questions; what is known already is taken from the asker's answers."""
    return await gather(agencies().vocabulary, plan.facts, plan.known, plan.why, asker.ask, system_clock)


def _dated(found: Gathered, held: dict[str, Any]) -> Gathered:
    """Each fact with the moment at which its office answered, not at which the page was opened."""
    fetched = {entry["number"]: entry["fetched"] for entry in held.values() if "number" in entry}
    facts = {
        name: Fact(name=name, value=fact.value, source=fact.source, fetched=fetched[fact.number], number=fact.number)
        for name, fact in found.facts.items()
    }
    return Gathered(facts, found.missing, found.asked)


def outcome_of(found: Gathered, service: ServiceId) -> Asked | None:
    """How the question to an office went."""
    return next((one for one in found.asked if one.question.service == service), None)
