"""Back-channel logout (OpenID Connect Back-Channel Logout 1.0): who relies on a sign-on is told when it ends.

Told at once, and again by the worker until the client has heard it; a client that is down loses nothing.
"""

from __future__ import annotations

import json
import time
import urllib.request
import uuid
from datetime import timedelta
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode

import structlog
from allauth.usersessions.models import UserSession
from django.contrib.auth.signals import user_logged_out
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from jwcrypto import jwt
from oauth2_provider.models import get_access_token_model, get_refresh_token_model
from oauth2_provider.settings import oauth2_settings

from terpadu.identity.openid.models import Given, Notice, SignOn
from terpadu.identity.openid.signing_on import session_name
from terpadu.identity.openid.validator import pairwise

EVENT = "http://schemas.openid.net/event/backchannel-logout"
PATIENCE = timedelta(hours=24)
_SECONDS = 3.0
_log = structlog.get_logger("terpadu.openid")


def listen() -> None:
    """End a session's sign-ons when its person leaves."""
    user_logged_out.connect(_left, dispatch_uid="terpadu.openid")


def _left(sender: object, request: HttpRequest, user: Any, **more: object) -> None:
    if request is not None and request.session.session_key:
        end(SignOn.objects.filter(session=session_name(request.session.session_key), ended=None))


def end(sign_ons: QuerySet[SignOn]) -> None:
    """These are over: their tokens count no longer, and their clients are told."""
    ending = list(sign_ons)
    SignOn.objects.filter(pk__in=[one.pk for one in ending]).update(ended=timezone.now())
    for family in Given.objects.filter(sign_on__in=ending).values_list("family", flat=True):
        get_refresh_token_model().revoke_family(family)
    for one in ending:
        if one.client.logout_address:
            Notice.objects.get_or_create(sign_on=one)
    deliver_waiting()


def end_of_person(person: Any) -> None:
    """A person was disabled, or asked to leave everywhere."""
    end(SignOn.objects.filter(person=person, ended=None))
    get_access_token_model().objects.filter(user=person).delete()


def end_orphans() -> int:
    """Sessions that ran out or were ended elsewhere: their sign-ons end too. Returns how many. Only sessions of persons who
    have a sign-on are read: a sign-on keeps its session's hash, which no query can look up."""
    going = list(SignOn.objects.filter(ended=None))
    if not going:
        return 0
    own = UserSession.objects.filter(user__in={one.person_id for one in going}).values("session_key")
    living = Session.objects.filter(pk__in=own, expire_date__gt=timezone.now()).values_list("pk", flat=True)
    alive = {session_name(key) for key in living}
    lost = [one.pk for one in going if one.session not in alive]
    if lost:
        end(SignOn.objects.filter(pk__in=lost))
    return len(lost)


def deliver_waiting() -> int:
    """Tell clients that have not heard it; returns how many still wait."""
    waiting = Notice.objects.filter(delivered=None, made__gt=timezone.now() - PATIENCE)
    for notice in waiting.select_related("sign_on__client", "sign_on__person"):
        told = _told(notice.sign_on)
        when = timezone.now() if told else None
        Notice.objects.filter(pk=notice.pk).update(tries=notice.tries + 1, delivered=when)
    return waiting.all().count()


def _told(sign_on: SignOn) -> bool:
    body = urlencode({"logout_token": logout_token(sign_on)}).encode()
    request = urllib.request.Request(sign_on.client.logout_address, body, method="POST")  # noqa: S310 - registered by us
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS) as reply:  # noqa: S310
            return bool(reply.status in (200, 204))
    except HTTPError as error:
        error.close()
        _log.warning("openid.logout-refused", client=sign_on.client.client_id, status=error.code)
    except OSError as error:
        _log.warning("openid.logout-waits", client=sign_on.client.client_id, error=str(error))
    return False


def logout_token(sign_on: SignOn) -> str:
    """Section 2.4: signed like an ID token, with an event and without a nonce."""
    now = int(time.time())
    claims = {
        "iss": oauth2_settings.OIDC_ISS_ENDPOINT,
        "aud": sign_on.client.client_id,
        "iat": now,
        "exp": now + 120,
        "jti": str(uuid.uuid4()),
        "sub": pairwise(sign_on.person, sign_on.client),
        "sid": str(sign_on.sid),
        "events": {EVENT: {}},
    }
    key = sign_on.client.jwk_key
    header = {"typ": "logout+jwt", "alg": "RS256", "kid": key.thumbprint()}
    token = jwt.JWT(header=json.dumps(header), claims=json.dumps(claims))
    token.make_signed_token(key)
    return str(token.serialize())
