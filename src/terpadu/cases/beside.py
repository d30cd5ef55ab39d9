"""Work that rooms above give to the worker. They register it when their app is ready, since no room imports one above it.

    beside.register(imports.work)   # in the room's AppConfig.ready()

A work does a bounded piece and gives how many pieces it did; 0: nothing waits. It keeps its own place, so a kill loses nothing.
"""

from __future__ import annotations

from collections.abc import Callable

import structlog
from django.db import DatabaseError

Work = Callable[[], int]
_WORKS: list[Work] = []
_log = structlog.get_logger()


def register(work: Work) -> None:
    """Add a work; the same one twice counts once."""
    if work not in _WORKS:
        _WORKS.append(work)


def work_once() -> int:
    """A piece of each. One that fails is said, and keeps no other back."""
    done = 0
    for work in _WORKS:
        try:
            done += work()
        except DatabaseError:
            raise
        except Exception as error:
            _log.warning("work failed", work=work.__qualname__, error=type(error).__name__)
    return done
