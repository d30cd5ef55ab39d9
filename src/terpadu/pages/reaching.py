"""Does the portal reach its node? Asked at most twice a minute, however many people look."""

from __future__ import annotations

from typing import NamedTuple

from django.core.cache import cache
from django.utils import timezone

from terpadu.errors import Refused
from terpadu.pages.agencies import agencies

FRESH = 30
"""Seconds that an answer is shown."""


class Reached(NamedTuple):
    """Whether the node answered, how many services of agencies it lets the portal ask, and when we tried."""

    answers: bool
    services: int
    at: str


def node() -> Reached:
    """What the node said last."""
    kept = cache.get("pages.node")
    return Reached(*kept) if kept else _ask()


def _ask() -> Reached:
    try:
        services = {agreement["service"] for agreement in agencies().agreements()}
        reached = Reached(True, len(services), timezone.now().isoformat())
    except Refused:
        reached = Reached(False, 0, timezone.now().isoformat())
    cache.set("pages.node", tuple(reached), FRESH)
    return reached
