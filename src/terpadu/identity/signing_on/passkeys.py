"""Passkeys (WebAuthn Level 3): what a strict relying party checks beyond the library, at registration and at each use.

The library checks type, challenge, the relying party's hash, presence, verification and signature (section 7.2). Added here:
the whole origin with its port, no use from a frame, and a signature counter that goes forward (7.2 step 22).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import forms as library
from allauth.mfa.webauthn.internal import auth
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from fido2.webauthn import CollectedClientData

from terpadu.identity import events

T = TypeVar("T")
_NAME = _("Misalnya Ponsel, atau Komputer di rumah")
LONGEST = 20_000
"""Letters of an answer; an attestation of today is about 4,000."""


def _wrong() -> ValidationError:
    error: ValidationError = get_adapter().validation_error("incorrect_code")
    return error


def _read(reader: Callable[[Any], T], given: Any) -> T:
    """What a browser sent, read. Raises `ValidationError` for anything that is not in the form expected."""
    try:
        return reader(given)
    except (KeyError, AttributeError, TypeError, ValueError):
        raise _wrong() from None


def check_origin(data: CollectedClientData) -> None:
    """Made on our own pages, not in somebody's frame. Raises `ValidationError`."""
    if data.origin != settings.PORTAL.address or data.cross_origin:
        raise _wrong()


class CredentialField(forms.JSONField):
    """What a browser's authenticator answered, as JSON of a bounded size and depth."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        """The parsed answer. Raises `ValidationError`."""
        try:
            return super().to_python(value if len(value or "") <= LONGEST else "{")
        except RecursionError:
            raise _wrong() from None


class NewPasskey(library.SignupWebAuthnForm):  # type: ignore[misc]  # allauth has no types
    """A key that is made, at registration or later. Always one that signs on alone (discoverable, verified)."""

    credential = CredentialField()
    name = forms.CharField(label=_("Nama kunci"), help_text=_NAME, max_length=60, required=False)

    def clean_credential(self) -> Any:
        given = self.cleaned_data["credential"]
        check_origin(_read(auth.parse_registration_response, given).response.client_data)
        return given


class Rename(library.EditWebAuthnForm):  # type: ignore[misc]
    """Another name for a key."""

    name = forms.CharField(label=_("Nama kunci"), help_text=_NAME, max_length=60)


class _Use(forms.Form):
    credential = CredentialField()

    def clean_credential(self) -> Authenticator:
        response = _read(auth.parse_authentication_response, self.cleaned_data["credential"])
        check_origin(response.response.client_data)
        authenticator = _read(lambda given: super(_Use, self).clean_credential(), None)  # type: ignore[misc]
        if not go_forward(authenticator, response.response.authenticator_data.counter):
            events.record("passkey-copied", authenticator.user, key=authenticator.pk)
            raise _wrong()
        return authenticator


@transaction.atomic
def go_forward(authenticator: Authenticator, now: int) -> bool:
    """Did the signature counter rise? One that stands still or goes back means a copied key; zero at both ends: it has none."""
    held = Authenticator.objects.select_for_update().get(pk=authenticator.pk)
    before = held.data.get("counter", held.wrap().authenticator_data.counter)
    if (before or now) and now <= before:
        return False
    held.data["counter"] = authenticator.data["counter"] = now
    held.save(update_fields=["data"])
    return True


class SignOn(_Use, library.LoginWebAuthnForm):  # type: ignore[misc]
    """The passkey names the person."""


class SecondFactor(_Use, library.AuthenticateWebAuthnForm):  # type: ignore[misc]
    """After a code by e-mail."""


class Again(_Use, library.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """Before a dangerous change."""
