"""The append-only record of what happened to accounts."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from django.conf import settings
from django.db import models

from terpadu.errors import BadInput
from terpadu.identity.models.kept import Kept, KeptRows
from terpadu.pages.sealed import SealedField


class Written(KeptRows["Event"]):
    """Events are added and read."""

    def update(self, **values: Any) -> NoReturn:
        raise BadInput("Expected an event to stay as it was written; write another one.")


class Event(Kept):
    """`kind` of `events.KINDS`; `by`: whose act it was; `details`: sealed JSON."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="events")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="acts")
    kind = models.CharField(max_length=40)
    at = models.DateTimeField(auto_now_add=True)
    details = SealedField(default=dict)

    objects: ClassVar[Any] = Written.as_manager()

    def __str__(self) -> str:
        return self.kind

    def save(self, *args: Any, **options: Any) -> None:
        """Once. Raises `BadInput`."""
        if self.pk is not None:
            raise BadInput("Expected an event to stay as it was written; write another one.")
        super().save(*args, **options)
