"""Recovery of an account by two officials. It ends by a new passkey, a cancellation, or by itself; it is never deleted."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from terpadu.identity.models.kept import Kept
from terpadu.pages.sealed import SealedField

_PERSON = settings.AUTH_USER_MODEL


class Recovery(Kept):
    """`ready`: when the person may go on, set by the second official. Codes are kept as keyed hashes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(_PERSON, on_delete=models.PROTECT, related_name="recoveries")
    address = SealedField()
    opened = models.DateTimeField(default=timezone.now)
    opened_by = models.ForeignKey(_PERSON, on_delete=models.PROTECT, related_name="recoveries_opened")
    opened_office = models.CharField(max_length=200)
    confirmed = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(_PERSON, on_delete=models.PROTECT, null=True, related_name="recoveries_confirmed")
    confirmed_office = models.CharField(max_length=200, blank=True)
    ready = models.DateTimeField(null=True)
    ends = models.DateTimeField()
    cancel_code = models.CharField(max_length=64)
    finish_code = models.CharField(max_length=64, blank=True)
    cancelled = models.DateTimeField(null=True)
    cancelled_by = models.ForeignKey(_PERSON, on_delete=models.PROTECT, null=True, related_name="recoveries_cancelled")
    finished = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("person",), condition=Q(cancelled=None, finished=None), name="one_recovery_a_person"
            ),
        )

    def __str__(self) -> str:
        return str(self.id)

    def runs(self, now: datetime | None = None) -> bool:
        """Is it neither finished, cancelled nor over?"""
        return self.cancelled is None and self.finished is None and (now or timezone.now()) < self.ends
