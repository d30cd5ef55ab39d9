"""The worker: takes cases that are due, carries them on, asks agencies; any number of them side by side, killed at any moment.

It runs as a process of its own (`terpadu portal work`), also in the demo: a page never waits for an agency's act, and a
worker that dies takes no page with it.

Crash points, in order: w1 a case is taken; w2 a step is committed (acts wanted or intended); w3 agencies have answered, nothing
is committed yet; w4 the answers are written, the transaction is still open; w5 the case is let go.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from django.db import close_old_connections

from terpadu import crash
from terpadu.cases import leases
from terpadu.cases.asking import Outcome, perform
from terpadu.cases.leases import Lease
from terpadu.cases.notices import send_some
from terpadu.cases.stepping import step
from terpadu.errors import TerpaduError
from terpadu.pages.agencies import Agencies

POINTS = ("w1", "w2", "w3", "w4", "w5")
MOST_STEPS = 200
"""A case that moves more often at one go is left for the next round: no case keeps a worker."""
PUT_OFF = timedelta(minutes=5)
_log = structlog.get_logger()


def carry(lease: Lease, agencies: Agencies, clock: Callable[[], datetime]) -> None:
    """One case, until it waits. Raises `Lost` where another worker took it over."""
    crash.point("w1")
    outcomes: list[Outcome] = []
    for _ in range(MOST_STEPS):
        jobs = step(lease, outcomes, clock())
        crash.point("w2")
        if not jobs:
            crash.point("w5")
            return
        outcomes = perform(jobs, agencies)
        crash.point("w3")


def work_once(agencies: Agencies, clock: Callable[[], datetime], seconds: float = leases.SECONDS) -> int:
    """All that is due now. Returns how many cases were carried."""
    carried = 0
    while lease := leases.take(clock(), seconds):
        try:
            carry(lease, agencies, clock)
        except TerpaduError as error:
            put_off(lease, error, clock())
        carried += 1
    send_some(clock())
    return carried


def put_off(lease: Lease, error: TerpaduError, now: datetime) -> None:
    """A case that cannot be carried waits a while; others go on. What is wrong is in the log, never a person's data."""
    _log.warning("case put off", case=lease.case, code=error.code, sentence=error.sentence)
    if not isinstance(error, leases.Lost):
        leases.put_off(lease, now + PUT_OFF)


def work(
    agencies: Agencies, clock: Callable[[], datetime], stop: threading.Event, seconds: float = leases.SECONDS
) -> None:
    """Until told to stop; looks every half second where nothing is due."""
    while not stop.is_set():
        close_old_connections()
        if not work_once(agencies, clock, seconds):
            stop.wait(0.5)
