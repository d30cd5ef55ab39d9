"""Who may open an official's page: others find nothing there."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import cast

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from terpadu.identity.mandates.asking import offices_of
from terpadu.identity.models import Person, Role
from terpadu.pages.guards import View, signed_on


def in_role(role: Role) -> Callable[[View], View]:
    """Signed on, with a mandate in this role for some office."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            if not offices_of(cast(Person, request.user), role):
                raise Http404
            return view(request, *args, **kwargs)

        return signed_on(guarded)

    return decorate
