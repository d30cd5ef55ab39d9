"""Which worker has which case: taken for a while, extended at each step, lost when another took it over.

Taking is one short transaction (FOR UPDATE SKIP LOCKED on PostgreSQL; SQLite lets one writer in at a time). Between steps
nothing is locked, so that asking an agency never holds the database.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q
from msgspec import Struct

from terpadu.cases.models import Case
from terpadu.errors import TerpaduError

SECONDS = 90.0
"""How long a case is a worker's own without a sign of life: longer than one job may take (asking.py)."""


class Lost(TerpaduError):
    """The lease ran out and another worker has the case: leave it."""

    code = "running"


class Lease(Struct, frozen=True):
    """A case in one worker's hands."""

    case: int
    mark: uuid.UUID
    seconds: float = SECONDS


def take(now: datetime, seconds: float = SECONDS) -> Lease | None:
    """The case that has waited longest for a worker, or none."""
    with transaction.atomic():
        free = Q(leased_until=None) | Q(leased_until__lt=now)
        due = Case.objects.filter(free, wake__lte=now).order_by("wake")
        case = due.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked).first()
        if case is None:
            return None
        lease = Lease(case.pk, uuid.uuid4(), seconds)
        case.lease, case.leased_until = lease.mark, now + timedelta(seconds=seconds)
        case.save(update_fields=["lease", "leased_until"])
        return lease


def held(lease: Lease, now: datetime) -> Case:
    """The case, locked for this transaction, its lease extended. Raises `Lost`."""
    case = Case.objects.select_for_update().get(pk=lease.case)
    if case.lease != lease.mark:
        raise Lost(f"Expected {case.reference} to be this worker's; another has it. It is left to them.")
    case.leased_until = now + timedelta(seconds=lease.seconds)
    return case


def let_go(case: Case) -> None:
    """End the lease; saved by the caller."""
    case.lease = case.leased_until = None


def put_off(lease: Lease, until: datetime) -> None:
    """Leave a case until later; whoever has it by then is not disturbed."""
    Case.objects.filter(pk=lease.case, lease=lease.mark).update(lease=None, leased_until=None, wake=until)
