"""Tasks of offices that have a task system of their own: put there through the exchange, once, with what the task declares.

A delivery is an act like those of the process: intended and committed before it is asked, under one key. The office's system
answers by a callback (answering.py). Until it has the task, and where it refuses it, the task stands in the portal's queue.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from terpadu.cases import officers
from terpadu.cases.asking import Ask
from terpadu.cases.engine.elements import Asked, Element
from terpadu.cases.models import Act, Task
from terpadu.cases.telling import tell
from terpadu.cases.walking import Walk
from terpadu.exchange.client import Why
from terpadu.model.identifiers import ServiceId
from terpadu.pages.sealed import index

WORDS = {"granted": "setuju", "refused": "tolak", "done": "selesai"}
"""Result of a task -> its word in what is put to an office and in what it answers."""
_KINDS = {Task.Kind.STEP: "langkah", Task.Kind.OBJECTION: "sanggah"}
"""Kinds of tasks that an office's own system gets; mending an act stays with the portal's queue."""


def intend(walk: Walk) -> None:
    """Write down which open tasks are to be put to an office's own system; nothing leaves yet."""
    boxes = {box.office for box in walk.service.task}
    waiting = walk.case.tasks.filter(office__in=boxes, state=Task.State.OPEN, kind__in=_KINDS, delivery=None)
    for task in waiting if boxes else ():
        ticket = secrets.token_urlsafe(24)
        task.ticket = index(ticket)
        task.save(update_fields=["ticket"])
        key = f"{walk.case.reference}.tugas.{task.pk}"
        Act.objects.create(
            case=walk.case, task=task, name=f"tugas.{task.pk}", key=key, state=Act.State.INTENDED,
            body=_body(walk, task, key, ticket), next_try=walk.now,
        )  # fmt: skip


def jobs(walk: Walk, act: Act, task: Task) -> list[Ask]:
    """The question that puts a task; none where the process let go of it, or the service names no task system any more."""
    box = next((box for box in walk.service.task if box.office == task.office), None)
    if task.state == Task.State.GONE or box is None:
        act.state, act.next_try, act.settled = Act.State.REFUSED, None, walk.now
        act.save()
        return []
    why = Why(purpose=walk.service.purpose, case=walk.case.reference, key=act.key)
    return [Ask(act.pk, ServiceId(box.service), act.body, why)]


def tell_put(walk: Walk, act: Act, task: Task) -> None:
    """The office's own system has it: said with the exchange that proves it."""
    element = walk.process.elements.get(task.step)
    title = {"id": element.title.id, "en": element.title.en} if element else {}
    tell(walk.case, "task_put", step=task.step, office=task.office, number=act.number, title=title)


def is_elsewhere(task: Task) -> bool:
    """Does the office's own system have this task? Then nobody takes it in the portal."""
    delivery: Act | None = getattr(task, "delivery", None)
    return delivery is not None and delivery.state == Act.State.DONE


def _body(walk: Walk, task: Task, key: str, ticket: str) -> dict[str, Any]:
    """What the office gets: the facts that the task declares and no more, what it asks, how it may end."""
    element = walk.process.elements.get(task.step)
    return {
        "nomor": key,
        "tiket": ticket,
        "urusan": walk.case.reference,
        "layanan": walk.service.title.id,
        "jenis": _KINDS[Task.Kind(task.kind)],
        "tugas": element.title.id if element else task.step,
        "rincian": task.question or (element.detail.id if element else ""),
        "dasar": element.ruling.rule if element and element.ruling else walk.service.basis,
        "tenggat": _day(task.due or walk.case.due),
        "data": [_row(row) for row in officers.rows(task, walk.now)],
        "isian": [_asked(one) for one in asked_of(task, element)],
        "putusan": [WORDS[result] for result in officers.choices(task)],
    }


def asked_of(task: Task, element: Element | None) -> tuple[Asked, ...]:
    """What the task asks of who does it."""
    return element.asks if element and task.kind == Task.Kind.STEP else ()


def _row(row: officers.Row) -> dict[str, Any]:
    fact = row.fact or {}
    return {
        "sebutan": row.shown.title.id,
        "nilai": row.value,
        "sumber": fact.get("source", ""),
        "bukti": fact.get("number", ""),
    }


def _asked(one: Asked) -> dict[str, Any]:
    options = [option.value for option in one.options]
    return {"nama": one.name, "sebutan": one.title.id, "jenis": one.kind, "perlu": one.needed, "pilihan": options}


def _day(due: datetime | None) -> str:
    return due.isoformat() if due else ""
