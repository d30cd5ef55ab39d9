"""The public pages of the index."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from msgspec import structs

from terpadu.pages.guards import public
from terpadu.spbe import instrument, profile, ranking, tilemap

_A_PAGE = 50


@public
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The ranking of a year, by group, as its decrees have it."""
    now = timezone.now()
    asked = ranking.asked(request.GET, now)
    told: dict[str, Any] = {"asked": asked, "filters": ranking.filters(asked)}
    if asked.year is not None:
        results = ranking.found(asked, now)
        told |= {"page": Paginator(results, _A_PAGE).get_page(request.GET.get("hal"))}
        told |= {"counted": ranking.counted(results, asked.year), "instrument": instrument.of_year(asked.year)}
    return render(request, "spbe/index.html", told)


@public
@require_safe
def provinces(request: HttpRequest) -> HttpResponse:
    """The provinces of a year as a map of equal tiles."""
    now = timezone.now()
    asked = structs.replace(ranking.asked(request.GET, now), group="provinsi")
    told: dict[str, Any] = {"asked": asked, "years": ranking.years(asked)}
    if asked.year is not None:
        rules, results = instrument.of_year(asked.year), ranking.found(asked, now)
        told |= {"instrument": rules, "bounds": instrument.bounds(rules), "islands": tilemap.islands(results, rules)}
        told |= {"counted": ranking.counted(results, asked.year), **tilemap.national(results, rules)}
    return render(request, "spbe/map.html", told | {"table": asked.address()})


@public
@require_safe
def one(request: HttpRequest, instansi: str) -> HttpResponse:
    """One instansi: its index, its years, its aspects, and its neighbours in the ranking."""
    now = timezone.now()
    found = profile.find(instansi, now)
    if found is None:
        raise Http404
    return render(request, "spbe/profile.html", {"profile": found, **profile.told(found, now)})
