"""What a worker does now and then beside cases: forget what may be kept no longer, and tell again what was not heard yet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from django.contrib.sessions.models import Session
from django.db import DatabaseError

from terpadu.cases.applying import drafts
from terpadu.cases.documents.issuing import issue_waiting
from terpadu.cases.payments.rules import note_bills
from terpadu.identity.consent import rules as consent
from terpadu.identity.openid import logout

EVERY = timedelta(seconds=20)
"""With the nodes' own refresh of 20 s, a withdrawal that had to wait still takes effect within a minute."""
_log = structlog.get_logger()


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
    """Those that a worker which was killed after the act has not noted."""
    note_bills()


def _issue_papers(now: datetime) -> None:
    issue_waiting()


DUTIES: tuple[Callable[[datetime], None], ...] = (
    *(_forget_drafts, _publish_withdrawals, _end_sign_ons, _clear_sessions),
    *(_note_bills, _issue_papers),
)


class Upkeep:
    """Remembers when it was done last; a duty that fails keeps no other back."""

    def __init__(self) -> None:
        self._last: datetime | None = None

    def do(self, now: datetime) -> None:
        """All duties, where it is time."""
        if self._last is not None and now - self._last < EVERY:
            return
        self._last = now
        for duty in DUTIES:
            try:
                duty(now)
            except DatabaseError:
                raise
            except Exception as error:  # one that fails is said, and tried again
                _log.warning("duty failed", duty=duty.__name__, error=type(error).__name__)
