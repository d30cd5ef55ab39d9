"""Alternating rounds and what is told of them: medians, and the ratio pair by pair."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from bench.load import Window, window
from bench.processes import Process

WARM_SECONDS = 1


class Turn(NamedTuple):
    """A contestant's turn in a round: what wrk saw, and microseconds of CPU an exchange, all its processes together."""

    seen: Window
    cpu: float


class Contestant(NamedTuple):
    """Who is measured: a name, the port of its door, the script of its load, the processes between door and system."""

    name: str
    port: int
    script: Path
    processes: Sequence[Process]

    def measured(self, connections: int, seconds: float) -> Turn:
        """One window, and what an exchange cost in CPU."""
        before = sum(one.cpu() for one in self.processes)
        seen = window(self.port, self.script, connections, seconds)
        spent = sum(one.cpu() for one in self.processes) - before
        return Turn(seen, spent / max(1, seen.requests) * 1e6)


class Level(NamedTuple):
    """All turns at one number of connections: name -> a turn a round, in the order of the rounds."""

    connections: int
    turns: dict[str, list[Turn]]

    def rate(self, name: str) -> float:
        """Median of requests a second."""
        return median(one.seen.rate for one in self.turns[name])

    def p50(self, name: str) -> float:
        """Median of the medians, ms."""
        return median(one.seen.p50 for one in self.turns[name])

    def p99(self, name: str) -> float:
        """Median of the 99th percentiles, ms; wrk's loop is closed, so it flatters."""
        return median(one.seen.p99 for one in self.turns[name])

    def cpu(self, name: str) -> float:
        """Median of CPU microseconds an exchange: steadier than a rate where others use the machine too."""
        return median(one.cpu for one in self.turns[name])

    def ratios(self, name: str, other: str) -> list[float]:
        """Pair by pair: both windows of a pair ran side by side in time."""
        pairs = zip(self.turns[name], self.turns[other], strict=True)
        return [mine.seen.rate / theirs.seen.rate for mine, theirs in pairs]

    def ratio(self, name: str, other: str) -> float:
        """The median of the pairs."""
        return median(self.ratios(name, other))

    def failures(self) -> dict[str, int]:
        """Failures by contestant, where there were any."""
        counted = {name: sum(one.seen.failures for one in turns) for name, turns in self.turns.items()}
        return {name: count for name, count in counted.items() if count}

    def requests(self, name: str) -> int:
        """Answered in all."""
        return sum(one.seen.requests for one in self.turns[name])


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
    turns: dict[str, list[Turn]] = {one.name: [] for one in contestants}
    for number in range(rounds):
        for one in contestants if number % 2 == 0 else reversed(contestants):
            turns[one.name].append(one.measured(connections, seconds))
    level = Level(connections, turns)
    told = ", ".join(
        f"{name} {level.rate(name):,.0f}/s (p50 {level.p50(name):.2f} ms, CPU {level.cpu(name):.0f} us)"
        for name in turns
    )
    tell(f"{connections:>4} connections: {told}")
    return level


def seconds_of(contestants: int, levels: int, rounds: int, seconds: float) -> float:
    """How long that takes."""
    return levels * contestants * (WARM_SECONDS + rounds * seconds)
