"""One's own desk: what waits for this person, and what is theirs."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from terpadu.identity.models import Person
from terpadu.registry import office, showing
from terpadu.registry.models import Agreement, Member, Node, Purpose, Subsystem
from terpadu.registry.roles import Standing
from terpadu.registry.states import Deal, Joining

MOST = 50


def desk(person: Person, standing: Standing) -> dict[str, Any]:
    """Everything of the page."""
    offices = sorted(standing.technical)[:50]
    mine = Member.objects.filter(Q(pk__in=offices) | Q(subsystems__in=offices)).distinct().order_by("name")
    return {
        "standing": standing,
        "kept": office.is_kept(),
        "mine": mine,
        "applied": Member.objects.filter(asked_by=person).exclude(pk__in=offices).order_by("-asked"),
        "to_review": _agreements(_provider(offices), (Deal.REQUESTED, Deal.REVIEW)),
        "own": _agreements(_consumer(offices), tuple(Deal)),
        "waiting": _waiting() if standing.operator else {},
    }


def _provider(offices: list[str]) -> Q:
    return Q(service__subsystem__in=offices) | Q(service__subsystem__member__in=offices)


def _consumer(offices: list[str]) -> Q:
    return Q(consumer__in=offices) | Q(consumer__member__in=offices)


def _agreements(where: Q, states: tuple[Deal, ...]) -> list[dict[str, Any]]:
    found = Agreement.objects.filter(where, state__in=states).select_related(
        "consumer__member", "service__subsystem__member"
    )
    return [{"row": one, "tag": showing.TAGS[Deal(one.state)]} for one in found.order_by("-changed")[:MOST]]


def _waiting() -> dict[str, QuerySet[Any]]:
    """What operators must decide."""
    asked = (Joining.ASKED, Joining.CHECKED)
    return {
        "members": Member.objects.filter(state__in=asked).select_related("asked_by").order_by("asked")[:MOST],
        "subsystems": Subsystem.objects.filter(state=Joining.ASKED).select_related("member").order_by("asked")[:MOST],
        "nodes": Node.objects.filter(state=Joining.ASKED).select_related("member").order_by("asked")[:MOST],
        "purposes": Purpose.objects.filter(state=Joining.ASKED).order_by("asked")[:MOST],
    }
