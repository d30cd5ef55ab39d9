"""How much of an agreement was used today: calls and distinct persons, per day in Jakarta (`moments.day_of`).

Kept in memory by the node, and rebuilt at start from its journal, in the order of the records. Count in the same turn
as the yes, before the next question is decided, or a batch could pass the quota together.
"""

from __future__ import annotations

from terpadu.policy.moments import day_of

MOST_PERSONS = 2_000_000
"""Distinct persons remembered in all; beyond that a new person is refused, never forgotten (some 200 MB)."""
_TOO_MANY = 2**53 - 1


class _Tally:
    """One agreement's day."""

    __slots__ = ("calls", "persons")

    def __init__(self) -> None:
        self.calls = 0
        self.persons: set[bytes] = set()


class Usage:
    """Today's counts. The day only goes forward: a clock that jumps back does not open a quota again."""

    def __init__(self, most_persons: int = MOST_PERSONS) -> None:
        self._day = 0
        self._tallies: dict[str, _Tally] = {}
        self._most = most_persons
        self._held = 0

    def count(self, agreement: str, who: bytes | None, now: int) -> None:
        """One call under an agreement (`id/version`) was admitted at `now` (Unix ms), about `who` (keyed hash)."""
        day = day_of(now)
        if day > self._day:
            self._day, self._tallies, self._held = day, {}, 0
        tally = self._tallies.setdefault(agreement, _Tally())
        tally.calls += 1
        if who is not None and who not in tally.persons and self._held < self._most:
            tally.persons.add(who)
            self._held += 1

    def calls(self, agreement: str, now: int) -> int:
        """Calls admitted on the day of `now`."""
        tally = self._tally(agreement, now)
        return tally.calls if tally else 0

    def persons(self, agreement: str, who: bytes, now: int) -> int:
        """Distinct persons on the day of `now`, if `who` is asked about as well."""
        tally = self._tally(agreement, now)
        if tally is not None and who in tally.persons:
            return len(tally.persons)
        if day_of(now) <= self._day and self._held >= self._most:
            return _TOO_MANY
        return 1 + (len(tally.persons) if tally else 0)

    def _tally(self, agreement: str, now: int) -> _Tally | None:
        return self._tallies.get(agreement) if day_of(now) <= self._day else None
