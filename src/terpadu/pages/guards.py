"""Who may open a page. Every view carries exactly one guard; a test walks all addresses and fails where none is.

A room builds its own from these: `def officer(view): return signed_on(...)`. What a person may see inside the page is the
room's own rule, asked first: somebody else's case is a 404, never a 403.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_cache_control

from terpadu.errors import BadInput
from terpadu.pages.navigation import at

View = Callable[..., HttpResponseBase]


def public(view: View) -> View:
    """Anybody, signed on or not."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        return view(request, *args, **kwargs)

    return _mark(view, guarded, "public")


def signed_on(view: View) -> View:
    """Who has signed on; others go to the sign-on page and come back. No copy stays in the browser."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), at("/masuk/"))
        return _kept_nowhere(view(request, *args, **kwargs))

    return _mark(view, guarded, "signed_on")


def assured(level: int) -> Callable[[View], View]:
    """Who has signed on and is proven to `level`: 1 stated, 2 matched with the register, 3 seen by an official."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path(), at("/masuk/"))
            if request.user.assurance < level:
                return render(request, "pages/not_assured.html", {"level": level}, status=403)
            return _kept_nowhere(view(request, *args, **kwargs))

        return _mark(view, guarded, f"assured({level})")

    return decorate


def guard_of(view: object) -> str:
    """The guard of a view, empty where there is none."""
    return str(getattr(view, "guard", ""))


def _mark(view: View, guarded: View, guard: str) -> View:
    if guard_of(view):
        raise BadInput(
            f"Expected one guard on {view.__module__}.{view.__qualname__}, got {guard_of(view)} and {guard}."
        )
    guarded.guard = guard  # type: ignore[attr-defined]
    return guarded


def _kept_nowhere(response: HttpResponseBase) -> HttpResponseBase:
    patch_cache_control(response, private=True, no_store=True)
    return response
