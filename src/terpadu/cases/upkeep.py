"""What a worker does now and then beside cases: forget what may be kept no longer, and tell again what was not heard yet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.contrib.sessions.models import Session

from terpadu.cases.apart import each
from terpadu.cases.applying import drafts
from terpadu.cases.documents.issuing import issue_waiting
from terpadu.cases.payments.rules import note_bills
from terpadu.identity.consent import rules as consent
from terpadu.identity.openid import logout

EVERY = timedelta(seconds=20)
"""With the nodes' own refresh of 20 s, a withdrawal that had to wait still takes effect within a minute."""


def _forget_drafts(now: datetime) -> None:
    drafts.forget(now)


def _publish_withdrawals(now: datetime) -> None:
    consent.publish_waiting()


def _end_sign_ons(now: datetime) -> None:
    logout.end_orphans()
    logout.deliver_waiting()


def _clear_sessions(now: datetime) -> None:
    """Rows of sessions that ran out."""
    Session.objects.filter(expire_date__lt=now).delete()


def _note_bills(now: datetime) -> None:
    note_bills()


def _issue_papers(now: datetime) -> None:
    issue_waiting()


Duty = Callable[[datetime], None]
AFTER_CASES: tuple[Duty, ...] = (_note_bills, _issue_papers)
"""What may come of an act; a worker does these as soon as it has carried a case."""
DUTIES: tuple[Duty, ...] = (_forget_drafts, _publish_withdrawals, _end_sign_ons, _clear_sessions, *AFTER_CASES)


def do(duties: tuple[Duty, ...], now: datetime) -> None:
    """Each of them, whatever becomes of the others."""
    each("duty", duties, lambda duty: duty(now))


class Upkeep:
    """Remembers when all duties were done last."""

    def __init__(self) -> None:
        self._last: datetime | None = None

    def do(self, now: datetime) -> None:
        """All duties, where it is time."""
        if self._last is not None and now - self._last < EVERY:
            return
        self._last = now
        do(DUTIES, now)
