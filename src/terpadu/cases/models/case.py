"""The case itself: a matter of one person with one or more agencies."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from terpadu.cases.states import STATES, State, check_may_follow
from terpadu.pages.sealed import SealedField


class ProcessFile(models.Model):
    """The bytes of a process as a case began with it: a file that changes later changes no case on its way."""

    digest = models.CharField(max_length=64, primary_key=True)
    text = models.TextField()

    def __str__(self) -> str:
        return self.digest


class Case(models.Model):
    """One application. `subject` is who it is about (what expressions see as `subjek`); `applicant` who acts.

    `answers` are what the person typed, `facts` a list of {name, value, source, fetched, number}, `missing` says why a fact
    is not there. `process` is the engine's state, `file` the process that it follows, `round` how often it began anew (an
    objection was granted). `complete` starts the clock, `stopped` says since when it stands still, `stuck` since when a
    condition lacks a fact. `zone` is the office's. `wake` is when the worker looks again; `lease` and `leased_until` keep
    two workers off the same case.
    """

    reference = models.CharField(max_length=16, unique=True)
    service = models.CharField(max_length=80)
    applicant = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="cases")
    subject = SealedField(default=dict)
    subject_index = models.CharField(max_length=64, db_index=True, blank=True)
    about = SealedField(default=str)
    state = models.CharField(max_length=16, choices=State.choices, default=State.DRAFT)
    answers = SealedField(default=dict)
    facts = SealedField(default=list)
    missing = SealedField(default=dict)
    file = models.ForeignKey(ProcessFile, on_delete=models.PROTECT, null=True, related_name="+")
    process = SealedField(null=True)
    round = models.PositiveSmallIntegerField(default=0)
    zone = models.CharField(max_length=4, default="WIB")
    opened = models.DateTimeField(auto_now_add=True)
    sent = models.DateTimeField(null=True)
    complete = models.DateTimeField(null=True)
    stopped = models.DateTimeField(null=True)
    stuck = models.DateTimeField(null=True)
    due = models.DateTimeField(null=True)
    decided = models.DateTimeField(null=True)
    closed = models.DateTimeField(null=True)
    wake = models.DateTimeField(null=True, db_index=True)
    lease = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-opened",)

    def __str__(self) -> str:
        return self.reference

    @property
    def turn(self) -> str:
        """Whose turn it is: `person`, `office`, `system` or `nobody`."""
        return STATES[State(self.state)].turn

    def become(self, state: State) -> None:
        """Go to another state, by the table; saved by the caller. Raises `Refused`."""
        if state != self.state:
            check_may_follow(self.state, state)
            self.state = state
