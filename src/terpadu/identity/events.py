"""What happened to an account, written once and never changed."""

from __future__ import annotations

from typing import Any

from terpadu.errors import BadInput
from terpadu.identity.models import Event, Person

KINDS = {
    "registered": "an account was opened with an e-mail address and a passkey",
    "signed-on": "the person signed on",
    "factor-added": "a passkey, an authenticator application or recovery codes were added",
    "factor-removed": "a way to sign on was removed",
    "codes-renewed": "new recovery codes were drawn; the old ones ended",
    "code-used": "a recovery code was used",
    "passkey-copied": "a passkey's signature counter stood still or went back; it was refused",
    "session-ended": "the person ended a session from another one",
    "disabled": "the account was disabled",
    "nik-proven": "number, name and birth date matched with the population register: level 2",
    "nik-refused": "they did not match",
    "nik-claimed": "they matched, but another account holds the number: an official decides",
    "seen": "an official saw the person with their card: level 3",
    "recovery-opened": "an official opened a recovery",
    "recovery-confirmed": "a second official confirmed it",
    "recovery-cancelled": "the recovery was cancelled",
    "recovery-finished": "the person made a new passkey; all older ways to sign on ended",
    "mandate-given": "a mandate was given",
    "mandate-revoked": "a mandate was revoked",
}
"""Kind -> its meaning."""


def record(kind: str, person: Person | None, by: Person | None = None, **details: Any) -> Event:
    """Write it down. `details` is sealed; no secret belongs into it. Raises `BadInput`."""
    if kind not in KINDS:
        raise BadInput(f"Expected a kind of identity.events.KINDS, got {kind!r}; add it there with its meaning.")
    return Event.objects.create(kind=kind, person=person, by=by or person, details=details)
