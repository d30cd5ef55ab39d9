"""What pages say of services, members and agreements: read in a bounded number of queries, whatever the number of rows."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q
from msgspec import Struct

from terpadu.registry import history, office, risk
from terpadu.registry.describing import compared
from terpadu.registry.drawing import Consumer, Picture, draw
from terpadu.registry.joining import BELONGING
from terpadu.registry.models import Agreement, Member, Purpose, Service, Subsystem, Suspension, Template, Version
from terpadu.registry.roles import Standing
from terpadu.registry.states import COUNTING, IN_FEDERATION, LIVE, Deal, Life
from terpadu.registry.suspending import standing_on

A_PAGE = 25
SEEN = (Life.TRIAL, Life.PUBLISHED, Life.DEPRECATED, Life.RETIRED)
"""Versions that everybody may read; a draft is its owner's."""
STAGES = {Life.DRAFT: "draft", Life.TRIAL: "trial", Life.PUBLISHED: "general", Life.DEPRECATED: "general",
          Life.RETIRED: "halted"}  # fmt: skip
TAGS = {
    Deal.REQUESTED: "office", Deal.REVIEW: "office", Deal.APPROVED: "waiting", Deal.IN_FORCE: "done",
    Deal.SUSPENDED: "blocked", Deal.REFUSED: "refused", Deal.ENDED: "plain",
}  # fmt: skip
"""State of an agreement -> kind of its tag."""
MOST_SHOWN = 100
"""Agreements on one service's page; the number says how many there are."""
COLUMNS = 6
"""Consumers side by side in the table of fields."""


class Row(Struct, frozen=True):
    """An agreement in a table."""

    agreement: Agreement
    purposes: list[Purpose]
    tag: str
    number: int
    of: int


class Found(Struct, frozen=True):
    """A service in the catalogue, and how many use it."""

    version: Version
    used: int


def catalogue(question: str, number: str | None) -> Page[Any]:
    """Versions that can be asked, by name; with a question those that hold each of its words."""
    found = Version.objects.filter(state__in=LIVE).select_related("service__subsystem__member")
    for word in question.split()[:6]:
        where = ("title", "description", "service__id", "service__subsystem__name", "service__subsystem__member__name")
        fits = Q()
        for name in where:
            fits |= Q(**{f"{name}__icontains": word})
        found = found.filter(fits)
    page: Page[Any] = Paginator(found.order_by("title", "pk"), A_PAGE).get_page(number)
    shown = list(page.object_list)
    counting = Agreement.objects.filter(service__in=[one.service_id for one in shown], state__in=COUNTING)
    used = dict(counting.values_list("service").annotate(Count("pk")).order_by())
    page.object_list = [Found(one, used.get(one.service_id, 0)) for one in shown]
    return page


def numbers() -> dict[str, int]:
    """How large the federation is."""
    return {
        "members": Member.objects.filter(state__in=BELONGING).count(),
        "services": Version.objects.filter(state__in=LIVE).count(),
        "agreements": Agreement.objects.filter(state__in=IN_FEDERATION).count(),
    }


def members(question: str, number: str | None) -> Page[Any]:
    """Members by name."""
    found = Member.objects.filter(state__in=BELONGING).annotate(systems=Count("subsystems"))
    if question:
        found = found.filter(Q(name__icontains=question) | Q(pk__icontains=question))
    return Paginator(found.order_by("name"), A_PAGE).get_page(number)


def member(found: Member, standing: Standing) -> dict[str, Any]:
    """One member's page."""
    live = Version.objects.filter(service__subsystem__member=found, state__in=LIVE)
    nodes = list(found.nodes.order_by("name", "-pk"))
    systems = list(found.subsystems.order_by("name"))
    names = [found.pk, *(one.pk for one in systems), *{one.name for one in nodes}]
    technical = standing.is_technical(found.pk)
    drafts = (
        Version.objects.filter(service__subsystem__member=found, state=Life.DRAFT)
        if technical
        else Version.objects.none()
    )
    return {
        "member": found,
        "systems": systems,
        "nodes": nodes if technical or standing.operator else [one for one in nodes if one.state in BELONGING],
        "versions": live.select_related("service").order_by("title")[:MOST_SHOWN],
        "drafts": drafts.select_related("service").order_by("-pk"),
        "suspended": standing_on(*names[:200]),
        "technical": technical,
        "side": "provider" if technical else "centre" if standing.operator else "",
        "things": names[:200] if technical or standing.operator else [],
    }


def service(found: Service, standing: Standing) -> dict[str, Any]:
    """One service's page."""
    versions = list(found.versions.filter(state__in=SEEN).order_by("-number"))
    shown = next((one for one in versions if one.state in LIVE), versions[0] if versions else None)
    everything = found.agreements.filter(state__in=(*COUNTING, Deal.REQUESTED, Deal.REVIEW)).select_related(
        "consumer__member"
    )
    rows = _rows(list(everything.order_by("-quota", "pk")[:MOST_SHOWN]), shown)
    technical = standing.is_technical(found.pk)
    return {
        "service": found,
        "system": found.subsystem,
        "member": found.subsystem.member,
        "version": shown,
        "stage": STAGES[Life(shown.state)] if shown else "draft",
        "versions": versions,
        "rows": rows,
        "total": everything.count(),
        "picture": picture(found, shown, rows),
        "matrix": _matrix(shown, rows),
        "suspended": standing_on(found.pk, found.subsystem_id, found.subsystem.member_id),
        "templates": found.templates.all() if technical else found.templates.filter(is_open=True),
        "technical": technical,
        "example": _example(shown),
        "halted": office.is_kept() and found.pk in office.narrowing().halted,
        "may_halt": office.is_kept()
        and standing.may("halt", provider=found.pk)
        and shown is not None
        and shown.published,
        "may_ask": bool(standing.technical) and shown is not None and shown.state in (Life.TRIAL, Life.PUBLISHED),
        "may_try": standing.may("service.try", provider=found.pk) and shown is not None,
    }


