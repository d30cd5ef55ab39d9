"""What happened, written down: one line of the timeline, and the notice that it may need."""

from __future__ import annotations

from typing import Any

from terpadu.cases.models import Case, Event, Notice

NOTICES = {
    "sent": "received",
    "turn_office": "forwarded",
    "turn_person": "your_turn",
    "incomplete": "incomplete",
    "decided": "decided",
    "finished": "ready",
    "overdue": "overdue",
    "message": "message",
}
"""Kind of event -> kind of notice to the applicant; an event that is not here tells nobody by mail."""


def tell(case: Case, kind: str, /, *, step: str = "", office: str = "", number: str = "", **told: Any) -> Event:
    """An event of the timeline; with it, once for each occasion, the notice."""
    event = Event.objects.create(case=case, kind=kind, step=step, office=office, number=number, told=told)
    if notice := NOTICES.get(kind):
        Notice.objects.get_or_create(
            case=case, kind=notice, occasion=f"{step}:{event.pk}"[:80], defaults={"told": told}
        )
    return event
