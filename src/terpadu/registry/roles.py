"""Who may do what in the registry: one table of actions. Mandates (identity) are the one source; nothing is kept here.

PERSON     proven with the register (level 2)
TECHNICAL  officer or head of the member, or of this subsystem
HEAD       head of the member, or of this subsystem
OPERATOR   officer or head of the office that keeps the registry (setting `registry_office`)
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest

from terpadu.errors import Refused
from terpadu.identity import mandates
from terpadu.identity.models import Person, Role
from terpadu.model.identifiers import ServiceId, member_of
from terpadu.registry.refusals import no

NEEDED = 2
_TECHNICAL = (Role.OFFICER.value, Role.HEAD.value)


class Who(StrEnum):
    """A role in the registry, beside a thing of the named side."""

    PERSON = "person"
    TECHNICAL = "technical"
    HEAD = "head"
    CONSUMER_TECHNICAL = "consumer technical"
    CONSUMER_HEAD = "consumer head"
    PROVIDER_TECHNICAL = "provider technical"
    PROVIDER_HEAD = "provider head"
    OPERATOR = "operator"


ACTIONS: dict[str, frozenset[Who]] = {
    name: frozenset(who)
    for name, *who in (
        ("member.ask", Who.PERSON),
        ("member.check", Who.OPERATOR),
        ("member.approve", Who.OPERATOR),
        ("member.refuse", Who.OPERATOR),
        ("subsystem.ask", Who.TECHNICAL),
        ("subsystem.approve", Who.OPERATOR),
        ("subsystem.refuse", Who.OPERATOR),
        ("node.ask", Who.TECHNICAL),
        ("node.approve", Who.OPERATOR),
        ("node.refuse", Who.OPERATOR),
        ("node.certificate", Who.TECHNICAL),
        ("service.describe", Who.TECHNICAL),
        ("service.move", Who.HEAD),
        ("service.try", Who.PROVIDER_TECHNICAL, Who.OPERATOR),
        ("purpose.ask", Who.OPERATOR),
        ("purpose.approve", Who.OPERATOR),
        ("template.make", Who.PROVIDER_TECHNICAL),
        ("template.open", Who.PROVIDER_HEAD),
        ("template.join", Who.CONSUMER_TECHNICAL),
        ("agreement.ask", Who.CONSUMER_TECHNICAL),
        ("agreement.risk", Who.CONSUMER_TECHNICAL),
        ("agreement.review", Who.PROVIDER_TECHNICAL),
        ("agreement.approve", Who.PROVIDER_HEAD),
        ("agreement.refuse", Who.PROVIDER_HEAD),
        ("agreement.end", Who.CONSUMER_HEAD, Who.PROVIDER_HEAD),
        ("agreement.see", Who.CONSUMER_TECHNICAL, Who.PROVIDER_TECHNICAL, Who.OPERATOR),
        ("suspend.consumer", Who.CONSUMER_TECHNICAL),
        ("suspend.provider", Who.PROVIDER_TECHNICAL),
        ("suspend.centre", Who.OPERATOR),
        ("halt", Who.PROVIDER_HEAD, Who.OPERATOR),
        ("publish.see", Who.OPERATOR),
        ("publish.prepare", Who.OPERATOR),
        ("publish.sign", Who.OPERATOR),
        ("publish.publish", Who.OPERATOR),
    )
}  # fmt: skip
"""Action -> the roles that may take it, any of them."""


class Standing(NamedTuple):
    """What one person is in the registry, read once for a page: offices by role."""

    proven: bool = False
    technical: frozenset[str] = frozenset()
    heads: frozenset[str] = frozenset()
    operator: bool = False

    def is_technical(self, name: str) -> bool:
        """Of this member, subsystem or service?"""
        return _covered(name, self.technical)

    def is_head(self, name: str) -> bool:
        """Its head?"""
        return _covered(name, self.heads)

    def may(self, action: str, consumer: str = "", provider: str = "") -> bool:
        """May this person take the action? `provider` is also the thing that has one side alone."""
        return any(self._is(who, consumer, provider) for who in ACTIONS[action])

    def _is(self, who: Who, consumer: str, provider: str) -> bool:
        answers = {
            Who.PERSON: lambda: self.proven,
            Who.OPERATOR: lambda: self.operator,
            Who.TECHNICAL: lambda: self.is_technical(provider),
            Who.HEAD: lambda: self.is_head(provider),
            Who.PROVIDER_TECHNICAL: lambda: self.is_technical(provider),
            Who.PROVIDER_HEAD: lambda: self.is_head(provider),
            Who.CONSUMER_TECHNICAL: lambda: self.is_technical(consumer),
            Who.CONSUMER_HEAD: lambda: self.is_head(consumer),
        }
        return answers[who]()


def _covered(name: str, offices: frozenset[str]) -> bool:
    """An office is a member (its whole house) or a subsystem (itself and its services)."""
    parts = name.split("/")
    return bool(name) and any("/".join(parts[:length]) in offices for length in (3, 4))


def standing(person: object) -> Standing:
    """Read what a person is: one query. Nobody and the unproven are nothing."""
    if not isinstance(person, Person) or person.assurance < NEEDED:
        return Standing()
    held = mandates.offices_of(person, None)
    technical = frozenset(one.office for one in held if one.role in _TECHNICAL)
    heads = frozenset(one.office for one in held if one.role == Role.HEAD.value)
    office = settings.PORTAL.registry_office
    return Standing(True, technical, heads, bool(office) and office in technical)


def standing_of(request: HttpRequest) -> Standing:
    """The same for a page."""
    return standing(request.user)


def check_may(person: Person, action: str, consumer: str = "", provider: str = "") -> None:
    """Raises `Refused` for whoever may not."""
    if not standing(person).may(action, consumer, provider):
        who = " or ".join(sorted(ACTIONS[action]))
        raise Refused("identity", f"Expected a mandate as {who} for {action}; ask the head of your office for one.")


def check_another(person: Person, *before: Person | None) -> None:
    """Four eyes: raises `Refused` for one of those who acted before."""
    if any(one is not None and one.pk == person.pk for one in before):
        raise no("another")


def members_of(found: Standing) -> frozenset[str]:
    """The members for which somebody works, by their offices."""
    return frozenset(str(member_of(ServiceId(office))) for office in found.technical if office.count("/") >= 2)
