"""What the pages of a case show, out of what is kept of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from terpadu.cases import consenting, officers, people, showing_decisions, timeline
from terpadu.cases.calendar import working
from terpadu.cases.calendar.zones import ZONES
from terpadu.cases.engine.elements import Element, Process
from terpadu.cases.folders import entry, process_of, service_of
from terpadu.cases.knowing import known
from terpadu.cases.models import Act, Case, Decision, Task
from terpadu.cases.offices import name_of, said
from terpadu.cases.settings import joint_leave_counts
from terpadu.cases.settling import unsettled
from terpadu.cases.showing_sent import labels_of, shown
from terpadu.cases.states import STATES, State
from terpadu.model.identifiers import ServiceId, subsystem_of
from terpadu.pages.navigation import at
from terpadu.pages.words import day
from terpadu.services.catalogue import catalogue
from terpadu.services.offices import office_of
from terpadu.services.standard import Term

TAGS: dict[str, tuple[str | Promise, str]] = {
    State.DRAFT: (gettext_lazy("Belum dikirim"), "yours"),
    State.SENT: (gettext_lazy("Terkirim"), "office"),
    State.RUNNING: (gettext_lazy("Sedang diproses"), "office"),
    State.DELAYED: (gettext_lazy("Menunggu instansi"), "waiting"),
    State.WAITING_PERSON: (gettext_lazy("Giliran Anda"), "yours"),
    State.WAITING_OFFICE: (gettext_lazy("Giliran instansi"), "office"),
    State.DECIDED: (gettext_lazy("Sudah diputuskan"), "done"),
    State.OBJECTED: (gettext_lazy("Dalam sanggah"), "office"),
    State.CLOSED: (gettext_lazy("Selesai"), "done"),
    State.WITHDRAWN: (gettext_lazy("Ditarik kembali"), "plain"),
}
"""State -> its word on a page and the kind of its tag."""
_TURNS = {"person": 0, "office": 1, "system": 2, "nobody": 3}


def title_of(case: Case) -> str:
    """What the case is called: its service, and whom it is about where that is somebody else."""
    found = catalogue().get(case.service)
    name = said(found.service.title) if found else case.service
    return f"{name}: {case.about}" if case.about else name


def lines(cases: Iterable[Case]) -> list[dict[str, Any]]:
    """Cases as lines of a list, one's own turn first, then the newest."""
    ordered = sorted(cases, key=lambda case: (_TURNS[case.turn], -case.opened.timestamp()))
    return [_line(case) for case in ordered]


def _line(case: Case) -> dict[str, Any]:
    word, kind = TAGS[case.state]
    when = case.sent or case.opened
    text = _("%(number)s, dikirim %(day)s") if case.sent else _("%(number)s, draf sejak %(day)s")
    address = reverse("cases:case", args=[case.reference])
    if case.state == State.DRAFT:
        address = at(f"/layanan/{case.service}/periksa/{case.reference}/")
    return {
        "name": title_of(case),
        "address": address,
        "text": text % {"number": case.reference, "day": day(when)} + _until(case),
        "tag": word,
        "kind": kind,
    }


def _until(case: Case) -> str:
    return f". {_('Paling lambat')} {day(case.due)}" if case.due and STATES[State(case.state)].turn != "nobody" else ""


def status(case: Case, process: Process) -> dict[str, Any]:
    """Whose turn, the clock, what is done: the words of the `case_status` part."""
    turn, note = _turn(case, process)
    term = service_of(case).term
    done = [
        process.elements[act.name]
        for act in case.acts.all()
        if act.state == Act.State.DONE and act.name in process.elements
    ]
    acts = sum(element.kind == "act" for element in process.elements.values())
    return {
        "turn": turn,
        "turn_note": note,
        "yours": case.turn == "person",
        "due": case.due,
        "day": _day(case, timezone.now()),
        "days": term.days if case.due else 0,
        "due_note": _due_note(case, term),
        "done": _("%(done)s dari %(all)s hasil") % {"done": len(done), "all": acts} if done else _("Belum ada"),
        "done_note": "; ".join(said(element.title) for element in done),
    }


def _turn(case: Case, process: Process) -> tuple[str, str]:
    if case.turn == "person":
        return _("Anda"), _("Lihat di bawah apa yang perlu Anda lakukan.")
    offices = list(dict.fromkeys(task.office for task in case.tasks.all() if task.waits and task.office))
    if offices:
        names = ", ".join(name_of(office, process) for office in offices)
        return names, _("Anda tidak perlu melakukan apa pun sekarang.")
    silent = [act for act in unsettled(case) if act.code and act.task_id is None]
    if silent:
        services = {act.name: act.service for act in service_of(case).act}
        office = name_of(str(subsystem_of(services[silent[0].name])), process)
        return office, _("Belum menjawab. Kami tanyakan lagi dengan sendirinya.")
    if case.turn == "nobody":
        return _("Tidak ada"), _("Tidak ada yang menunggu.")
    return _("Sistem instansi"), _("Sedang dikerjakan. Anda tidak perlu melakukan apa pun.")


