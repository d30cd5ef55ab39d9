"""The walk of a case in sentences with the office as their subject: one table of kinds of events."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from terpadu.cases.engine.elements import Process
from terpadu.cases.models import Case, Event, Task
from terpadu.cases.offices import name_of, said, told
from terpadu.cases.states import State

SENTENCES: dict[str, tuple[str | Promise, str]] = {
    "sent": (gettext_lazy("Anda mengirim pengajuan"), "done"),
    "act_done": (gettext_lazy("%(office)s %(title)s"), "done"),
    "act_refused": (gettext_lazy("%(office)s tidak dapat %(title)s"), "refused"),
    "task_put": (gettext_lazy("%(office)s menerima tugas: %(title)s"), "done"),
    "task_done": (gettext_lazy("%(office)s %(title)s"), "done"),
    "person_done": (gettext_lazy("Anda melengkapi: %(title)s"), "done"),
    "granted": (gettext_lazy("%(office)s menyetujui: %(title)s"), "done"),
    "refused": (gettext_lazy("%(office)s tidak menyetujui: %(title)s"), "refused"),
    "incomplete": (gettext_lazy("%(office)s meminta kelengkapan"), "done"),
    "completed": (gettext_lazy("Anda melengkapi yang diminta"), "done"),
    "objected": (gettext_lazy("Anda meminta putusan diperiksa ulang oleh %(office)s"), "done"),
    "overdue": (gettext_lazy("Batas waktu lewat; instansi sudah diperingatkan"), "refused"),
    "finished": (gettext_lazy("Selesai diproses"), "done"),
    "withdrawn": (gettext_lazy("Anda menarik kembali pengajuan"), "done"),
}
"""Kind of event -> its sentence and how it looks; kinds that are not here stand elsewhere on the page."""
_BY_RESULT = ("decided", "objection_answered")
"""Kinds whose sentence depends on the result."""


def entries(case: Case, process: Process) -> list[dict[str, Any]]:
    """What happened, then whose turn it is now, then what is still to come."""
    happened = [_entry(case, process, event) for event in case.events.all() if _kind(event) in SENTENCES]
    if case.state in (State.DECIDED, State.CLOSED, State.WITHDRAWN):
        return happened
    last = {"title": _("Selesai"), "text": _("Kami kabari lewat surel dan di sini."), "state": "open"}
    return [*happened, *_now(case, process), last]


def _kind(event: Event) -> str:
    return str(event.told.get("result", "")) if event.kind in _BY_RESULT else event.kind


def _entry(case: Case, process: Process, event: Event) -> dict[str, Any]:
    sentence, state = SENTENCES[_kind(event)]
    title = told(event.told.get("title", {}))
    office = name_of(event.office, process) if event.office else ""
    links = []
    if event.kind == "sent":
        links.append((_("Lihat yang dikirim"), reverse("cases:sent", args=[case.reference])))
    if event.number:
        links.append((_("Bukti"), reverse("cases:proof", args=[case.reference, event.number])))
    detail = told(event.told.get("detail", {})) or str(event.told.get("text", ""))
    return {
        "title": str(sentence) % {"office": office, "title": title},
        "text": _("Alasan dan cara menyanggah ada di atas.") if event.told.get("result") == "refused" else detail,
        "at": event.at,
        "state": state,
        "links": links,
    }


def _now(case: Case, process: Process) -> list[dict[str, Any]]:
    """Tasks of offices that are open, with who opened them when."""
    found = []
    for task in (task for task in case.tasks.all() if task.waits and task.office):
        element = process.elements.get(task.step)
        title = said(element.title) if element and task.kind == Task.Kind.STEP else _("memeriksa urusan ini")
        seen = case.seen.filter(office=task.office, step=task.step).last()
        found.append(
            {
                "title": _("%(office)s %(title)s") % {"office": name_of(task.office, process), "title": title},
                "source": _("Dibuka petugas") if seen else "",
                "at": seen.at if seen else None,
                "state": "now",
            }
        )
    return found
