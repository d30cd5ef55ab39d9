"""Work that rooms above give to the worker. They register it when their app is ready, since no room imports one above it.

    beside.register(imports.work)   # in the room's AppConfig.ready()

A work does a bounded piece and gives how many pieces it did; 0: nothing waits. It keeps its own place, so a kill loses nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from terpadu.cases.apart import each

Work = Callable[[], int]
_WORKS: list[Work] = []


def register(work: Work) -> None:
    """Add a work; the same one twice counts once."""
    if work not in _WORKS:
        _WORKS.append(work)


def work_once() -> int:
    """A piece of each, whatever becomes of the others."""
    done: list[int] = []
    each("work", _WORKS, lambda work: done.append(work()))
    return sum(done)
