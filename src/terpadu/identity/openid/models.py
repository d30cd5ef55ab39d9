"""Applications that rely on our sign-on, and what of a sign-on outlives a request."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from oauth2_provider.models import AbstractApplication


class Client(AbstractApplication):  # type: ignore[misc]  # the toolkit has no types
    """A relying party. `sector`: persons have one name for all clients of a sector (OpenID Connect Core 8.1)."""

    sector = models.CharField(max_length=200)
    logout_address = models.URLField(blank=True)

    class Meta:
        verbose_name = "aplikasi"


class SignOn(models.Model):
    """A person's session here as one client saw it: `sid`, when and how the person proved themselves."""

    sid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="+")
    session = models.CharField(max_length=64)
    at = models.DateTimeField()
    methods = models.JSONField(default=list)
    ended = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("client", "session"), name="one_sign_on_a_session"),)

    def __str__(self) -> str:
        return str(self.sid)


class Given(models.Model):
    """Which tokens came of which sign-on: `family` of refresh tokens; `code` is the digest of the code, used once."""

    family = models.UUIDField(primary_key=True)
    sign_on = models.ForeignKey(SignOn, on_delete=models.CASCADE)
    code = models.CharField(max_length=64, unique=True)

    def __str__(self) -> str:
        return str(self.family)


class Notice(models.Model):
    """A back-channel logout on its way to a client; tried until `until`."""

    sign_on = models.OneToOneField(SignOn, on_delete=models.CASCADE)
    made = models.DateTimeField(default=timezone.now)
    tries = models.PositiveSmallIntegerField(default=0)
    delivered = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.sign_on_id)
