"""The pages that belong to no other room."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from terpadu.pages import examples, reaching
from terpadu.pages import home as first
from terpadu.pages.guards import public


@public
def home(request: HttpRequest) -> HttpResponse:
    """The first page, put together by the rooms."""
    return render(request, "pages/home.html", {"home": first.blocks(request)})


@public
def parts(request: HttpRequest) -> HttpResponse:
    """Every part with every state; only in a demonstration."""
    if not settings.PORTAL.demonstration:
        raise Http404
    return render(request, "pages/examples.html", examples.shown())


@public
def note(request: HttpRequest, name: str) -> HttpResponse:
    """One of the pages that the footer leads to."""
    return render(request, f"pages/notes/{name}.html", {"protection_officer": settings.PORTAL.protection_officer})


@public
def status(request: HttpRequest) -> HttpResponse:
    """Does the portal reach its node now?"""
    return render(request, "pages/notes/status.html", {"reached": reaching.node()})
