"""What the registry's views share: who asks, and how a no is said."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from terpadu.errors import BadInput, Refused
from terpadu.identity.models import Person
from terpadu.registry.refusals import No
from terpadu.registry.roles import Standing, standing_of

T = TypeVar("T")


def person_of(request: HttpRequest) -> Person:
    """Who has signed on; the guard has seen to it."""
    return cast(Person, request.user)


def needed(request: HttpRequest, action: str, consumer: str = "", provider: str = "") -> Standing:
    """The standing of whoever may; others find nothing here."""
    found = standing_of(request)
    if not found.may(action, consumer, provider):
        raise Http404
    return found


def attempt(request: HttpRequest, act: Callable[[], T], done: str = "") -> T | None:
    """Do it and say how it went. Who may not, or asks for what is not there, finds nothing; None: it was refused."""
    try:
        result = act()
    except Refused as refused:
        if refused.code in ("identity", "not-found"):
            raise Http404 from None
        messages.error(request, said(refused))
        return None
    except BadInput as error:
        messages.error(request, _("Berkas itu tidak dapat dipakai. %(why)s") % {"why": error.sentence})
        return None
    if done:
        messages.success(request, done)
    return result


def said(refused: Refused) -> str:
    """A no in the language of the page, where the registry has words for it."""
    return refused.said if isinstance(refused, No) else _("Tidak dapat dilakukan. %(why)s") % {"why": refused.sentence}
