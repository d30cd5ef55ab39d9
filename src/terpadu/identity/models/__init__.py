"""Persons, their mandates, and what happened to their accounts."""

from terpadu.identity.models.event import Event
from terpadu.identity.models.mandate import OfficeMandate, PersonMandate, Role, in_force
from terpadu.identity.models.person import People, Person
from terpadu.identity.models.recovery import Recovery

__all__ = ("Event", "OfficeMandate", "People", "Person", "PersonMandate", "Recovery", "Role", "in_force")
