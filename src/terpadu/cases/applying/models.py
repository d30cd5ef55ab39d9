"""What a draft keeps beside the case: the answers of offices while the form is open, and documents that nobody holds."""

from __future__ import annotations

import uuid

from django.db import models

from terpadu.cases.models import Case
from terpadu.pages.sealed import SealedField


class Gathering(models.Model):
    """Answers of offices for one draft, sealed. `held` maps a question (by the hash of service and body) to how it went:
    {service, value, number, released, held, fetched, until} or {service, code, sentence, tried: […], until}; times are Unix
    ms. While `busy_until` lies ahead, one thread of one process is asking. At `stale` the first answer may no longer be kept.
    """

    case = models.OneToOneField(Case, on_delete=models.CASCADE, primary_key=True, related_name="gathering")
    held = SealedField(default=dict)
    busy_until = models.DateTimeField(null=True)
    stale = models.DateTimeField(null=True, db_index=True)

    def __str__(self) -> str:
        return str(self.case_id)


class Upload(models.Model):
    """A document that no office holds yet; its bytes lie sealed under `files/uploads`, outside of what is served."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="uploads")
    field = models.CharField(max_length=80)
    kind = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("at",)

    def __str__(self) -> str:
        return str(self.id)
