"""What is to be done: acts at agencies' systems, and tasks of people."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from terpadu.cases.models.case import Case
from terpadu.pages.sealed import SealedField


class Act(models.Model):
    """An act that the process came to: wanted, then intended: written before it is asked, so that a repeat is the same.

    `body` is what is asked, kept as it was intended; `key` makes it one effect. `code` and `sentence` say why there is no
    answer (yet). With a `task` it is no act of the process: it puts that task to the office's own system.
    """

    class State(models.TextChoices):
        """Where an act stands."""

        WANTED = "wanted"
        INTENDED = "intended"
        DONE = "done"
        REFUSED = "refused"

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="acts")
    task = models.OneToOneField("cases.Task", on_delete=models.CASCADE, null=True, related_name="delivery")
    name = models.CharField(max_length=80)
    key = models.CharField(max_length=120, unique=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WANTED)
    body = SealedField(default=dict)
    answer = SealedField(null=True)
    number = models.CharField(max_length=64, blank=True)
    code = models.CharField(max_length=40, blank=True)
    sentence = SealedField(default=str)
    tries = models.PositiveIntegerField(default=0)
    wanted = models.DateTimeField(auto_now_add=True)
    next_try = models.DateTimeField(null=True)
    settled = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("case", "name"), name="one_act_a_case"),)

    def __str__(self) -> str:
        return self.key

    def again(self) -> None:
        """A refused act is wanted anew, under a key of its own: the first one had no effect. Saved by the caller."""
        stem, _, number = self.key.partition("#")
        self.key = f"{stem}#{int(number or 1) + 1}"
        self.state, self.body, self.code, self.sentence, self.tries = self.State.WANTED, {}, "", "", 0
        self.number = ""


class Task(models.Model):
    """Someone's turn: the applicant's (`office` empty) or an office's. `step` is the element's id in process.bpmn, `token` the
    place in the running process (or what else it is about). `question` is what `question_from` wrote
    to who does it, `ticket` the keyed hash of what an office's own system must show to answer."""

    class Kind(models.TextChoices):
        """Why there is a task: the process, something missing, an act that a system refused, an objection."""

        STEP = "step"
        MISSING = "missing"
        MEND = "mend"
        OBJECTION = "objection"

    class State(models.TextChoices):
        """Where a task stands."""

        OPEN = "open"
        TAKEN = "taken"
        DONE = "done"
        GONE = "gone"

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="tasks")
    step = models.CharField(max_length=80)
    token = models.CharField(max_length=140)
    round = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.STEP)
    question = SealedField(default=str)
    question_from = models.CharField(max_length=200, blank=True)
    office = models.CharField(max_length=200, blank=True, db_index=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    first_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    outcome = SealedField(null=True)
    ticket = models.CharField(max_length=80, blank=True)
    opened = models.DateTimeField(auto_now_add=True)
    due = models.DateTimeField(null=True)
    settled = models.DateTimeField(null=True)

    class Meta:
        ordering = ("due", "opened")
        constraints = (models.UniqueConstraint(fields=("case", "token"), name="one_task_a_token"),)

    def __str__(self) -> str:
        return f"{self.case_id} {self.step}"

    @property
    def waits(self) -> bool:
        """Is somebody still to do it?"""
        return self.state in (self.State.OPEN, self.State.TAKEN)
