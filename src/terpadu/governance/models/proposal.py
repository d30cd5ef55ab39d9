"""A proposal for a new application, its request for an exemption, and the verdicts of the reviewing ministries."""

from __future__ import annotations

import secrets
from typing import Any, ClassVar, NoReturn

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from terpadu.errors import BadInput
from terpadu.governance.gate_states import STATES, State
from terpadu.governance.models.application import Application, Personal
from terpadu.identity.models.kept import Kept, KeptRows

_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def reference() -> str:
    """A name that tells nothing and is read aloud without doubt: PA-7K2M-9QXD."""
    signs = "".join(secrets.choice(_SIGNS) for _place in range(8))
    return f"PA-{signs[:4]}-{signs[4:]}"


class ProposalRows(KeptRows["Proposal"]):
    """Proposals change one by one, so that each is looked at."""

    def update(self, **values: Any) -> NoReturn:
        raise BadInput("Expected a proposal to change by its rules; see terpadu.governance.gate.")


class Proposal(Kept):
    """What an agency wants to build. `found`: the similar applications as they were told, with their scores.

    `compared`: of how many; `answered`: milliseconds until the answer. `connects`: the application that is connected instead;
    `application`: the entry of the inventory that an exemption makes.
    """

    reference = models.CharField(max_length=12, unique=True, default=reference, editable=False)
    member = models.CharField(max_length=200, db_index=True)
    agency = models.CharField(max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    function = models.TextField(max_length=2000)
    data = models.TextField(max_length=2000, blank=True)
    personal = models.CharField(max_length=20, choices=Personal.choices, default=Personal.NONE)
    process_code = models.CharField(max_length=40, blank=True)
    service_code = models.CharField(max_length=40, blank=True)
    data_code = models.CharField(max_length=40, blank=True)
    application_code = models.CharField(max_length=40, blank=True)
    users = models.PositiveBigIntegerField(null=True)
    cost = models.PositiveBigIntegerField(null=True)
    months = models.PositiveSmallIntegerField(null=True)
    state = models.CharField(max_length=20, choices=State.choices, default=State.HELD, db_index=True)
    sent = models.DateTimeField(default=timezone.now, db_index=True)
    found = models.JSONField(default=list)
    compared = models.PositiveIntegerField(default=0)
    answered = models.PositiveIntegerField(default=0)
    connects = models.ForeignKey(Application, on_delete=models.PROTECT, null=True, related_name="+")
    application = models.OneToOneField(Application, on_delete=models.PROTECT, null=True, related_name="proposal")
    decided = models.DateTimeField(null=True)

    objects: ClassVar[Any] = ProposalRows.as_manager()

    def save(self, *args: Any, **options: Any) -> None:
        """Raises `BadInput` where it is decided or withdrawn already: nothing follows."""
        before = Proposal.objects.filter(pk=self.pk).values_list("state", flat=True).first()
        if before is not None and not STATES[State(before)]:
            raise BadInput(f"Expected nothing to change after the end; the proposal is {before}.")
        super().save(*args, **options)

    def __str__(self) -> str:
        return self.reference


class Written(Kept):
    """A row that is written once. Raises `BadInput` for a second time."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        if self.pk is not None and not self._state.adding:
            raise BadInput("Expected what was submitted to stay as it is.")
        super().save(*args, **options)


class Exemption(Written):
    """What an exemption needs (the circular of 2023 on clearance): one for a proposal, never changed."""

    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, primary_key=True, related_name="exemption")
    reasons = models.TextField(max_length=4000)
    cost = models.PositiveBigIntegerField()
    cost_basis = models.TextField(max_length=4000)
    duplication = models.TextField(max_length=4000)
    splp = models.TextField(max_length=4000)
    audit = models.TextField(max_length=4000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.proposal.reference


class Review(Written):
    """The verdict of one reviewing ministry: one each, by one person, with reasons; conditions where it continues."""

    class Verdict(models.TextChoices):
        CONTINUE = "dilanjutkan", _("Dilanjutkan")
        STOP = "tidak-dilanjutkan", _("Tidak dilanjutkan")

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="reviews")
    member = models.CharField(max_length=200)
    ministry = models.CharField(max_length=100)
    verdict = models.CharField(max_length=20, choices=Verdict.choices)
    reasons = models.TextField(max_length=4000)
    conditions = models.TextField(max_length=4000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("at",)
        constraints = (
            models.UniqueConstraint("proposal", "member", name="one_verdict_of_a_ministry"),
            models.UniqueConstraint("proposal", "by", name="one_verdict_of_a_person"),
        )

    def __str__(self) -> str:
        return f"{self.proposal_id} {self.member} {self.verdict}"
