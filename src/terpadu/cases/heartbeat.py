"""A worker's sign of life, for who checks the installation: the time at which one last looked for work, in the shared cache."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.cache import cache

EVERY = timedelta(seconds=20)
_NAME, _KEPT = "cases.worker", 7 * 24 * 3600


def beat(now: datetime) -> None:
    """A worker lives; written at most every `EVERY`."""
    before = last()
    if before is None or not now - EVERY < before <= now:
        cache.set(_NAME, now, _KEPT)


def last() -> datetime | None:
    """When a worker last said so, within a week; None: never."""
    found: datetime | None = cache.get(_NAME)
    return found
