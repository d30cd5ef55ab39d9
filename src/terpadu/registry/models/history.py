"""What was done by whom, written once."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from terpadu.identity.models.kept import Kept
from terpadu.registry.models.member import PERSON


class Act(Kept):
    """`action`: of roles.ACTIONS; `what`: the name of the thing."""

    action = models.CharField(max_length=40)
    what = models.CharField(max_length=300, db_index=True)
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.TextField(max_length=2000, blank=True)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.action} {self.what}"


class Publication(Kept):
    """One published federation: its number, and what it changed, a line each."""

    number = models.PositiveIntegerField(primary_key=True)
    lines = models.JSONField(default=list)
    holders = models.JSONField(default=list)
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.number)
