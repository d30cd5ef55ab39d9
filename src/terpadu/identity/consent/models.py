"""Questions for consent, and the receipts of those that were answered with yes."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone

from terpadu.pages.sealed import SealedField


class Ask(models.Model):
    """A question to one person: one purpose, one recipient, named fields, an end. `back`: where the person came from."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    purpose = models.CharField(max_length=100)
    recipient = models.CharField(max_length=200)
    fields = models.JSONField()
    until = models.DateTimeField()
    case = models.CharField(max_length=40, blank=True)
    back = models.CharField(max_length=200)
    asked = models.DateTimeField(default=timezone.now)
    refused = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.id)


class Consent(models.Model):
    """A signed receipt. `name` is its hash, which a withdrawal names; `published`: the withdrawal reached the federation."""

    ask = models.OneToOneField(Ask, on_delete=models.PROTECT)
    name = models.CharField(max_length=44, unique=True)
    receipt = SealedField()
    given = models.DateTimeField(default=timezone.now)
    withdrawn = models.DateTimeField(null=True)
    published = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name

    def in_force(self, now: datetime) -> bool:
        """May it still be used?"""
        return self.withdrawn is None and now < self.ask.until
