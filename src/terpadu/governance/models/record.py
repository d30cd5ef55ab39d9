"""Who did what to an application or a proposal: added, never changed, never deleted."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from django.conf import settings
from django.db import models
from django.utils import timezone

from terpadu.errors import BadInput
from terpadu.governance.models.application import Application
from terpadu.governance.models.proposal import Proposal
from terpadu.identity.models.kept import Kept, KeptRows


class Written(KeptRows["Record"]):
    """Records are added and read."""

    def update(self, **values: Any) -> NoReturn:
        raise BadInput("Expected a record to stay as it was written; write another one.")


class Record(Kept):
    """`kind`: a word of `history.KINDS`; `office`: for which member it was done; `by` is empty for the operator's command.

    `changes`: field -> [before, after]; `note`: the reason that was given.
    """

    application = models.ForeignKey(Application, on_delete=models.PROTECT, null=True, related_name="records")
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, null=True, related_name="records")
    kind = models.CharField(max_length=40)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    office = models.CharField(max_length=200, blank=True)
    changes = models.JSONField(default=dict)
    note = models.TextField(max_length=4000, blank=True)

    objects: ClassVar[Any] = Written.as_manager()

    class Meta:
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return self.kind

    def save(self, *args: Any, **options: Any) -> None:
        """Once. Raises `BadInput`."""
        if self.pk is not None:
            raise BadInput("Expected a record to stay as it was written; write another one.")
        super().save(*args, **options)
