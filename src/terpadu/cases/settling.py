"""Outcomes of jobs become part of the case, and what is due next becomes jobs; inside the step's transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from terpadu.cases import delivering
from terpadu.cases.asking import AGAIN, NO, Answered, Ask, Failed, Found, Gather, Job, Outcome
from terpadu.cases.folders import service_of
from terpadu.cases.knowing import keep
from terpadu.cases.models import Act, Case
from terpadu.cases.telling import tell
from terpadu.cases.walking import Walk
from terpadu.exchange.client import Why
from terpadu.facts.vocabulary import evaluate
from terpadu.identity.consent.carrying import LACKING
from terpadu.model.identifiers import subsystem_of
from terpadu.services import definition
from terpadu.services.conditions import paths
from terpadu.services.running import lacking

_FIRST, _LONGEST = 5.0, 3600.0
NOT_READY = "not-ready"
"""Own code of an act that waits for something outside, for example a payment."""
LACKS_CONSENT = frozenset(LACKING)
"""Codes of what waits for the person's own yes."""


def pause(tries: int) -> timedelta:
    """Growing pauses: 5 s, 10 s, 20 s … at most an hour."""
    return timedelta(seconds=min(_LONGEST, _FIRST * 2 ** min(tries, 12)))


def settle(walk: Walk, outcome: Outcome) -> None:
    """Take one outcome in."""
    _SETTLING[type(outcome)](walk, outcome)


def _found(walk: Walk, outcome: Found) -> None:
    keep(walk.case, outcome.gathered)
    walk.refresh()
    if outcome.act:
        act = walk.case.acts.get(pk=outcome.act)
        if act.state == Act.State.WANTED:
            _intend(walk, act)


def _answered(walk: Walk, outcome: Answered) -> None:
    act = walk.case.acts.get(pk=outcome.act)
    if act.state != Act.State.INTENDED:
        return
    act.state, act.answer, act.number = Act.State.DONE, outcome.told.value, outcome.told.number
    act.code, act.sentence, act.next_try, act.settled = "", "", None, walk.now
    act.save()
    if act.task is not None:
        delivering.tell_put(walk, act, act.task)
        return
    _tell(walk, "act_done", act)
    walk.refresh()


def _failed(walk: Walk, outcome: Failed) -> None:
    if not outcome.act:
        walk.case.missing = dict.fromkeys(outcome.facts, outcome.code) | walk.case.missing
        return
    act = walk.case.acts.get(pk=outcome.act)
    act.code, act.sentence, act.tries, act.number = outcome.code, outcome.sentence, act.tries + 1, outcome.number
    if outcome.code in AGAIN:
        act.next_try = walk.now + pause(act.tries)
        act.save()
    else:
        _refuse(walk, act)


_SETTLING: dict[type[Any], Callable[[Walk, Any], None]] = {Found: _found, Answered: _answered, Failed: _failed}


def jobs_before(walk: Walk) -> list[Job]:
    """Facts of the service that nobody has asked for yet: gathered before the process begins."""
    there = {fact["name"] for fact in walk.case.facts} | set(walk.case.missing)
    wanted = tuple(name for name in walk.service.facts if name not in there)
    return [Gather(0, wanted, walk.known, _why(walk))] if wanted and walk.case.process is None else []


def jobs_of(walk: Walk) -> list[Job]:
    """What is due: facts for acts that are wanted, questions for acts that are intended."""
    found: list[Job] = []
    for act in walk.case.acts.filter(next_try__lte=walk.now).select_related("task").order_by("pk"):
        if act.task is not None:
            found += delivering.jobs(walk, act, act.task)
            continue
        wanted = _facts_wanted(walk, act)
        if act.state == Act.State.WANTED and wanted:
            found.append(Gather(act.pk, wanted, walk.known, _why(walk)))
            continue
        if act.state == Act.State.WANTED:
            _intend(walk, act)
        if act.state == Act.State.INTENDED:
            found.append(Ask(act.pk, _definition(walk, act).service, act.body, _why(walk, act.key)))
    return found


def _facts_wanted(walk: Walk, act: Act) -> tuple[str, ...]:
    """The act's own facts, which earlier acts made; and those of its body whose authority was silent so far."""
    defined = _definition(walk, act)
    named = {path for text in (*defined.body.values(), *defined.needs) for root, path in paths(text) if root == "fakta"}
    silent = (name for name, code in walk.case.missing.items() if name in named and code != "not-found")
    return tuple(dict.fromkeys((*defined.facts, *silent)))


def _intend(walk: Walk, act: Act) -> None:
    """From wanted to intended, the body fixed; or a pause, or a no, where something lacks."""
    defined = _definition(walk, act)
    body = evaluate(defined.body, walk.known)
    sentence = lacking(defined, walk.known, body)
    if not sentence:
        act.state, act.body, act.code, act.sentence, act.next_try = Act.State.INTENDED, body, "", "", walk.now
        act.save()
        return
    act.sentence, act.tries = sentence, act.tries + 1
    if _facts_wanted(walk, act):
        act.code, act.next_try = NOT_READY, walk.now + pause(act.tries)
        act.save()
    else:
        act.code = "mismatch"
        _refuse(walk, act)


def _refuse(walk: Walk, act: Act) -> None:
    """A no, or a fault that people must mend; the process goes on by its own rule. A task that the office's own system does not
    take is done in the portal's queue."""
    act.state, act.next_try, act.settled = Act.State.REFUSED, None, walk.now
    act.save()
    walk.stirred = True
    walk.refresh()
    if act.code in NO and act.task_id is None:
        _tell(walk, "act_refused", act)


def _tell(walk: Walk, kind: str, act: Act) -> None:
    element = walk.process.elements[act.name]
    office = str(subsystem_of(_definition(walk, act).service))
    title = {"id": element.title.id, "en": element.title.en}
    detail = {"id": element.detail.id, "en": element.detail.en}
    tell(walk.case, kind, step=act.name, office=office, number=act.number, title=title, detail=detail)


def _definition(walk: Walk, act: Act) -> definition.Act:
    return next(one for one in walk.service.act if one.name == act.name)


def _why(walk: Walk, key: str = "") -> Why:
    return Why(purpose=walk.service.purpose, case=walk.case.reference, key=key)


def waits_for_person(case: Case) -> bool:
    """Is the next act one before which the person does something outside, for example pays, and has not yet?"""
    outside = {act.name for act in service_of(case).act if act.after}
    return any(act.name in outside and act.code == NOT_READY for act in unsettled(case))


def unsettled(case: Case) -> list[Act]:
    """Acts that are still to be done."""
    return [act for act in case.acts.all() if act.state in (Act.State.WANTED, Act.State.INTENDED)]
