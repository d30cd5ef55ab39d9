"""What is attached: papers of a step or of a proposal, and the machine-readable description of an interface."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from terpadu.governance.models.application import Application
from terpadu.governance.models.proposal import Proposal
from terpadu.governance.stages import Paper as Kind
from terpadu.identity.models.kept import Kept


class Paper(Kept):
    """A document whose bytes lie sealed in a folder that no server serves. Read by its owner and by reviewers."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, null=True, related_name="papers")
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, null=True, related_name="papers")
    kind = models.CharField(max_length=30, choices=Kind.choices)
    media = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class Description(models.Model):
    """An OpenAPI document, a WSDL or the head of a CSV file: from it the draft of a connection is made."""

    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="description")
    kind = models.CharField(max_length=10)
    text = models.TextField()
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.kind
