"""The worker: takes cases that are due, carries them on, asks agencies; any number of them side by side, killed at any moment.

It runs as a process of its own (`terpadu portal work`), also in the demo: a page never waits for an agency's act, and a
worker that dies takes no page with it.

Crash points, in order: w1 a case is taken; w2 a step is committed (acts wanted or intended); w3 agencies have answered, nothing
is committed yet; w4 the answers are written, the transaction is still open; w5 the case is let go.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from terpadu import crash
from terpadu.cases import beside, leases, upkeep
from terpadu.cases.apart import told
from terpadu.cases.asking import Outcome, perform
from terpadu.cases.consenting import carried_for
from terpadu.cases.heartbeat import beat
from terpadu.cases.leases import Lease
from terpadu.cases.models import Case
from terpadu.cases.notices import send_some
from terpadu.cases.stepping import step
from terpadu.pages.agencies import Agencies, agencies

POINTS = ("w1", "w2", "w3", "w4", "w5")
MOST_STEPS = 200
"""A case that moves more often at one go is left for the next round: no case keeps a worker."""
PUT_OFF = timedelta(minutes=5)
_log = structlog.get_logger()


def carry(lease: Lease, asked: Agencies, clock: Callable[[], datetime]) -> None:
    """One case, until it waits. Raises `Lost` where another worker took it over."""
    crash.point("w1")
    outcomes: list[Outcome] = []
    for _ in range(MOST_STEPS):
        jobs = step(lease, outcomes, clock())
        crash.point("w2")
        if not jobs:
            crash.point("w5")
            return
        outcomes = perform(jobs, asked, carried_for(Case.objects.get(pk=lease.case), asked))
        crash.point("w3")


def work_once(
    asked: Agencies,
    clock: Callable[[], datetime],
    seconds: float = leases.SECONDS,
    stopping: Callable[[], bool] = lambda: False,
) -> int:
    """All that is due now. Returns how many cases were carried, and pieces of other rooms' work done."""
    carried = 0
    while not stopping() and (lease := leases.take(clock(), seconds)):
        try:
            carry(lease, asked, clock)
        except leases.Lost as lost:
            _log.info("case lost", case=lease.case, sentence=lost.sentence)
        except DatabaseError:
            raise
        except Exception as error:
            _put_off(lease, error, clock())
        carried += 1
    if carried:
        upkeep.do(upkeep.AFTER_CASES, clock())
    send_some(clock())
    return carried + beside.work_once()


def _put_off(lease: Lease, error: Exception, now: datetime) -> None:
    """A case that cannot be carried waits a while; others go on."""
    _log.warning("case put off", case=lease.case, error=type(error).__name__, sentence=told(error))
    leases.put_off(lease, now + PUT_OFF)


def work(
    asked: Agencies, clock: Callable[[], datetime], stop: threading.Event, seconds: float = leases.SECONDS
) -> None:
    """Until told to stop; looks every half second where nothing is due, waits where the database is away."""
    duties = upkeep.Upkeep()
    while not stop.is_set():
        try:
            close_old_connections()
            beat(timezone.now())
            duties.do(clock())
            carried = work_once(asked, clock, seconds, stop.is_set)
        except DatabaseError as error:
            _log.warning("database away", error=type(error).__name__)
            carried = 0
        if not carried:
            stop.wait(0.5)


def main(once: bool, seconds: float) -> None:
    """The command: with `once` what is due and no more, else until SIGTERM or SIGINT; the case in hand is carried to its end."""
    if once:
        beat(timezone.now())
        upkeep.Upkeep().do(timezone.now())
        work_once(agencies(), timezone.now, seconds)
        return
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    print("pekerja siap", flush=True)
    work(agencies(), timezone.now, stop, seconds)
