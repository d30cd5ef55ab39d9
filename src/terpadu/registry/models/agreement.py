"""Who may use what: purposes, agreements and the templates for many, their risk forms, who suspended them."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from terpadu.identity.models.kept import Kept
from terpadu.registry.models.member import PERSON, Asked, Subsystem
from terpadu.registry.models.service import Service
from terpadu.registry.states import Deal


class Purpose(Asked):
    """What for, and the legal basis (UU 27/2022 pasal 20)."""

    id = models.SlugField(max_length=80, primary_key=True)
    title = models.CharField(max_length=200)
    basis = models.CharField(max_length=300)

    def __str__(self) -> str:
        return self.id


class Terms(Kept):
    """How far a right goes. Emptiness refuses, as in the federation."""

    purposes = models.JSONField(default=list)
    default_purpose = models.CharField(max_length=80, blank=True)
    fields = models.JSONField(default=list)
    endpoints = models.JSONField(default=list)
    quota = models.PositiveIntegerField(default=0)
    persons = models.PositiveIntegerField(default=0)
    needs_case = models.BooleanField(default=False)
    needs_consent = models.BooleanField(default=False)
    keep_days = models.PositiveIntegerField(default=0)
    until = models.DateField()

    class Meta:
        abstract = True


class Template(Terms):
    """Terms that the provider's head approved in advance, for every member of a class (`""`: of any): they join with one form."""

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="templates")
    name = models.CharField(max_length=200)
    member_class = models.CharField(max_length=40, blank=True)
    made_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    made = models.DateTimeField(default=timezone.now)
    is_open = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name


class Agreement(Terms):
    """`code` and `version` are its name in the federation; a change is the next version, asked and approved anew."""

    code = models.CharField(max_length=80)
    version = models.PositiveIntegerField(default=1)
    consumer = models.ForeignKey(Subsystem, on_delete=models.PROTECT, related_name="agreements")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="agreements")
    since = models.DateField(default=date.today)
    why = models.TextField(max_length=2000, blank=True)
    state = models.CharField(max_length=20, choices=Deal.choices, default=Deal.REQUESTED, db_index=True)
    published = models.BooleanField(default=False, db_index=True, help_text="the signed federation lists it")
    template = models.ForeignKey(Template, on_delete=models.PROTECT, null=True, related_name="agreements")
    asked_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    asked = models.DateTimeField(default=timezone.now)
    reviewed_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    decided_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    decided = models.DateTimeField(null=True)
    reasons = models.JSONField(default=list)
    changed = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (models.UniqueConstraint("code", "version", name="one_agreement_of_a_name"),)

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """As the federation and heads have it."""
        return f"{self.code}/{self.version}"


class Risk(Kept):
    """An impact assessment (UU 27/2022 pasal 34) of one agreement or one template; a change is the next version."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, null=True, related_name="risks")
    template = models.ForeignKey(Template, on_delete=models.PROTECT, null=True, related_name="risks")
    version = models.PositiveIntegerField(default=1)
    flags = models.JSONField(default=list)
    answers = models.JSONField(default=dict)
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.agreement_id or self.template_id} {self.version}"


class Side(models.TextChoices):
    """Who may suspend: three, each for itself."""

    CONSUMER = "consumer", _("Peminta")
    PROVIDER = "provider", _("Penyedia")
    CENTRE = "centre", _("Pusat")


class Suspension(Kept):
    """Who took a right away, when and why; and who gave it back. `what`: a name that the federation lists."""

    what = models.CharField(max_length=300, db_index=True)
    by = models.CharField(max_length=10, choices=Side.choices)
    reason = models.TextField(max_length=1000)
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    since = models.DateTimeField(default=timezone.now)
    ended = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.what} {self.by}"
