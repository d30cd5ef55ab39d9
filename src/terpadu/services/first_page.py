"""What the catalogue shows on the first page: life events, and words that are often sought."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext

from terpadu.services.catalogue import LifeEvent, catalogue
from terpadu.services.saying import said

ICON = "circles"
"""For a life event whose services name none."""


def life_events(request: HttpRequest) -> dict[str, Any] | None:
    """One tile an event; nothing where the catalogue is empty."""
    tiles = [_tile(event) for event in catalogue().life_events()]
    if not tiles:
        return None
    more = gettext("Semua layanan menurut abjad")
    return {
        "title": gettext("Peristiwa hidup"),
        "tiles": tiles,
        "more": more,
        "more_address": reverse("services:index"),
    }


def _tile(event: LifeEvent) -> dict[str, str]:
    """An event with one service leads to it, one with several to their list."""
    services = [entry.service for entry in event.entries]
    one = len(services) == 1
    text = (
        said(services[0].summary) if one and services[0].summary else ", ".join(said(each.title) for each in services)
    )
    address = (
        reverse("services:service", args=[services[0].id]) if one else f"{reverse('services:index')}#{services[0].id}"
    )
    return {"icon": event.icon or ICON, "name": said(event.title), "text": text, "address": address}


def often(request: HttpRequest) -> dict[str, Any] | None:
    """Words beside the search."""
    words = [entry.service.often for entry in catalogue().entries.values() if entry.service.often]
    found = [(word, f"{reverse('services:index')}?{urlencode({'cari': word})}") for word in words[:3]]
    return {"words": found} if found else None