def _example(shown: Version | None) -> tuple[str, str]:
    """Method and path of a call; a path that stands for many is left to the reader."""
    method, path = shown.endpoints[0] if shown and shown.endpoints else ("POST", "/")
    return ("POST" if method == "*" else method), ("/" if "*" in path else path)


def _rows(found: list[Agreement], shown: Version | None) -> list[Row]:
    wanted = {name for one in found for name in one.purposes}
    purposes = {one.pk: one for one in Purpose.objects.filter(pk__in=sorted(wanted)[:500])}
    of = len(shown.fields) if shown else 0
    return [
        Row(
            one,
            [purposes[name] for name in one.purposes if name in purposes],
            TAGS[Deal(one.state)],
            len(one.fields),
            of,
        )
        for one in found
    ]


def picture(found: Service, shown: Version | None, rows: list[Row]) -> Picture:
    """Who exchanges with whom, to draw."""
    consumers: dict[str, Consumer] = {}
    for one in (row.agreement for row in rows):
        before = consumers.get(one.consumer_id)
        quota = (before.quota if before else 0) + (one.quota if one.state == Deal.IN_FORCE else 0)
        consumers[one.consumer_id] = Consumer(one.consumer.name, one.consumer.member.name, quota)
    title = shown.title if shown else found.pk
    node = shown.nodes[0].rpartition("/")[2] if shown and shown.nodes else ""
    return draw(list(consumers.values()), node, title, found.subsystem.name, found.subsystem.member.name)


def _matrix(shown: Version | None, rows: list[Row]) -> dict[str, Any]:
    """Fields by consumer: what leaves for whom."""
    counting = [one.agreement for one in rows if one.agreement.state in COUNTING][:COLUMNS]
    known = shown.fields if shown else {}
    names = list(known) or sorted({name for one in counting for name in one.fields})
    lines = [
        (name, known.get(name, {}).get("type", ""), known.get(name, {}).get("specific", False),
         [any(name == field or name.startswith(f"{field}.") for field in one.fields) for one in counting])
        for name in names
    ]  # fmt: skip
    return {"consumers": counting, "lines": lines}


def version(found: Version) -> dict[str, Any]:
    """A version's page: what it breaks, for whom."""
    hits = compared(found)
    return {
        "version": found,
        "service": found.service,
        "system": found.service.subsystem,
        "member": found.service.subsystem.member,
        "stage": STAGES[Life(found.state)],
        "breaks": [one for one in hits if one.whom],
        "harmless": [one for one in hits if not one.whom],
        "history": history.told(found.service_id),
    }


def template(found: Template, standing: Standing) -> dict[str, Any]:
    """A template's page."""
    return {
        "template": found,
        "service": found.service,
        "purposes": Purpose.objects.filter(pk__in=found.purposes),
        "risk": found.risks.order_by("-version").first(),
        "joined": found.agreements.filter(state__in=COUNTING).count(),
        "may_open": not found.is_open and standing.may("template.open", provider=found.service_id),
    }


def own_systems(standing: Standing, member_class: str = "") -> list[str]:
    """The systems for which somebody may ask."""
    offices = sorted(standing.technical)[:50]
    mine = Subsystem.objects.filter(Q(pk__in=offices) | Q(member__in=offices), state__in=BELONGING)
    names = list(mine.order_by("pk").values_list("pk", flat=True))
    return [name for name in names if not member_class or name.split("/")[1] == member_class]


def agreement(found: Agreement, standing: Standing) -> dict[str, Any]:
    """An agreement's page, with what this person may do."""
    sides = {"consumer": found.consumer_id, "provider": found.service_id}
    suspended = list(standing_on(found.name))
    actions = [name for name in _OFFERED.get(found.state, ()) if standing.may(name, **sides)]
    by = {one.by for one in suspended}
    may = [side for side in ("consumer", "provider", "centre") if standing.may(f"suspend.{side}", **sides)]
    in_force = found.state in IN_FEDERATION
    assessment = found.risks.order_by("-version").first() or (
        found.template and found.template.risks.order_by("-version").first()
    )
    return {
        "agreement": found,
        "service": found.service,
        "tag": TAGS[Deal(found.state)],
        "purposes": Purpose.objects.filter(pk__in=found.purposes),
        "risk": assessment,
        "risk_flags": [str(risk.FLAGS[name]) for name in assessment.flags] if assessment else [],
        "risk_answers": [(risk.QUESTIONS[k], v) for k, v in assessment.answers.items() if v] if assessment else [],
        "actions": actions,
        "may_suspend": [side for side in may if in_force and side not in by],
        "may_resume": [side for side in may if side in by],
        "may_assess": found.state in (Deal.REQUESTED, Deal.REVIEW) and standing.may("agreement.risk", **sides),
        "suspended": suspended,
        "lifted": Suspension.objects.filter(what=found.name).exclude(ended=None).select_related("person", "ended_by"),
        "history": history.told(found.name),
    }


_OFFERED: dict[str, tuple[str, ...]] = {
    Deal.REQUESTED: ("agreement.review", "agreement.end"),
    Deal.REVIEW: ("agreement.approve", "agreement.refuse", "agreement.end"),
    Deal.APPROVED: ("agreement.end",),
    Deal.IN_FORCE: ("agreement.end",),
    Deal.SUSPENDED: ("agreement.end",),
}
"""State -> what may be offered on the page."""
