"""The page of publishing: what counts now, what waits, what the holders are signing, and what it would change."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from terpadu.registry import office, publishing
from terpadu.registry.models import Publication, Suspension

KINDS = {
    "members": _("anggota"),
    "subsystems": _("sistem"),
    "nodes": _("simpul"),
    "purposes": _("tujuan"),
    "services": _("layanan"),
    "agreements": _("kesepakatan"),
    "ended": _("kesepakatan yang berakhir"),
}
SIGNS = {"+": _("Baru"), "-": _("Hilang"), "~": _("Berubah")}
"""How a line of a difference begins -> its word."""
MOST = 200
"""Lines of a difference on the page; the file holds all."""


def overview() -> dict[str, Any]:
    """Everything of the page."""
    federation, waiting = office.published(), office.waiting()
    lines = waiting.lines if waiting else []
    return {
        "federation": federation,
        "waits": [(KINDS[kind], number) for kind, number in publishing.waits().items() if number],
        "waiting": waiting,
        "lines": [readable(line) for line in lines[:MOST]],
        "more": max(0, len(lines) - MOST),
        "publications": Publication.objects.order_by("-number")[:10],
        "suspended": Suspension.objects.filter(ended=None).order_by("-since")[:50],
        "adoptable": federation is not None and not Publication.objects.exists(),
    }


def readable(line: str) -> tuple[Any, str, str]:
    """A line of trust/differences.py in three cells: what happens, to what, how."""
    sign, _space, rest = line.partition(" ")
    kind, _space, rest = rest.partition(" ")
    name, _space, how = rest.partition("  ")
    return SIGNS.get(sign, sign), f"{kind} {name}", how
