"""What a run is asked to measure, and how long that takes."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import NamedTuple

from bench.build import COMPILED, Build
from bench.machine import Unfit
from bench.rounds import seconds_of

_BULK_SECONDS, _START_SECONDS, _MICROSECONDS_A_RECORD = 10, 20, 40
"""Guesses for the plan that is printed: large bodies without their rounds, starting and checking, growth."""
PROFILED_AT = 64


class Asked(NamedTuple):
    """The settings of a run."""

    connections: list[int]
    peers: list[int]
    rounds: int
    seconds: int
    records: int
    bulk: bool
    picture: bool
    port: int
    most_minutes: float
    profile: bool
    profile_seconds: int
    build: Build

    @property
    def planned(self) -> float:
        """Seconds, about."""
        if self.profile:
            return _START_SECONDS + 3 * (self.profile_seconds + 2)
        levels = len(self.connections)
        one = seconds_of(3, levels, self.rounds, self.seconds)
        eight = seconds_of(2, levels, self.rounds, self.seconds) if 8 in self.peers else 0
        large = _BULK_SECONDS + seconds_of(2, 1, self.rounds, 3) if self.bulk else 0
        return _START_SECONDS + one + eight + large + self.records * _MICROSECONDS_A_RECORD / 1e6

    def check_length(self) -> None:
        """Raises `Unfit` where the run would take too long."""
        if self.planned > self.most_minutes * 60:
            raise Unfit(f"Expected at most {self.most_minutes:g} minutes; ask for fewer rounds or set --most-minutes.")

    def described(self) -> str:
        """The plan in a sentence."""
        about = f"This run takes about {max(1, round(self.planned / 60))} min: "
        if self.profile:
            return f"{about}where the time goes at {self.connections[0]} connections, no comparison."
        large = ", large bodies" if self.bulk else ""
        return (
            f"{about}{self.rounds} rounds of {self.seconds} s at {_listed(self.connections)} connections towards "
            f"{_listed(self.peers)} peers{large}, {self.records:,} records."
        )


def read_arguments(given: Sequence[str] | None = None) -> Asked:
    """The settings from the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Two nodes against two chained nginx proxies.")
    parser.add_argument("--connections", type=_numbers, help="a list, by commas")
    parser.add_argument("--peers", type=_numbers, default=[1, 8], help="1 or 1,8")
    parser.add_argument("--rounds", type=int, default=5, help="turns of each at every level")
    parser.add_argument("--seconds", type=int, default=3, help="length of a turn")
    parser.add_argument("--records", type=int, default=1_000_000, help="records of the growth curve; 0 leaves it out")
    parser.add_argument("--no-bulk", dest="bulk", action="store_false", help="leave the large bodies out")
    parser.add_argument("--no-picture", dest="picture", action="store_false", help="leave the picture as it is")
    parser.add_argument("--port", type=int, default=18_200, help="the first of 40 ports on 127.0.0.1")
    parser.add_argument("--most-minutes", type=float, default=12, help="refuse a longer run")
    parser.add_argument("--profile", action="store_true", help="say where the time goes (py-spy, perf) instead")
    parser.add_argument("--profile-seconds", type=int, default=8)
    parser.add_argument("--python", default=sys.executable, help="the interpreter of the nodes; of this version")
    parser.add_argument("--compiled", action="store_true", help="run the build that `make compiled` made")
    found = vars(parser.parse_args(given))
    found["build"] = Build(found.pop("python"), *([COMPILED] if found.pop("compiled") else []))
    found["connections"] = found["connections"] or ([PROFILED_AT] if found["profile"] else [1, 16, 64, 256, 512])
    return Asked(**found)


def _numbers(text: str) -> list[int]:
    return [int(piece) for piece in text.split(",")]


def _listed(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers))
