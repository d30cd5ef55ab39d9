"""When and how a person proved themselves, as their session says it; and when a client may ask for it again."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any, cast

from allauth.account.internal.flows.login import get_authentication_records
from django.http import HttpRequest, QueryDict
from django.utils import timezone

from terpadu.identity.models import Person
from terpadu.identity.openid.models import Client, SignOn

# Methods of allauth -> values of RFC 8176; both factors make `mfa`.
_METHODS = {"password": "pwd", "webauthn": "hwk", "totp": "otp", "recovery_codes": "kba", "code": "otp"}
_AGAIN = "openid_sign_on_again"
TOLERANCE = 60
"""Seconds that a clock may go wrong: a proof that is further in the future is none, for it never grows old."""


def session_name(key: str | None) -> str:
    """A name for the session that is no key to it."""
    return hashlib.sha256(f"openid {key}".encode()).hexdigest()


def proven(request: HttpRequest) -> tuple[datetime, list[str]]:
    """Last time, and the methods (amr)."""
    records: list[dict[str, Any]] = get_authentication_records(request, request.user)
    found = {_METHODS.get(record.get("type") or record["method"], record["method"]) for record in records}
    last = max((record["at"] for record in records), default=None)
    moment = datetime.fromtimestamp(last, UTC) if last else request.user.last_login or datetime.now(UTC)  # type: ignore[union-attr]
    return moment, sorted(found | ({"mfa"} if "hwk" in found or len(found) > 1 else set()))


def remember(request: HttpRequest, client: Client) -> SignOn:
    """The sign-on of this session at this client, as it is now."""
    at, methods = proven(request)
    person = cast(Person, request.user)
    made, _ = SignOn.objects.update_or_create(
        client=client,
        session=session_name(request.session.session_key),
        defaults={"person": person, "at": at, "methods": methods, "ended": None},
    )
    return made


def must_again(request: HttpRequest, query: QueryDict) -> bool:
    """Did the client ask for a fresh proof (prompt=login, max_age) that the session doesn't hold yet?

    A wish of `prompt=login` is remembered by the rest of its query, so that it is met once, and only by a later proof.
    """
    at = proven(request)[0].timestamp()
    asked = request.session.get(_AGAIN, {})
    name = _name(query)
    if "login" in query.get("prompt", "").split() and name not in asked:
        asked[name] = timezone.now().timestamp()
        request.session[_AGAIN] = dict(list(asked.items())[-8:])
        return True
    if at < asked.get(name, 0):
        return True
    asked.pop(name, None)
    request.session[_AGAIN] = asked
    oldest, age = query.get("max_age", ""), timezone.now().timestamp() - at
    return oldest.isdecimal() and not -TOLERANCE <= age <= int(oldest)


def _name(query: QueryDict) -> str:
    rest = sorted((key, value) for key, value in query.items() if key not in ("prompt", "max_age"))
    return hashlib.sha256(repr(rest).encode()).hexdigest()[:16]
