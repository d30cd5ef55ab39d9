"""A file of the inventory on its way in, and what became of each of its rows."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from terpadu.governance.models.application import Application


class Batch(models.Model):
    """`member`: the only member whose rows are taken; empty: all, which only the operator's command may.

    `line`: the last line of the file that was worked; with it a killed import goes on where it stood. `problem`: why the
    file itself cannot be read, as {reason, found}; empty where it can.
    """

    class State(models.TextChoices):
        WAITING = "menunggu", _("Menunggu")
        RUNNING = "berjalan", _("Sedang dikerjakan")
        DONE = "selesai", _("Selesai")
        UNREADABLE = "tidak-terbaca", _("Tidak terbaca")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64, db_index=True)
    kind = models.CharField(max_length=4)
    member = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=20, choices=State.choices, default=State.WAITING, db_index=True)
    rows = models.PositiveIntegerField(default=0)
    line = models.PositiveIntegerField(default=0)
    begun = models.DateTimeField(default=timezone.now)
    ended = models.DateTimeField(null=True)
    problem = models.JSONField(default=dict)

    def __str__(self) -> str:
        return str(self.id)

    @property
    def going(self) -> bool:
        """Does it still go on?"""
        return self.state in (self.State.WAITING, self.State.RUNNING)

    def took(self) -> timedelta | None:
        """From its arrival to its end."""
        ended: datetime | None = self.ended
        return ended - self.begun if ended else None


class Verdict(models.Model):
    """What became of one row. `problems`: a list of {column, found}; what was expected stands in the table of columns."""

    class Result(models.TextChoices):
        MADE = "baru", _("Dicatat")
        UPDATED = "diperbarui", _("Diperbarui")
        SAME = "sama", _("Tidak berubah")
        REFUSED = "tidak-diterima", _("Tidak diterima")

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="verdicts")
    line = models.PositiveIntegerField()
    result = models.CharField(max_length=20, choices=Result.choices)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, null=True, related_name="+")
    code = models.CharField(max_length=60, blank=True)
    problems = models.JSONField(default=list)

    class Meta:
        ordering = ("line",)
        constraints = (models.UniqueConstraint("batch", "line", name="one_verdict_of_a_row"),)

    def __str__(self) -> str:
        return f"{self.line}: {self.result}"
