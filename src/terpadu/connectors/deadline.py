"""A deadline for a step of a walk, cheaper than one timer each: those that end in the same twentieth of a second share one.

with Deadline(seconds):      raises TimeoutError at most 50 ms late
    ...

Time in which the whole process stood still (stopped, frozen, without a processor) counts for nobody: what came meanwhile
waits to be read, and a system that answered may not be called silent.
"""

from __future__ import annotations

import asyncio
from types import TracebackType

TICKS = 20
"""A second."""
PAUSE = 0.5
"""Seconds by which a turn of the wheel comes late before we say that the process stood still."""


class _Wheel:
    """Deadlines of one event loop by tick of the time in which it ran; one timer is set while there are any."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._due = self._slept = 0.0
        self._ticks: dict[int, set[Deadline]] = {}
        self._running = False

    def add(self, seconds: float, deadline: Deadline) -> set[Deadline]:
        """The set that the deadline now stands in."""
        tick = int((self._awake() + seconds) * TICKS) + 1
        place = self._ticks.get(tick)
        if place is None:
            place = self._ticks[tick] = set()
            if not self._running:
                self._turn_later()
        place.add(deadline)
        return place

    def _turn(self) -> None:
        now = int(self._awake() * TICKS)
        for tick in [tick for tick in self._ticks if tick <= now]:
            for deadline in self._ticks.pop(tick):
                deadline.expire()
        self._running = bool(self._ticks)
        if self._running:
            self._turn_later()

    def _turn_later(self) -> None:
        self._running, self._due = True, self._loop.time() + 1 / TICKS
        self._loop.call_later(1 / TICKS, self._turn)

    def _awake(self) -> float:
        """The loop's time without its pauses: a turn that was long due means one."""
        now = self._loop.time()
        if self._running and now - self._due > PAUSE:
            self._slept += now - self._due
            self._due = now
        return now - self._slept


_wheels: dict[asyncio.AbstractEventLoop, _Wheel] = {}
"""The newest loop's; a process has one loop, and tests one after the other."""


def _wheel(loop: asyncio.AbstractEventLoop) -> _Wheel:
    found = _wheels.get(loop)
    if found is None:
        _wheels.clear()  # deadlines in another wheel keep it turning
        found = _wheels[loop] = _Wheel(loop)
    return found


class Deadline:
    """Cancels the task in it when its time has come, and turns that cancellation into a TimeoutError."""

    __slots__ = ("_expired", "_place", "_seconds", "_task")

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._expired = False

    def __enter__(self) -> Deadline:
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("a deadline needs a task")
        self._task = task
        self._place = _wheel(task.get_loop()).add(self._seconds, self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._place.discard(self)
        if self._expired and self._task.uncancel() <= 0 and kind is asyncio.CancelledError:
            raise TimeoutError from error

    def expire(self) -> None:
        """The time has come."""
        self._expired = True
        self._task.cancel()
