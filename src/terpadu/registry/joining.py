"""Joining: a member applies and two operators look; a subsystem stands on the inventory; a node asks with its keys."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from terpadu.errors import Refused
from terpadu.governance.rules import check_approved
from terpadu.identity.mandates.giving import name_head
from terpadu.identity.models import OfficeMandate, Person, Role, in_force
from terpadu.model.identifiers import member_id, subsystem_id
from terpadu.registry import history, office
from terpadu.registry.models import Member, Node, Subsystem
from terpadu.registry.models.member import Asked
from terpadu.registry.refusals import no
from terpadu.registry.roles import check_another, check_may
from terpadu.registry.states import MEMBER, PART, Joining, move

BELONGING = (Joining.APPROVED, Joining.LISTED)
"""States in which a member, subsystem or node may be built upon."""


@transaction.atomic
def ask_member(person: Person, name: str, title: str, about: str, address: str) -> Member:
    """An agency applies. Raises `Refused` where the name is taken or not of this federation."""
    check_may(person, "member.ask")
    code = member_id(name)
    if code.split("/")[0] != office.instance():
        raise no("instance", name=office.instance())
    known = Member.objects.select_for_update().filter(pk=code).first()
    if known is not None and known.state != Joining.REFUSED:
        raise no("taken", name=code)
    member = known or Member(id=code)
    member.state, member.checked_by, member.decided_by, member.reason = Joining.ASKED, None, None, ""
    member.name, member.about, member.address = title, about, address
    member.asked_by, member.asked = person, timezone.now()
    member.save()
    history.record("member.ask", code, person, title)
    return member


@transaction.atomic
def check_member(person: Person, name: str) -> Member:
    """The first operator found the agency to be who it says. Raises `Refused`."""
    check_may(person, "member.check")
    member = _member(name)
    check_another(person, member.asked_by)
    move(member, MEMBER, Joining.CHECKED)
    member.checked_by = person
    member.save()
    history.record("member.check", name, person)
    return member


@transaction.atomic
def approve_member(person: Person, name: str) -> Member:
    """A second operator approves. Raises `Refused`.

    Who applied becomes its head and gives mandates to colleagues; a head whom the house has already stays: an application
    takes nobody's place.
    """
    check_may(person, "member.approve")
    member = _member(name)
    check_another(person, member.asked_by, member.checked_by)
    move(member, MEMBER, Joining.APPROVED)
    _decide(member, person)
    if member.asked_by is not None and not _has_head(member.id):
        name_head(member.id, member.asked_by)
    history.record("member.approve", name, person)
    return member


@transaction.atomic
def refuse_member(person: Person, name: str, reason: str) -> Member:
    """Not this one, with the reason. Raises `Refused`."""
    check_may(person, "member.refuse")
    member = _member(name)
    move(member, MEMBER, Joining.REFUSED)
    _decide(member, person, reason)
    history.record("member.refuse", name, person, reason)
    return member


@transaction.atomic
def ask_subsystem(person: Person, name: str, title: str, application: str) -> Subsystem:
    """A system wants to be known. Without an approved entry of the inventory there is none. Raises `Refused`."""
    code = subsystem_id(name)
    check_may(person, "subsystem.ask", provider=code)
    member = _belonging(code.rpartition("/")[0])
    check_approved(application, member.id)
    known = Subsystem.objects.select_for_update().filter(pk=code).first()
    if known is not None and known.state != Joining.REFUSED:
        raise no("taken", name=code)
    found = known or Subsystem(id=code, member=member)
    found.name, found.application, found.state = title, application, Joining.ASKED
    found.asked_by, found.asked, found.decided_by, found.reason = person, timezone.now(), None, ""
    found.save()
    history.record("subsystem.ask", code, person, application)
    return found


@transaction.atomic
def decide_subsystem(person: Person, name: str, refused: str = "") -> Subsystem:
    """An operator approves, or refuses with a reason. The inventory is asked again: it may have changed. Raises `Refused`."""
    check_may(person, "subsystem.refuse" if refused else "subsystem.approve")
    found = Subsystem.objects.select_for_update().filter(pk=name).first()
    if found is None:
        raise _unknown(name)
    check_another(person, found.asked_by)
    if not refused:
        check_approved(found.application, found.member_id)
    move(found, PART, Joining.REFUSED if refused else Joining.APPROVED)
    _decide(found, person, refused)
    history.record("subsystem.refuse" if refused else "subsystem.approve", name, person, refused)
    return found


@transaction.atomic
def ask_node(person: Person, raw: bytes) -> Node:
    """A node's request, made by `terpadu node init` or `renew`; each of its keys proves itself. Raises `Refused`, `BadInput`."""
    asked = office.read_request(raw, "request.json")
    check_may(person, "node.ask", provider=asked.node.id)
    member = _belonging(asked.node.member)
    node = Node.objects.create(
        name=asked.node.id, member=member, host=asked.node.host, port=asked.node.port, request=raw.decode(),
        asked_by=person,
    )  # fmt: skip
    history.record("node.ask", node.name, person)
    return node


@transaction.atomic
def decide_node(person: Person, number: int, refused: str = "") -> Node:
    """An operator approves, or refuses with a reason. Raises `Refused`."""
    check_may(person, "node.refuse" if refused else "node.approve")
    node = Node.objects.select_for_update().filter(pk=number).first()
    if node is None:
        raise _unknown(str(number))
    check_another(person, node.asked_by)
    move(node, PART, Joining.REFUSED if refused else Joining.APPROVED)
    _decide(node, person, refused)
    history.record("node.refuse" if refused else "node.approve", node.name, person, refused)
    return node


def _has_head(name: str) -> bool:
    return OfficeMandate.objects.filter(in_force(timezone.now()), office=name, role=Role.HEAD).exists()


def _decide(row: Asked, person: Person, reason: str = "") -> None:
    row.decided_by, row.decided, row.reason = person, timezone.now(), reason
    row.save()


def _member(name: str) -> Member:
    found = Member.objects.select_for_update().select_related("asked_by").filter(pk=name).first()
    if found is None:
        raise _unknown(name)
    return found


def _belonging(name: str) -> Member:
    """A member that was let in. Raises `Refused`."""
    found = Member.objects.filter(pk=name, state__in=BELONGING).first()
    if found is None:
        raise no("no-member", name=name)
    return found


def _unknown(name: str) -> Refused:
    return Refused("not-found", f"Expected something that the registry knows, got {name[:80]!r}.")
