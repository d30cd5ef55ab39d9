"""How long answers took: a small histogram for each service, so that readiness can be measured without keeping calls."""

from __future__ import annotations

from bisect import bisect_left

_BOUNDS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 30_000)
"""Upper bounds of the classes, ms."""


class Latencies:
    """Counts by class; the percentiles are the upper bounds of the classes that they fall into."""

    __slots__ = ("_counts", "total")

    def __init__(self) -> None:
        self._counts = [0] * (len(_BOUNDS) + 1)
        self.total = 0.0

    def add(self, milliseconds: float) -> None:
        """One answer more."""
        self.total += milliseconds
        self._counts[bisect_left(_BOUNDS, milliseconds)] += 1

    def cumulative(self) -> list[tuple[str, float]]:
        """Answers up to each bound (ms), as histograms are told; the last is all."""
        seen, found = 0, []
        for count, bound in zip(self._counts, (*_BOUNDS, "+Inf"), strict=True):
            seen += count
            found.append((str(bound), float(seen)))
        return found

    def percentile(self, share: float) -> int | None:
        """The class bound (ms) under which this share of answers lies; None where there is none or it is over all."""
        wanted, seen = share * sum(self._counts), 0
        for count, bound in zip(self._counts, _BOUNDS, strict=False):
            seen += count
            if seen and seen >= wanted:
                return bound
        return None

    def summary(self) -> dict[str, int | None]:
        """For the counters metaservice."""
        return {"calls": sum(self._counts), "p50_ms": self.percentile(0.5), "p95_ms": self.percentile(0.95)}
