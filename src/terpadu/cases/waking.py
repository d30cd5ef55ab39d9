"""Something came from outside: whoever waits for it looks again now, not after the pause."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone

from terpadu.cases.models import Act, Case
from terpadu.cases.states import State

_OVER = (State.DRAFT, State.CLOSED, State.WITHDRAWN)


def wake(cases: QuerySet[Case]) -> None:
    """Let a worker take these cases and try what waits in them."""
    now, going = timezone.now(), cases.exclude(state__in=_OVER)
    waiting = (Act.State.WANTED, Act.State.INTENDED)
    Act.objects.filter(case__in=going, state__in=waiting).exclude(next_try=None).update(next_try=now)
    going.update(wake=now)
