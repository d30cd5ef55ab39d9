"""What officers' pages show: the queue, and of a case only what its task declares."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from terpadu.cases import officers
from terpadu.cases.deciding import own_words
from terpadu.cases.delivering import is_elsewhere
from terpadu.cases.folders import process_of
from terpadu.cases.models import Task
from terpadu.cases.offices import name_of, said
from terpadu.cases.showing_sent import labels_of, shown
from terpadu.identity.models import Person
from terpadu.model.identifiers import ServiceId
from terpadu.services.catalogue import catalogue
from terpadu.services.offices import office_of


def queue(person: Person) -> dict[str, Any]:
    """Tasks with their deadline: mine, free, and a colleague's."""
    tasks = list(officers.queue_of(person))
    return {
        "mine": [_line(task) for task in tasks if task.taken_by_id == person.pk],
        "free": [_line(task) for task in tasks if task.state == Task.State.OPEN and not is_elsewhere(task)],
        "elsewhere": [_line(task) for task in tasks if task.state == Task.State.OPEN and is_elsewhere(task)],
        "others": [_line(task) for task in tasks if task.state == Task.State.TAKEN and task.taken_by_id != person.pk],
        "offices": [name_of(office) for office in officers.offices_of(person)],
    }


def _line(task: Task) -> dict[str, Any]:
    found = catalogue().get(task.case.service)
    due = task.due or task.case.due
    return {
        "task": task,
        "title": title_of(task),
        "service": said(found.service.title) if found else task.case.service,
        "due": due,
        "late": bool(due and due < timezone.now()),
        "office": name_of(task.office),
    }


def title_of(task: Task) -> str:
    """What is to be done."""
    if task.kind == Task.Kind.OBJECTION:
        return _("Periksa ulang keputusan yang disanggah")
    element = officers.element_of(task)
    title = said(element.title) if element else task.step
    title = title[:1].upper() + title[1:]
    return _("Perbaiki: %(title)s") % {"title": title} if task.kind == Task.Kind.MEND else title


def task(found: Task, person: Person) -> dict[str, Any]:
    """One task: what it needs, its history of questions, messages with this office, and what may be done."""
    process, mine = process_of(found.case), found.taken_by_id == person.pk
    element, labels = officers.element_of(found), labels_of(found.case)
    return {
        **_line(found),
        "rows": [_row(row) for row in officers.rows(found, timezone.now())],
        "uploads": [{"label": labels.get(one.field, one.field), "upload": one} for one in found.case.uploads.all()],
        "detail": said(element.detail) if element else "",
        "rule": element.ruling.rule if element and element.ruling else "",
        "eyes": element.eyes if element else 1,
        "first": found.first_by_id is not None,
        "refusal": _refusal(found),
        "objection": _objection(found),
        "incomplete": found.case.tasks.filter(kind=Task.Kind.MISSING, state=Task.State.OPEN).exists(),
        "missing": list(found.case.tasks.filter(kind=Task.Kind.MISSING, question_from=found.office)),
        "messages_of_case": [
            {"author": name_of(one.office, process) if one.author_id != found.case.applicant_id else _("Pemohon"),
             "at": one.at, "text": one.text, "mine": one.author_id != found.case.applicant_id}
            for one in found.case.messages.filter(office=found.office)
        ],
        "mine": mine and found.state == Task.State.TAKEN,
        "free": found.state == Task.State.OPEN and found.first_by_id != person.pk and not is_elsewhere(found),
        "elsewhere": is_elsewhere(found),
        "over": found.state in (Task.State.DONE, Task.State.GONE),
    }  # fmt: skip


def _row(row: officers.Row) -> dict[str, Any]:
    fact = row.fact
    return {
        "label": said(row.shown.title),
        "value": _("belum diketahui") if row.value in (None, "") else shown(row.value),
        "office": str(office_of(ServiceId(fact["source"]))) if fact else _("Pemohon"),
        "at": fact["fetched"] if fact else None,
    }


def _refusal(found: Task) -> str:
    """What the system said when it refused the act."""
    if found.kind != Task.Kind.MEND:
        return ""
    act = found.case.acts.filter(name=found.step).first()
    return own_words(act.sentence) or act.sentence if act else ""


def _objection(found: Task) -> dict[str, Any] | None:
    """What is objected to, and why: the decision's reasons and the person's words."""
    if found.kind != Task.Kind.OBJECTION:
        return None
    decision = found.objection.decision
    return {"text": found.question, "reasons": decision.reasons, "rule": decision.rule, "at": decision.at}
