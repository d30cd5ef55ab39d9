"""Decisions with their reasons, and objections against them."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from terpadu.cases.models.case import Case
from terpadu.pages.sealed import SealedField


class Decision(models.Model):
    """What was decided, by which office, why. `reasons` is a list of {text, source, fetched, number, rule}.

    `automated`: a machine decided by rule; the person may ask for an officer (UU 27/2022 pasal 10). `objection_until` is the
    last day of an objection at the office's place; `examiner` re-examines. `replaces` is the decision that this one ends.
    """

    class Result(models.TextChoices):
        """How it went."""

        GRANTED = "granted"
        REFUSED = "refused"

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="decisions")
    step = models.CharField(max_length=80)
    result = models.CharField(max_length=8, choices=Result.choices)
    title = SealedField(default=dict)
    office = models.CharField(max_length=200)
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    automated = models.BooleanField(default=False)
    rule = models.CharField(max_length=200, blank=True)
    reasons = SealedField(default=list)
    at = models.DateTimeField(auto_now_add=True)
    objection_until = models.DateTimeField(null=True)
    examiner = models.CharField(max_length=200, blank=True)
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")

    class Meta:
        ordering = ("at", "id")

    def __str__(self) -> str:
        return f"{self.case_id} {self.step} {self.result}"


class Objection(models.Model):
    """An objection, an appeal, or the wish that an officer looks at what a machine decided; one of a kind for a decision."""

    class Kind(models.TextChoices):
        """What was asked for."""

        OBJECTION = "objection"
        APPEAL = "appeal"
        HUMAN = "human"

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="objections")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    text = SealedField(default=str)
    filed = models.DateTimeField(auto_now_add=True)
    due = models.DateTimeField()
    task = models.OneToOneField("cases.Task", on_delete=models.PROTECT, related_name="objection")
    answer = models.OneToOneField(Decision, on_delete=models.PROTECT, null=True, related_name="answers")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("decision", "kind"), name="one_of_a_kind_a_decision"),)

    def __str__(self) -> str:
        return f"{self.decision_id} {self.kind}"
