"""Alternating rounds and what is told of them: medians, and the ratio pair by pair."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from bench.load import Window, window

WARM_SECONDS = 1


class Contestant(NamedTuple):
    """Who is measured: a name, the port of its door, the script of its load."""

    name: str
    port: int
    script: Path


class Level(NamedTuple):
    """All windows at one number of connections: name -> a window a round, in the order of the rounds."""

    connections: int
    windows: dict[str, list[Window]]

    def rate(self, name: str) -> float:
        """Median of requests a second."""
        return median(one.rate for one in self.windows[name])

    def p50(self, name: str) -> float:
        """Median of the medians, ms."""
        return median(one.p50 for one in self.windows[name])

    def p99(self, name: str) -> float:
        """Median of the 99th percentiles, ms; wrk's loop is closed, so it flatters."""
        return median(one.p99 for one in self.windows[name])

    def ratios(self, name: str, other: str) -> list[float]:
        """Pair by pair: both windows of a pair ran side by side in time."""
        return [mine.rate / theirs.rate for mine, theirs in zip(self.windows[name], self.windows[other], strict=True)]

    def ratio(self, name: str, other: str) -> float:
        """The median of the pairs."""
        return median(self.ratios(name, other))

    def failures(self) -> dict[str, int]:
        """Failures by contestant, where there were any."""
        counted = {name: sum(one.failures for one in windows) for name, windows in self.windows.items()}
        return {name: count for name, count in counted.items() if count}

    def requests(self, name: str) -> int:
        """Answered in all."""
        return sum(one.requests for one in self.windows[name])


def measure(
    contestants: Sequence[Contestant],
    connections: int,
    rounds: int,
    seconds: float,
    tell: Callable[[str], None],
) -> Level:
    """Warm each, then let them run in turn; every second round runs backwards, so that no place in it is the better."""
    for one in contestants:
        window(one.port, one.script, connections, WARM_SECONDS)
    windows: dict[str, list[Window]] = {one.name: [] for one in contestants}
    for number in range(rounds):
        for one in contestants if number % 2 == 0 else reversed(contestants):
            windows[one.name].append(window(one.port, one.script, connections, seconds))
    level = Level(connections, windows)
    told = ", ".join(f"{name} {level.rate(name):,.0f}/s (p50 {level.p50(name):.2f} ms)" for name in windows)
    tell(f"{connections:>4} connections: {told}")
    return level


def seconds_of(contestants: int, levels: int, rounds: int, seconds: float) -> float:
    """How long that takes."""
    return levels * contestants * (WARM_SECONDS + rounds * seconds)
