"""Drafts of one person: begun, found, changed, deleted. Somebody else's draft is not found."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404

from terpadu.cases.applying import holding, uploads
from terpadu.cases.applying.models import Gathering
from terpadu.cases.applying.subjects import Subject
from terpadu.cases.asking import NO
from terpadu.cases.models import Case
from terpadu.cases.opening import start
from terpadu.cases.states import State
from terpadu.errors import Refused
from terpadu.identity.models import Person

KEPT = timedelta(days=30)
"""How long a draft that nobody opens stays."""
MOST_AT_ONCE = 100
"""Drafts that one round of forgetting looks at."""
MOST = 20
"""Drafts of one person for one service."""


def of(person: Person, service: str) -> QuerySet[Case]:
    """The drafts of a person for a service, the newest first."""
    return Case.objects.filter(applicant=person, service=service, state=State.DRAFT)


def find(person: Person, service: str, reference: str) -> Case:
    """One draft. Raises `Http404`."""
    case = of(person, service).filter(reference=reference).first()
    if case is None:
        raise Http404
    return case


def begin(person: Person, service: str, subject: Subject, more: dict[str, Any] | None = None) -> Case:
    """A new draft. Raises `Refused` where there are too many already."""
    if of(person, service).count() >= MOST:
        raise Refused("quota", f"Expected at most {MOST} drafts of one service; delete one of them first.")
    case = start(service, person, {**subject.subject, **(more or {})})
    case.subject = {**case.subject, "nomor_perkara": case.reference, "nomor_permohonan": case.reference}
    case.about = subject.label if subject.key != "self" else ""
    case.save(update_fields=["subject", "about"])
    return case


def keep_answers(case: Case, answers: dict[str, Any], files: dict[str, Any], shown: set[str]) -> None:
    """Keep what was typed, also what is not complete yet. Raises `ValidationError` for too many documents.

    An input that is not shown keeps its answer while an office is silent, for it may come back; else it is needed no more.
    """
    kept = {name: str(uploads.keep(case, name, file).id) for name, file in files.items()}
    silent = any(code not in (*NO, "not-asked") for code in case.missing.values())
    hidden = {name: value for name, value in case.answers.items() if silent and name not in shown}
    case.answers = {**hidden, **answers, **kept}
    case.save(update_fields=["answers"])


@transaction.atomic
def delete(case: Case) -> None:
    """A draft goes with all that was kept for it."""
    for upload in case.uploads.all():
        uploads.remove(upload)
    case.delete()


def forget(now: datetime) -> None:
    """Delete drafts that nobody sent in time, and in the others what may be kept no longer: for the worker, again and again."""
    for case in Case.objects.filter(state=State.DRAFT, opened__lt=now - KEPT)[:MOST_AT_ONCE]:
        delete(case)
    for row in Gathering.objects.filter(stale__lte=now).select_related("case")[:MOST_AT_ONCE]:
        _forget_answers(row.case_id, now)


@transaction.atomic
def _forget_answers(case: int, now: datetime) -> None:
    """What an application took with it when it was sent stays; a draft asks again when it is opened."""
    row = Gathering.objects.select_for_update().get(pk=case)
    row.held = holding.current(row.held, int(now.timestamp() * 1000))
    row.stale = holding.stale(row.held)
    row.save(update_fields=["held", "stale"])
    held = {entry["number"] for entry in row.held.values() if "number" in entry}
    if row.case.state == State.DRAFT:
        row.case.facts = [fact for fact in row.case.facts if fact["number"] in held]
        row.case.save(update_fields=["facts"])
