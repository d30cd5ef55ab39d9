"""An entry changes: by an edit, by a step of its life, by a description of its interface. Each writes what it was before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from terpadu.errors import Refused
from terpadu.governance import papers
from terpadu.governance.history import Actor, record
from terpadu.governance.inventory.judging import apply
from terpadu.governance.models import Application, Description
from terpadu.governance.stages import Paper, Step, check_step


@transaction.atomic
def edit(application: Application, version: int, values: Mapping[str, Any], actor: Actor) -> bool:
    """Change what differs; gives whether anything did. Raises `Refused` where somebody else changed it meanwhile."""
    held = _held(application)
    if held.version != version:
        raise Refused("business-rule", "Expected the entry as it was when the page was opened; somebody changed it.")
    changes = apply(held, dict(values))
    if changes:
        held.save(update_fields=(*changes, "version", "changed"))
        record("edited", actor, held, changes=changes)
    return bool(changes)


@transaction.atomic
def take_step(
    application: Application, name: str, actor: Actor, reason: str, attached: Mapping[Paper, UploadedFile[bytes]]
) -> Step:
    """A step of its life, with the papers that it needs. Raises `Refused` where the table does not allow it."""
    held = _held(application)
    step = check_step(held.stage, name)
    missing = [paper for paper in step.papers if paper not in attached]
    if missing or not reason.strip():
        wanted = ", ".join(paper.value for paper in missing) or "a reason"
        raise Refused("business-rule", f"Expected {wanted} for the step {name}; attach it and try again.")
    for kind in step.papers:
        papers.keep(kind, held, attached[kind], actor.person)
    before, held.stage = held.stage, step.after
    held.version, held.changed = held.version + 1, timezone.now()
    held.save(update_fields=("stage", "version", "changed"))
    record(name, actor, held, reason, {"stage": [before, step.after.value]})
    return step


@transaction.atomic
def describe(application: Application, kind: str, text: str, actor: Actor) -> None:
    """Keep what its interface says of itself; from it connections are drafted."""
    held = _held(application)
    Description.objects.update_or_create(application=held, defaults={"kind": kind, "text": text, "at": timezone.now()})
    record("described", actor, held)


def _held(application: Application) -> Application:
    return Application.objects.select_for_update().get(pk=application.pk)
