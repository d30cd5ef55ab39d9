"""Mandates: who may act for whom, and for which office. A mandate ends or is revoked; it is never deleted."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from terpadu.identity.models.kept import Kept
from terpadu.pages.sealed import SealedField

_PERSON = settings.AUTH_USER_MODEL


def in_force(now: datetime) -> Q:
    """Accepted, begun, not ended, not revoked, and of a person whose account counts."""
    return Q(holder__is_active=True, since__lte=now, until__gt=now, revoked=None)


class Mandate(Kept):
    """What every mandate has. `holder` is empty while it is only offered; `offer` is the keyed hash of the offer's code."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    holder = models.ForeignKey(_PERSON, on_delete=models.PROTECT, null=True, related_name="%(class)s_held")
    given_by = models.ForeignKey(_PERSON, on_delete=models.PROTECT, null=True, related_name="%(class)s_given")
    given = models.DateTimeField(default=timezone.now)
    since = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField()
    offer = models.CharField(max_length=64, blank=True, db_index=True)
    offer_ends = models.DateTimeField(null=True)
    revoked = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(_PERSON, on_delete=models.PROTECT, null=True, related_name="%(class)s_revoked")
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.id)

    def counts(self, now: datetime | None = None) -> bool:
        """Is it in force?"""
        moment = now or timezone.now()
        held = self.holder is not None and self.holder.is_active
        return held and self.revoked is None and self.since <= moment < self.until


class Role(models.TextChoices):
    """What an official may do for an office."""

    HEAD = "pimpinan", _("pimpinan")
    OFFICER = "petugas", _("petugas")
    IDENTITY = "identitas", _("petugas identitas")
    APPLICATIONS = "aplikasi", _("pengelola aplikasi")
    REVIEWER = "penilai", _("penilai usulan aplikasi")


class OfficeMandate(Mandate):
    """An official acts for an office. `office`: a subsystem's id, for example ID/GOV/KEMENDAGRI/DUKCAPIL."""

    office = models.CharField(max_length=200, db_index=True)
    role = models.CharField(max_length=20, choices=Role.choices)

    class Meta(Mandate.Meta):
        abstract = False


class PersonMandate(Mandate):
    """One person acts for another, found by the keyed hash of the other's NIK (a child has no account).

    `services`: ids of services, or `["*"]` for all; none refuses. `receipt`: the exchange by which it was proven;
    `decision`: the court's or office's decision of a guardian.
    """

    class Kind(models.TextChoices):
        PARENT = "orang-tua", _("orang tua")
        GUARDIAN = "wali", _("wali")
        GIVEN = "kuasa", _("kuasa yang diberikan")

    kind = models.CharField(max_length=20, choices=Kind.choices)
    subject = models.ForeignKey(_PERSON, on_delete=models.PROTECT, null=True, related_name="mandates_on")
    subject_nik = SealedField()
    subject_index = models.CharField(max_length=64, db_index=True)
    subject_name = SealedField()
    services = models.JSONField(default=list)
    receipt = models.CharField(max_length=64, blank=True)
    decision = SealedField(null=True)

    class Meta(Mandate.Meta):
        abstract = False
