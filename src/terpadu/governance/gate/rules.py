"""The walk of a proposal: compared and held, connected or exempted, judged, decided. Nothing changes after the decision."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from terpadu.errors import Refused
from terpadu.governance import papers
from terpadu.governance.gate_states import State, check_may_follow
from terpadu.governance.history import Actor, record
from terpadu.governance.models import Application, Exemption, Proposal, Review
from terpadu.governance.overlap.keeping import Keeper, keeper
from terpadu.governance.overlap.texts import DOMAINS, Likeness, Text
from terpadu.governance.roles import Standing, reviewers
from terpadu.governance.stages import Paper, Stage
from terpadu.identity.models import Person

MOST = 5
"""How many similar applications a proposal is told."""
_TAKEN_OVER = ("name", "function", "data", "personal", "users", *DOMAINS)


def propose(values: Mapping[str, Any], actor: Actor, kept: Keeper = keeper) -> Proposal:
    """Compare with everything that exists, and hold it. Raises `Refused`, `TimeoutError`."""
    proposal = Proposal(**values, member=actor.office, by=_person(actor))
    begun = time.monotonic()
    text = Text("", proposal.name, proposal.function, proposal.data, tuple(getattr(proposal, one) for one in DOMAINS))
    answer = kept.ask(text, MOST)
    proposal.found, proposal.compared = _told(answer.found), answer.compared
    proposal.answered = round((time.monotonic() - begun) * 1000)
    with transaction.atomic():
        proposal.save()
        record("proposed", actor, proposal)
        record("held", Actor(None, ""), proposal)
    return proposal


def connect(proposal: Proposal, application: Application, actor: Actor) -> None:
    """Connect what exists instead. Raises `Refused`."""
    with transaction.atomic():
        held = _held(proposal, State.CONNECTING)
        held.connects = application
        held.save()
        record("connects", actor, held, application.name)


def note_draft(proposal: Proposal, kind: str, actor: Actor) -> None:
    """A draft of the connection was handed out."""
    record("drafted", actor, proposal, kind)


def ask_exemption(proposal: Proposal, values: Mapping[str, Any], budget: UploadedFile[bytes], actor: Actor) -> None:
    """Hand the proposal to the reviewing ministries. Raises `Refused`."""
    person = _person(actor)
    if not judges(proposal):
        raise Refused(
            "business-rule", "Expected the setting `reviewers` to name ministries; the operator must name them."
        )
    with transaction.atomic():
        held = _held(proposal, State.REVIEWED)
        Exemption.objects.create(proposal=held, by=person, **values)
        papers.keep(Paper.BUDGET, held, budget, person)
        held.save()
        record("exemption", actor, held, str(values["reasons"]))


def judges(proposal: Proposal) -> dict[str, str]:
    """The ministries that judge it: all that review, save the one that proposes."""
    return {member: name for member, name in reviewers().items() if member != proposal.member}


def ministries_of(proposal: Proposal, found: Standing) -> dict[str, str]:
    """The ministries by which this person may still judge it: nobody twice, nobody what they proposed."""
    given = {review.member: review.by_id for review in proposal.reviews.all()}
    acted = {proposal.by_id, getattr(getattr(proposal, "exemption", None), "by_id", None), *given.values()}
    if proposal.state != State.REVIEWED or found.person is None or found.person.pk in acted:
        return {}
    open_to = set(found.judging(proposal.member)) - given.keys()
    return {member: name for member, name in judges(proposal).items() if member in open_to}


def review(proposal: Proposal, ministry: str, values: Mapping[str, Any], found: Standing) -> Proposal:
    """One ministry's verdict; the last one decides. Raises `Refused` for whoever may not."""
    with transaction.atomic():
        held = Proposal.objects.select_for_update().get(pk=proposal.pk)
        open_to = ministries_of(held, found)
        if ministry not in open_to or found.person is None:
            raise Refused("identity", "Expected a reviewer of a ministry that has not judged yet; see the proposal.")
        given = Review.objects.create(
            proposal=held, member=ministry, ministry=open_to[ministry], by=found.person, **values
        )
        record("reviewed", Actor(found.person, ministry), held, f"{given.get_verdict_display()}: {given.reasons}")
        if {one.member for one in held.reviews.all()} >= judges(held).keys():
            _decide(held)
        return held


def withdraw(proposal: Proposal, reason: str, actor: Actor) -> None:
    """The agency takes it back, before a decision. Raises `Refused`."""
    with transaction.atomic():
        held = _held(proposal, State.WITHDRAWN)
        held.save()
        record("withdrawn", actor, held, reason)


def _decide(held: Proposal) -> None:
    """Continued where every ministry says so. Then the inventory plans it; the conditions are those of all."""
    verdicts = list(held.reviews.all())
    goes_on = all(one.verdict == Review.Verdict.CONTINUE for one in verdicts)
    then = State.CONTINUED if goes_on else State.STOPPED
    check_may_follow(held.state, then)
    if goes_on:
        held.application = _planned(held)
    held.state, held.decided = then, timezone.now()
    held.save()
    conditions = "\n".join(f"{one.ministry}: {one.conditions}" for one in verdicts if one.conditions)
    record("continued" if goes_on else "stopped", Actor(None, ""), held, conditions if goes_on else "")


def _planned(held: Proposal) -> Application:
    values = {name: getattr(held, name) for name in _TAKEN_OVER}
    made = Application.objects.create(
        member=held.member, agency=held.agency, code=held.reference, stage=Stage.PLANNED, **values
    )
    record("planned", Actor(None, ""), made, held.reference)
    return made


def _person(actor: Actor) -> Person:
    if actor.person is None:
        raise Refused("identity", "Expected a person who acts for the agency, got the operator's command.")
    return actor.person


def _held(proposal: Proposal, then: State) -> Proposal:
    """The proposal as it is now, moved on but not saved. Raises `Refused`."""
    held = Proposal.objects.select_for_update().get(pk=proposal.pk)
    check_may_follow(held.state, then)
    held.state = then
    return held


def _told(found: list[Likeness]) -> list[dict[str, Any]]:
    """The similar applications as they are now: what the proposer was told stays with the proposal."""
    entries = {str(one.pk): one for one in Application.objects.filter(pk__in=[like.key for like in found])}
    return [
        {
            "application": like.key, "score": like.score, "parts": like.parts, "name": entries[like.key].name,
            "agency": entries[like.key].agency, "function": entries[like.key].function, "users": entries[like.key].users,
            "stage": entries[like.key].stage, "interface": entries[like.key].interface,
        }
        for like in found
        if like.key in entries
    ]  # fmt: skip
