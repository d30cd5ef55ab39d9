"""Bills that cases made, and payments that were told; they meet by the billing code, whichever comes first."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from terpadu.cases.models import Case


class Bill(models.Model):
    """A bill of a case: SIMPONI's billing code, whole rupiah, the last day as SIMPONI says it."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="bill")
    code = models.CharField(max_length=20, unique=True)
    amount = models.PositiveBigIntegerField()
    until = models.CharField(max_length=40, blank=True)
    made = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.code


class Payment(models.Model):
    """A payment as SIMPONI told it, once for each state receipt number (NTPN)."""

    ntpn = models.CharField(max_length=20, unique=True)
    code = models.CharField(max_length=20, db_index=True)
    at = models.CharField(max_length=40)
    bank = models.CharField(max_length=80)
    heard = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.ntpn
