"""Who belongs: members, their systems, their nodes."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from terpadu.identity.models.kept import Kept
from terpadu.registry.states import Joining

PERSON = settings.AUTH_USER_MODEL


class Asked(Kept):
    """What somebody asked for and somebody else decided."""

    state = models.CharField(max_length=20, choices=Joining.choices, default=Joining.ASKED, db_index=True)
    asked_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    asked = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    decided = models.DateTimeField(null=True)
    reason = models.TextField(max_length=2000, blank=True)

    class Meta:
        abstract = True


class Member(Asked):
    """An agency. `id`: INSTANCE/CLASS/MEMBER. `address`: where its data protection officer is reached (UU 27/2022 pasal 53)."""

    id = models.CharField(max_length=200, primary_key=True)
    name = models.CharField(max_length=200)
    country = models.CharField(max_length=2, default="ID")
    about = models.TextField(max_length=2000, blank=True)
    address = models.EmailField(blank=True)
    checked_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return self.id


class Subsystem(Asked):
    """A system of a member, and the entry of the inventory (governance) that it stands on."""

    id = models.CharField(max_length=250, primary_key=True)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="subsystems")
    name = models.CharField(max_length=200)
    application = models.CharField(max_length=60, blank=True)

    def __str__(self) -> str:
        return self.id


class Node(Asked):
    """A node as its request asks to be listed; a renewal of its keys is one more row. `certificate`: PEM, once drafted."""

    name = models.CharField(max_length=250, db_index=True)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="nodes")
    host = models.CharField(max_length=253)
    port = models.PositiveIntegerField()
    request = models.TextField(blank=True)
    certificate = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.name
