"""Crash points: in a test build the process kills itself where `TERPADU_CRASH_AT=<point>[:n]` says, at the n-th passing.

A test build is one that holds the module `terpadu._test_build`; the wheel leaves it out, so that no setting can make an
installed node kill itself. The points of one exchange, in order:

c1 accepted, c2 decided, c3 request record queued, c4 signed, c5 sent | p1 received, p2 verified, p3 decided, p4 request
record durable, p5 old system called, p6 old system answered, p7 fields cut, p8 signed and reply record durable, p9 sent |
c6 received, c7 verified, c8 both records durable, c9 released to the caller.
"""

from __future__ import annotations

import importlib.util
import os
import signal
from collections.abc import Callable

POINTS = (
    *("c1", "c2", "c3", "c4", "c5"),
    *("p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8", "p9"),
    *("c6", "c7", "c8", "c9"),
)


def _never(name: str) -> None:
    """The point of an installed node: nothing happens."""


def _armed(spec: str) -> Callable[[str], None]:
    wanted, _, count = spec.partition(":")
    left = int(count or 1)

    def passing(name: str) -> None:
        nonlocal left
        if name == wanted:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    return passing


def _choose() -> Callable[[str], None]:
    spec = os.environ.get("TERPADU_CRASH_AT", "")
    test_build = importlib.util.find_spec("terpadu._test_build") is not None
    return _armed(spec) if spec and test_build else _never


point: Callable[[str], None] = _choose()
