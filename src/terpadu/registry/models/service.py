"""What is offered: services and their versions."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from terpadu.identity.models.kept import Kept
from terpadu.registry.models.member import PERSON, Subsystem
from terpadu.registry.states import Life


class Effect(models.TextChoices):
    """Class of a service (model/federation.py)."""

    SAFE = "safe", _("Hanya membaca")
    KEYED = "keyed", _("Mengubah, dengan kunci idempotensi")
    TX = "tx", _("Mengubah, dalam transaksi simpul")
    BEST = "best-effort", _("Mengubah, tanpa jaminan sekali saja")


class Form(models.TextChoices):
    """In which form a version was described."""

    OPENAPI = "openapi", "OpenAPI 3"
    WSDL = "wsdl", "WSDL 1.1"
    TABLE = "tabel", "Table Schema (CSV)"
    NONE = "", _("Tanpa kontrak")


class Service(Kept):
    """`id`: INSTANCE/CLASS/MEMBER/SUBSYSTEM/SERVICE. What it is stands in its versions."""

    id = models.CharField(max_length=300, primary_key=True)
    subsystem = models.ForeignKey(Subsystem, on_delete=models.PROTECT, related_name="services")

    def __str__(self) -> str:
        return self.id

    @property
    def code(self) -> str:
        """Its last part, within the subsystem."""
        return self.id.rpartition("/")[2]


class Version(Kept):
    """One description of a service; it never changes, another follows. At most one version of a service can be asked.

    fields: path -> {"type": …, "specific": bool} of the answer; inputs: name -> {"type": …, "required": bool};
    endpoints: pairs of method and path. `specific`: personal data of the specific kind (UU 27/2022 pasal 4 ayat 2).
    """

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    description = models.TextField(max_length=4000, blank=True)
    effect = models.CharField(max_length=20, choices=Effect.choices, default=Effect.SAFE)
    subject = models.CharField(max_length=200, blank=True)
    nodes = models.JSONField(default=list)
    form = models.CharField(max_length=10, choices=Form.choices, blank=True)
    contract = models.TextField(blank=True)
    fields = models.JSONField(default=dict)
    inputs = models.JSONField(default=dict)
    endpoints = models.JSONField(default=list)
    state = models.CharField(max_length=20, choices=Life.choices, default=Life.DRAFT, db_index=True)
    published = models.BooleanField(default=False, help_text="the signed federation has it in this state")
    made_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    made = models.DateTimeField(default=timezone.now)
    changed = models.DateTimeField(default=timezone.now)
    ends = models.DateField(null=True, help_text="of a deprecated version: when it will be retired")

    class Meta:
        constraints = (models.UniqueConstraint("service", "number", name="one_version_of_a_number"),)

    def __str__(self) -> str:
        return f"{self.service_id} {self.number}"
