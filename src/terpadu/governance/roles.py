"""Who may do what in the inventory and at the gate: one table. Mandates (identity) are the one source; nothing is kept here.

PUBLIC    anybody, signed on or not
OWNER     manages the applications (role `aplikasi`) of the member whose application or proposal it is
REVIEWER  reviews for a ministry that the setting `reviewers` names, about another member than its own and than any that the
          person manages: nobody judges what they propose
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest

from terpadu.errors import Refused
from terpadu.governance.history import Actor
from terpadu.identity.mandates.asking import offices_of
from terpadu.identity.models import Person, Role


class Who(StrEnum):
    """A role, beside the thing that an action is about."""

    PUBLIC = "public"
    OWNER = "owner"
    REVIEWER = "reviewer"


ACTIONS: dict[str, frozenset[Who]] = {
    name: frozenset(who)
    for name, *who in (
        ("application.see", Who.PUBLIC),
        ("application.edit", Who.OWNER),
        ("application.step", Who.OWNER),
        ("application.acknowledge", Who.REVIEWER),
        ("application.describe", Who.OWNER),
        ("application.papers", Who.OWNER, Who.REVIEWER),
        ("inventory.export", Who.PUBLIC),
        ("inventory.import", Who.OWNER),
        ("batch.see", Who.OWNER),
        ("proposal.see", Who.PUBLIC),
        ("proposal.make", Who.OWNER),
        ("proposal.connect", Who.OWNER),
        ("proposal.draft", Who.OWNER),
        ("proposal.exempt", Who.OWNER),
        ("proposal.withdraw", Who.OWNER),
        ("proposal.review", Who.REVIEWER),
        ("proposal.papers", Who.OWNER, Who.REVIEWER),
    )
}
"""Action -> the roles that may take it, any of them."""


class Standing(NamedTuple):
    """What one person is here, read once for a page: the members whose applications they manage, and for which they review."""

    person: Person | None = None
    manages: frozenset[str] = frozenset()
    reviews: frozenset[str] = frozenset()

    def may(self, action: str, member: str = "") -> bool:
        """May this person take the action, on a thing of this member?"""
        return any(self._is(who, member) for who in ACTIONS[action])

    def actor(self, member: str) -> Actor:
        """As whom they act: for the member itself, or for the ministry by which they review."""
        return Actor(self.person, member if member in self.manages else next(iter(self.judging(member)), member))

    def judging(self, member: str) -> tuple[str, ...]:
        """The ministries by which this person may judge what the member proposes."""
        return () if member in self.manages else tuple(sorted(self.reviews - {member}))

    def _is(self, who: Who, member: str) -> bool:
        match who:
            case Who.PUBLIC:
                return True
            case Who.OWNER:
                return bool(member) and member in self.manages
            case Who.REVIEWER:
                return bool(member) and bool(self.judging(member))


def reviewers() -> dict[str, str]:
    """The reviewing ministries: member -> short name."""
    return dict(settings.PORTAL.reviewers)


def standing(person: object) -> Standing:
    """Read what a person is: one query. Strangers and the unproven are nothing but the public."""
    if not isinstance(person, Person):
        return Standing()
    held = offices_of(person, None)
    manages = frozenset(_member(one.office) for one in held if one.role == Role.APPLICATIONS.value)
    reviews = frozenset(_member(one.office) for one in held if one.role == Role.REVIEWER.value)
    return Standing(person, manages, reviews & reviewers().keys())


def standing_of(request: HttpRequest) -> Standing:
    """The same for a page."""
    return standing(request.user)


def check_may(found: Standing, action: str, member: str = "") -> None:
    """Raises `Refused` for whoever may not."""
    if not found.may(action, member):
        who = " or ".join(sorted(ACTIONS[action]))
        raise Refused("identity", f"Expected a mandate as {who} for {action}; ask the head of your office for one.")


def _member(office: str) -> str:
    """A mandate is for an office of a member, or for the member as a whole."""
    return "/".join(office.split("/")[:3])
