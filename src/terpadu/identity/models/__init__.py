"""Persons, and what happened to their accounts."""

from terpadu.identity.models.event import Event
from terpadu.identity.models.person import People, Person

__all__ = ("Event", "People", "Person")
