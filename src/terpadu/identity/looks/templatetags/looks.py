"""One look as the page shows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.translation import gettext as _

from terpadu.identity.looks.rules import Look
from terpadu.pages.navigation import at

register = template.Library()


@register.simple_tag
def filters() -> list[tuple[str, str]]:
    """Names of filters in addresses, and their words."""
    return [
        ("semua", _("Semua")),
        ("urusan", _("Terkait urusan saya")),
        ("tanpa", _("Tanpa urusan")),
        ("ditolak", _("Ditolak")),
        ("ditanyakan", _("Saya tanyakan")),
    ]


@register.inclusion_tag("looks/shown.html", takes_context=True)
def shown(context: Mapping[str, Any], one: Look) -> dict[str, Any]:
    """A look: the portal's own are said to be at the person's wish; cases of the portal are linked."""
    return {
        "one": one,
        "csrf_token": get_token(context["request"]),
        "office": _("Terpadu, atas permintaan Anda") if one.ours else one.office,
        "asked": _("Anda bertanya") if one.questioned else "",
        "case_address": at(f"/urusan/{one.case}/") if one.case and one.ours else "",
        "proof_address": reverse("looks:proof", args=[one.number]) if one.ours else "",
    }
