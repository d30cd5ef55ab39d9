"""A document as it was issued; its file lies sealed, its digest in clear so that a copy can be compared."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from terpadu.cases.models import Case
from terpadu.pages.sealed import SealedField


class Document(models.Model):
    """`output` names it in service.toml; `code` is what stands under its QR; `file` is the signed PDF in base64.

    `digest` is the SHA-256 of the file. A document that counts no longer keeps its code and says so.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="documents")
    output = models.CharField(max_length=40)
    code = models.CharField(max_length=14, unique=True)
    title = SealedField(default=dict)
    holder = SealedField(default=str)
    number = SealedField(default=str)
    office = models.CharField(max_length=200)
    file = SealedField(default=str)
    digest = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    issued = models.DateTimeField(default=timezone.now)
    revoked = models.DateTimeField(null=True)

    class Meta:
        ordering = ("issued", "id")
        constraints = (models.UniqueConstraint(fields=("case", "output"), name="one_document_an_output"),)

    def __str__(self) -> str:
        return self.code
