"""An application of an agency, with the metadata of the national architecture (Perpres 132/2022)."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from terpadu.governance.stages import Stage
from terpadu.identity.models.kept import Kept


class Kind(models.TextChoices):
    """Shared by all agencies, or special to one (Perpres 95/2018 pasal 1)."""

    SHARED = "umum", _("Aplikasi umum")
    SPECIAL = "khusus", _("Aplikasi khusus")


class Hosting(models.TextChoices):
    """Where it runs."""

    NATIONAL = "pdn", _("Pusat Data Nasional")
    OWN = "sendiri", _("Pusat data instansi")
    CLOUD = "awan", _("Layanan awan")
    OTHER = "lain", _("Tempat lain")


class Personal(models.TextChoices):
    """Personal data that it holds (UU 27/2022 pasal 4)."""

    NONE = "tidak", _("Tanpa data pribadi")
    GENERAL = "umum", _("Bersifat umum")
    SPECIFIC = "spesifik", _("Bersifat spesifik")


class Interface(models.TextChoices):
    """By what another system may ask it."""

    NONE = "tidak-ada", _("Tanpa antarmuka")
    OPENAPI = "openapi", _("REST dengan OpenAPI")
    SOAP = "wsdl", _("SOAP dengan WSDL")
    FILES = "berkas", _("Berkas CSV")
    DATABASE = "basis-data", _("Basis data")


class Application(Kept):
    """`member`: who owns it, ID/GOV/...; `code`: its number there. Both together are its name: again imported, it is updated.
    `agency`: the member's name in words. `users`: people; `cost`: rupiah so far; `since`: year; `version` counts changes.

    The six codes are those of the domains proses bisnis, layanan, data, aplikasi, infrastruktur and keamanan.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    member = models.CharField(max_length=200, db_index=True)
    agency = models.CharField(max_length=200)
    code = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.SPECIAL)
    function = models.TextField(max_length=2000)
    unit = models.CharField(max_length=200, blank=True)
    stage = models.CharField(max_length=20, choices=Stage.choices, default=Stage.REPORTED, db_index=True)
    process_code = models.CharField(max_length=40, blank=True)
    service_code = models.CharField(max_length=40, blank=True)
    data_code = models.CharField(max_length=40, blank=True)
    application_code = models.CharField(max_length=40, blank=True)
    infrastructure_code = models.CharField(max_length=40, blank=True)
    security_code = models.CharField(max_length=40, blank=True)
    users = models.PositiveBigIntegerField(null=True)
    cost = models.PositiveBigIntegerField(null=True)
    hosting = models.CharField(max_length=20, choices=Hosting.choices, default=Hosting.OTHER)
    data = models.TextField(max_length=2000, blank=True)
    personal = models.CharField(max_length=20, choices=Personal.choices, default=Personal.NONE)
    interface = models.CharField(max_length=20, choices=Interface.choices, default=Interface.NONE)
    interface_at = models.CharField(max_length=300, blank=True)
    since = models.PositiveSmallIntegerField(null=True)
    version = models.PositiveIntegerField(default=1)
    made = models.DateTimeField(default=timezone.now)
    changed = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint("member", "code", name="one_entry_of_an_application"),)

    def __str__(self) -> str:
        return f"{self.member} {self.code}"
