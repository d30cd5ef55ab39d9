"""The day's budget of questions that a system allows: spent before asking, corrected by the system's own counter."""

from __future__ import annotations

from typing import Any

from terpadu.clock import Clock, system_clock
from terpadu.connectors.expressions import compiled, value
from terpadu.errors import Refused

HOUR = 3_600_000
DAY = 24 * HOUR


class Budget:
    """What is left of today. `per_day` None means that the system sets no quota. Kept in memory: after a restart the
    system's first reply corrects it. `counter` finds the system's own figure in a reply (empty: it gives none)."""

    def __init__(
        self, per_day: int | None = None, utc_hours: int = 7, clock: Clock = system_clock, counter: str = ""
    ) -> None:
        self._per_day = per_day
        self.counter = counter
        if counter:
            compiled(counter)
        self._offset = utc_hours * HOUR
        self._clock = clock
        self._day = -1
        self._left = 0

    @property
    def left(self) -> int | None:
        """Questions left today, None without a quota."""
        return None if self._per_day is None else self._today()

    def spend(self) -> None:
        """Take one question out, or refuse before the system is asked."""
        if self._per_day is None:
            return
        if self._today() <= 0:
            raise Refused("upstream-quota", "The system's quota for today is used up; ask again tomorrow.")
        self._left -= 1

    def told(self, left: int) -> None:
        """The system's own counter came with a reply. Only the smaller figure counts within a day: replies may overtake
        each other."""
        if self._per_day is not None:
            self._left = max(0, min(self._today(), left))

    def heard(self, reply: Any) -> None:
        """A reply came: where it holds the system's own counter, that counts."""
        left = value(self.counter, reply) if self.counter else None
        if isinstance(left, int | str) and str(left).isdecimal():
            self.told(int(left))

    def exhausted(self) -> None:
        """The system itself said that nothing is left today."""
        self.told(0)

    def _today(self) -> int:
        day = (self._clock() + self._offset) // DAY
        if day != self._day:
            self._day, self._left = day, self._per_day or 0
        return self._left
