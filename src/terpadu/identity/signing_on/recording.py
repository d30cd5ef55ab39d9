"""What the library tells of is written down."""

from __future__ import annotations

from allauth.account.signals import user_signed_up
from allauth.mfa import signals
from allauth.mfa.models import Authenticator

from terpadu.identity import events
from terpadu.identity.models import Person


def listen() -> None:
    """Every change of the ways to sign on."""
    user_signed_up.connect(_registered, dispatch_uid="terpadu.recording")
    signals.authenticator_added.connect(_added, dispatch_uid="terpadu.recording")
    signals.authenticator_removed.connect(_removed, dispatch_uid="terpadu.recording")
    signals.authenticator_reset.connect(_renewed, dispatch_uid="terpadu.recording")
    signals.authenticator_used.connect(_used, dispatch_uid="terpadu.recording")


def _registered(sender: object, user: Person, **more: object) -> None:
    events.record("registered", user)


def _added(sender: object, user: Person, authenticator: Authenticator, **more: object) -> None:
    events.record("factor-added", user, type=authenticator.type)


def _removed(sender: object, user: Person, authenticator: Authenticator, **more: object) -> None:
    events.record("factor-removed", user, type=authenticator.type)


def _renewed(sender: object, user: Person, **more: object) -> None:
    events.record("codes-renewed", user)


def _used(sender: object, user: Person, authenticator: Authenticator, **more: object) -> None:
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        events.record("code-used", user)