def _day(case: Case, now: datetime) -> int:
    """Which working day of the term it is; the day of sending counts as the first."""
    if not case.complete:
        return 0
    zone = ZONES[case.zone]
    first, today = case.complete.astimezone(zone).date(), (case.decided or now).astimezone(zone).date()
    return min(max(1, working.between(first, today, joint_leave_counts())), 99)


def _due_note(case: Case, term: Term) -> str:
    """What follows when the term is over. UU 30/2014 art. 53 deems granted only where no special rule has a term of its own."""
    if case.stopped:
        return _("Batas waktu berhenti sampai pengajuan lengkap.")
    if not case.due or case.turn == "nobody" or case.decided:
        return ""
    if term.basis == Term().basis:
        return _(
            "Lewat batas, permohonan yang lengkap dianggap dikabulkan (UU 30/2014 pasal 53). Bentuknya belum diatur, jadi"
            " dokumen tidak terbit dengan sendirinya: instansi diperingatkan dan Anda dikabari."
        )
    return _("Lewat batas, instansi diperingatkan dan Anda dikabari (%(basis)s).") % {"basis": term.basis}


def page(case: Case) -> dict[str, Any]:
    """Everything that the page of a case shows; what hangs on the case is brought once, for all who look at it."""
    decided = Decision.objects.select_related("replaced_by", "answers").prefetch_related("objections")
    prefetch_related_objects([case], "tasks", "acts", Prefetch("decisions", decided))
    process = process_of(case)
    return {
        "case": case,
        "title": title_of(case),
        "entry": entry(case.service),
        "status": status(case, process),
        "turns": _turns(case, process),
        "decisions": showing_decisions.decisions(case, process),
        "timeline": timeline.entries(case, process),
        "messages_of_case": [_message(case, process, one) for one in case.messages.all()],
        "seen": _seen(case, process),
        "consent": _consent(case),
        "can_withdraw": people.can_withdraw(case),
        "can_write": bool(people.offices_of(case)),
    }


def _consent(case: Case) -> dict[str, Any] | None:
    """What waits for the person's consent: who would be asked, and what is possible without; none where nothing waits."""
    lacking = consenting.lacking(case) if case.turn == "person" and consenting.waits(case) else {}
    if not lacking:
        return None
    offices = dict.fromkeys(str(office_of(ServiceId(service))) for service in lacking)
    return {"offices": list(offices), "otherwise": said(service_of(case).consent.otherwise)}


def _seen(case: Case, process: Process) -> list[tuple[str, datetime, str]]:
    """Who opened the case, when, and which document of it, the newest first."""
    looks = list(case.seen.order_by("-at")[:20])
    labels = labels_of(case) if any(one.document for one in looks) else {}
    return [(name_of(one.office, process), one.at, labels.get(one.document, one.document)) for one in looks]


def _turns(case: Case, process: Process) -> list[dict[str, Any]]:
    """All that waits for the person; the case is read once for what they show."""
    waiting = [task for task in case.tasks.all() if not task.office and task.waits]
    steps = [process.elements.get(task.step) for task in waiting if task.kind == Task.Kind.STEP]
    shows = any(element.shows for element in steps if element)
    seen = known(case, timezone.now()) if shows else {}
    return [turn(task, process, seen) for task in waiting]


def turn(task: Task, process: Process, seen: dict[str, Any] | None = None) -> dict[str, Any]:
    """One thing that waits for the person."""
    element = process.elements.get(task.step)
    missing = task.kind == Task.Kind.MISSING
    title = (
        _("Lengkapi: %(text)s") % {"text": task.question} if missing else said(element.title) if element else task.step
    )
    return {
        "task": task,
        "title": title,
        "detail": "" if missing or element is None else said(element.detail),
        "rows": []
        if task.kind != Task.Kind.STEP
        else [(said(row.shown.title), shown(row.value)) for row in _rows(task, element, seen)],
        "office": name_of(task.question_from, process) if missing else "",
        "address": reverse("cases:turn", args=[task.case.reference, task.pk]),
    }


def _rows(task: Task, element: Element | None, seen: dict[str, Any] | None) -> list[officers.Row]:
    """What the step declares; nobody reads the case for a step that shows nothing."""
    return officers.rows(task, timezone.now(), seen) if element and element.shows else []


def _message(case: Case, process: Process, one: Any) -> dict[str, Any]:
    mine = one.author_id == case.applicant_id
    return {"author": _("Anda") if mine else name_of(one.office, process), "at": one.at, "text": one.text, "mine": mine}
