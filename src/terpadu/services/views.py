"""The catalogue's pages."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from terpadu.pages.guards import public
from terpadu.services.catalogue import catalogue


@public
def index(request: HttpRequest) -> HttpResponse:
    """All services, by life event and by name, and those that fit a question."""
    return render(request, "services/index.html", {"catalogue": catalogue()})


@public
def service(request: HttpRequest, service: str) -> HttpResponse:
    """One service: what it gives, needs, costs, and how to begin."""
    entry = catalogue().get(service)
    if entry is None:
        raise Http404
    return render(request, "services/service.html", {"entry": entry})
