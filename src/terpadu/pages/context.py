"""What every template knows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url

from terpadu.pages.navigation import entries


def house(request: HttpRequest) -> dict[str, Any]:
    """Is this a demonstration, whom people write to, where the header leads, and the same page in each language."""
    here = request.get_full_path()
    return {
        "demonstration": settings.PORTAL.demonstration,
        "contact": settings.PORTAL.contact,
        "navigation": entries(request),
        "same_page": {code: translate_url(here, code) for code, _ in settings.LANGUAGES},
    }
