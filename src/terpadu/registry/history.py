"""Write down what was done, and read it."""

from __future__ import annotations

from django.db.models import QuerySet

from terpadu.errors import BadInput
from terpadu.identity.models import Person
from terpadu.registry.models import Act
from terpadu.registry.roles import ACTIONS


def record(action: str, what: str, person: Person | None, note: str = "") -> Act:
    """One act of the table of roles."""
    if action not in ACTIONS:
        raise BadInput(f"Expected an action of registry.roles.ACTIONS, got {action!r}.")
    return Act.objects.create(action=action, what=what, person=person, note=note[:2000])


def of(what: str) -> QuerySet[Act]:
    """All that was done to a thing, the newest first."""
    return Act.objects.filter(what=what).select_related("person").order_by("-at", "-pk")
