"""Changes by people: one case at a time, locked; afterwards a worker looks at it at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.utils import timezone

from terpadu.cases.models import Case, Task
from terpadu.errors import Refused


@contextmanager
def changing(case: Case) -> Iterator[Case]:
    """The case, locked until the end of the block, then saved and due."""
    with transaction.atomic():
        held = Case.objects.select_for_update().get(pk=case.pk)
        yield held
        held.wake = timezone.now()
        held.save()


def again(task: Task, *states: str) -> Task:
    """The task as it is now that its case is locked. Raises `Refused` where somebody was faster."""
    now = Task.objects.get(pk=task.pk)
    if now.state not in states:
        raise Refused(
            "business-rule", f"Expected a task that is {' or '.join(states)}; it is {now.state}. Open it anew."
        )
    return now
