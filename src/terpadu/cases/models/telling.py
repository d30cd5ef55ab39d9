"""What is told about a case: its timeline, messages, notices, and who looked."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from terpadu.cases.models.case import Case
from terpadu.pages.sealed import SealedField


class Event(models.Model):
    """One line of the timeline. `kind` names its sentence (events.py); `office` did it (empty: the person); `number` is the
    exchange that proves it (empty: it happened in the portal); `told` fills the sentence."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField(auto_now_add=True)
    kind = models.CharField(max_length=24)
    step = models.CharField(max_length=80, blank=True)
    office = models.CharField(max_length=200, blank=True)
    number = models.CharField(max_length=64, blank=True)
    told = SealedField(default=dict)

    class Meta:
        ordering = ("at", "id")

    def __str__(self) -> str:
        return f"{self.kind} {self.step}"


class Message(models.Model):
    """A message between the applicant and one office; `author` says which of both wrote it."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="messages")
    at = models.DateTimeField(auto_now_add=True)
    office = models.CharField(max_length=200)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = SealedField(default=str)
    read = models.DateTimeField(null=True)

    class Meta:
        ordering = ("at", "id")

    def __str__(self) -> str:
        return f"{self.office} {self.at:%Y-%m-%d %H:%M}"


class Notice(models.Model):
    """A notice to the applicant, sent by the worker; one of a kind for one occasion."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=24)
    occasion = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField(auto_now_add=True)
    sent = models.DateTimeField(null=True)
    told = SealedField(default=dict)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("case", "kind", "occasion"), name="one_notice_an_occasion"),)

    def __str__(self) -> str:
        return self.kind


class Seen(models.Model):
    """An officer looked at a case, or opened a document of it (`document`: its field); never deleted while the case is there."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="seen")
    at = models.DateTimeField(auto_now_add=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    office = models.CharField(max_length=200)
    step = models.CharField(max_length=80, blank=True)
    document = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ("at", "id")

    def __str__(self) -> str:
        return f"{self.office} {self.at:%Y-%m-%d %H:%M}"
