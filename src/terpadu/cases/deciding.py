"""A decision is written down: its reasons, and until when and where one may object."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import msgspec

from terpadu.cases.calendar import working
from terpadu.cases.engine.cel import Undecided, evaluate
from terpadu.cases.engine.elements import Element, Reason, Ruling
from terpadu.cases.models import Act, Case, Decision
from terpadu.cases.settings import joint_leave_counts
from terpadu.cases.telling import tell
from terpadu.identity.models import Person
from terpadu.services.definition import Service


def record(
    case: Case, element: Element, service: Service, office: str, result: str, reasons: list[dict[str, Any]], now: datetime,
    *, automated: bool, officer: Person | None = None, replaces: Decision | None = None, number: str = "",
) -> Decision:  # fmt: skip
    """Write a decision of a step down. `officer`: who judged in the portal; `number`: the exchange that brought it, where one
    did; else what the first reason with a proof rests on."""
    ruling = element.ruling or Ruling(title=element.title, rule=service.basis)
    decision = Decision.objects.create(
        case=case, step=element.id, result=result, title=msgspec.to_builtins(ruling.title), office=office, officer=officer,
        automated=automated, rule=ruling.rule, reasons=reasons, replaces=replaces,
        objection_until=objection_until(case, ruling, service, now), examiner=ruling.examiner or office,
    )  # fmt: skip
    title = msgspec.to_builtins(ruling.title)
    proof = number or next((one["number"] for one in reasons if one.get("number")), "")
    tell(case, "decided", step=element.id, office=office, number=proof, result=result, title=title)
    return decision


def objection_until(case: Case, ruling: Ruling, service: Service, now: datetime) -> datetime:
    """The last moment of an objection: the ruling's own term, else the service's (UU 30/2014 art. 77: 21 working days)."""
    if ruling.months:
        return working.month_later(now, ruling.months, case.zone)
    days = ruling.days or service.objection.days
    return working.deadline(now, days, case.zone, joint_leave_counts())


def reasons_by_rule(case: Case, ruling: Ruling, service: Service, known: dict[str, Any]) -> list[dict[str, Any]]:
    """The reasons of a rule that hold, each with where it comes from."""
    facts = {fact["name"]: fact for fact in case.facts}
    acts = {act.name: act for act in case.acts.all()}
    sources = {act.name: act.service for act in service.act}
    found = []
    for one in ruling.reasons:
        source = _by_act(acts.get(one.act), sources[one.act]) if one.act else _by_fact(facts.get(one.fact, {}))
        found += [{"text": text, "rule": ruling.rule} | source for text in _texts(one, known)]
    return found


def _texts(reason: Reason, known: dict[str, Any]) -> list[dict[str, str]]:
    """The sentence of a reason; or those that a system gave itself, in its own language."""
    if not _holds(reason, known):
        return []
    if not reason.each:
        return [msgspec.to_builtins(reason.text)]
    try:
        told = evaluate(reason.each, known, {})
    except Undecided:
        return []
    return [{"id": str(one), "en": str(one)} for one in told]


def _holds(reason: Reason, known: dict[str, Any]) -> bool:
    try:
        return not reason.when or evaluate(reason.when, known, {}) is True
    except Undecided:
        return False


NO_OF_A_SYSTEM = (
    "does not hold what was asked for",
    "holds something else than what was asked about",
    "refused by a rule of its own",
)
"""How the exchange says that a system said no (connectors/errors.py); the system's own words follow."""
_WRAPPED = re.compile(
    rf".*? (?:{'|'.join(NO_OF_A_SYSTEM)})(?:\.|: (?:HTTP \d{{3}}(?: \([^)]*\))?(?:; |\.))?(.*))?", re.DOTALL
)
_OURS = "Expected "


def own_words(sentence: str) -> str:
    """What a system itself said, without the exchange's words around it; empty where the sentence is only ours."""
    if sentence.startswith(_OURS):
        return ""
    found = _WRAPPED.fullmatch(sentence)
    return (found[1] or "") if found else sentence


def _by_act(act: Act | None, source: str) -> dict[str, Any]:
    """What a system said when it refused an act."""
    said = own_words(act.sentence) if act and act.state == Act.State.REFUSED else ""
    return {"said": said, "source": source, "number": act.number if act else "", "fetched": None}


def _by_fact(fact: dict[str, Any]) -> dict[str, Any]:
    return {name: fact.get(name) for name in ("value", "source", "fetched", "number")}
