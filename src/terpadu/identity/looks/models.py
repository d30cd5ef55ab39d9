"""What each office last answered about a person, sealed; and which looks the person questioned."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from terpadu.pages.sealed import SealedField


class Answer(models.Model):
    """The newest answer of one office's node. `code` says why there was none at `tried`."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    service = models.CharField(max_length=200)
    tried = models.DateTimeField()
    answered = models.DateTimeField(null=True)
    code = models.CharField(max_length=40, blank=True)
    looks = SealedField(default=list)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("person", "service"), name="one_answer_an_office"),)

    def __str__(self) -> str:
        return self.service


class Questioned(models.Model):
    """A look that the person asked about; the question itself is a case."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    number = models.CharField(max_length=64)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("person", "number"), name="one_question_a_look"),)

    def __str__(self) -> str:
        return self.number
