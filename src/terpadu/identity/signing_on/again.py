"""Before a dangerous change the person proves again who they are, unless they did within five minutes."""

from __future__ import annotations

import time
from functools import wraps

from allauth.account import app_settings
from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.login import get_authentication_records
from django.http import HttpRequest, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.urls import reverse

from terpadu.pages.guards import View


def proven_again(view: View) -> View:
    """Stands below the guard `signed_on`."""
    wrapped: View = reauthentication_required(view)
    return wrapped


def passkey_again(view: View) -> View:
    """The same, and by a passkey alone: for acts of officials. What was sent is not kept; the page comes again, empty."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if used_passkey(request):
            return view(request, *args, **kwargs)
        following = QueryDict.fromkeys(["next"], request.path).urlencode()
        return HttpResponseRedirect(f"{reverse('mfa_reauthenticate_webauthn')}?{following}")

    return guarded


def used_passkey(request: HttpRequest) -> bool:
    """Did the person of this session use a passkey within the time that a proof is good for?"""
    records = get_authentication_records(request, request.user)
    times = [record["at"] for record in records if record.get("type") == "webauthn"]
    return bool(time.time() - max(times, default=0) < app_settings.REAUTHENTICATION_TIMEOUT)
