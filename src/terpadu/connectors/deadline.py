"""A deadline for a step of a walk, cheaper than one timer each: those that end in the same twentieth of a second share one.

async with Deadline(seconds):      raises TimeoutError at most 50 ms late
    ...
"""

from __future__ import annotations

import asyncio
import weakref
from types import TracebackType

TICKS = 20
"""A second."""


class _Wheel:
    """Deadlines of one event loop by tick; one timer is set while there are any."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._ticks: dict[int, set[Deadline]] = {}
        self._running = False

    def add(self, tick: int, deadline: Deadline) -> set[Deadline]:
        """The set that the deadline now stands in."""
        place = self._ticks.get(tick)
        if place is None:
            place = self._ticks[tick] = set()
            if not self._running:
                self._running = True
                self._loop.call_later(1 / TICKS, self._turn)
        place.add(deadline)
        return place

    def _turn(self) -> None:
        now = int(self._loop.time() * TICKS)
        for tick in [tick for tick in self._ticks if tick <= now]:
            for deadline in self._ticks.pop(tick):
                deadline.expire()
        self._running = bool(self._ticks)
        if self._running:
            self._loop.call_later(1 / TICKS, self._turn)


_wheels: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, _Wheel] = weakref.WeakKeyDictionary()


def _wheel(loop: asyncio.AbstractEventLoop) -> _Wheel:
    found = _wheels.get(loop)
    if found is None:
        found = _wheels[loop] = _Wheel(loop)
    return found


class Deadline:
    """Cancels the task in it when its time has come, and turns that cancellation into a TimeoutError."""

    __slots__ = ("_expired", "_place", "_seconds", "_task")

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._expired = False

    async def __aenter__(self) -> Deadline:
        loop = asyncio.get_running_loop()
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("a deadline needs a task")
        self._task = task
        self._place = _wheel(loop).add(int((loop.time() + self._seconds) * TICKS) + 1, self)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._place.discard(self)
        if self._expired and self._task.uncancel() <= 0 and kind is asyncio.CancelledError:
            raise TimeoutError from error

    def expire(self) -> None:
        """The time has come."""
        self._expired = True
        self._task.cancel()
