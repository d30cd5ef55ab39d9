"""A system that is down is left alone for a while, so that its callers get their answer at once and it can recover."""

from __future__ import annotations

import time
from collections.abc import Callable

from terpadu.errors import Refused

OPENS_AFTER = 5
"""Failures in a row."""
SECONDS_OPEN = 5.0


class Circuit:
    """Closed: everybody passes. Open: nobody, for `seconds`. Then one probe passes and its outcome decides."""

    def __init__(
        self, system: str, seconds: float = SECONDS_OPEN, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._system = system
        self._seconds = seconds
        self._now = monotonic
        self._failures = 0
        self._opens_again = 0.0
        self._probing = False

    @property
    def is_open(self) -> bool:
        """Were there too many failures in a row?"""
        return self._failures >= OPENS_AFTER

    def enter(self) -> None:
        """Pass, or refuse with upstream-down. Whoever passed owes `worked`, `failed` or `left`."""
        if not self.is_open:
            return
        if self._probing or self._now() < self._opens_again:
            raise Refused(
                "upstream-down",
                f"Expected {self._system} to answer, but it failed {self._failures} times in a row and is left alone "
                f"for {self._seconds:g} seconds; ask again later.",
            )
        self._probing = True

    def worked(self) -> None:
        """The system answered, be it a no."""
        self._failures = 0
        self._probing = False

    def failed(self) -> None:
        """The system did not answer."""
        self._failures += 1
        self._probing = False
        if self.is_open:
            self._opens_again = self._now() + self._seconds

    def left(self) -> None:
        """The caller went away before the outcome was known."""
        self._probing = False
