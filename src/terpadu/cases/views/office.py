"""Officers' pages: the queue of one's offices, one task with what it needs, its end. A foreign task is not there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from terpadu.cases import exporting, officers, showing_office
from terpadu.cases.applying import uploads
from terpadu.cases.calendar import working
from terpadu.cases.forms import MissingForm, TextForm, VerdictForm
from terpadu.cases.models import Task
from terpadu.cases.officers import Verdict
from terpadu.errors import Refused
from terpadu.identity.mandates.guards import in_role
from terpadu.identity.models import Person, Role
from terpadu.pages import csv

officer = in_role(Role.OFFICER)


def _person(request: HttpRequest) -> Person:
    return cast(Person, request.user)


def _task(request: HttpRequest, task: int) -> Task:
    """A task of one's own offices; any other is not there."""
    return get_object_or_404(officers.tasks_of(_person(request)), pk=task)


@require_GET
@officer
def queue(request: HttpRequest) -> HttpResponse:
    """What is to be done, the nearest deadline first."""
    return render(request, "office/queue.html", showing_office.queue(_person(request)))


@require_GET
@officer
def table(request: HttpRequest) -> HttpResponse:
    """The same for a spreadsheet."""
    return csv.download("antrean.csv", exporting.head(), exporting.queue(_person(request)))


@require_GET
@officer
def task(request: HttpRequest, task: int) -> HttpResponse:
    """One task; that it was opened is kept, and the applicant sees it."""
    return _page(request, _task(request, task))


def _page(request: HttpRequest, found: Task, verdict: Any = None, status: int = 200) -> HttpResponse:
    """Whichever way an officer comes to see a task, it is a look."""
    try:
        officers.look(found, _person(request))
    except Refused:
        return _too_many(request)
    told = showing_office.task(found, _person(request))
    told["form"] = verdict or _verdict_form(found)
    return render(request, "office/task.html", told, status=status)


def _verdict_form(found: Task, given: Any = None) -> VerdictForm:
    element = officers.element_of(found)
    asked = element.asks if element and found.kind == Task.Kind.STEP else ()
    return VerdictForm(asked, officers.choices(found), given)


@require_GET
@officer
def document(request: HttpRequest, task: int, upload: UUID) -> HttpResponse:
    """A document of the case, as something to save; that it was opened is kept, and the applicant sees it."""
    found = _task(request, task)
    wanted = get_object_or_404(found.case.uploads, pk=upload)
    try:
        officers.look(found, _person(request), wanted.field)
    except Refused:
        return _too_many(request)
    return uploads.attachment(wanted)


def _too_many(request: HttpRequest) -> HttpResponse:
    """Beyond a day's budget there is nothing to see."""
    messages.error(
        request, _("Batas urusan yang boleh Anda buka dalam sehari tercapai. Atasan Anda tahu dari catatan.")
    )
    return redirect("office:queue")


@require_POST
@officer
def take(request: HttpRequest, task: int) -> HttpResponse:
    """Take it."""
    found = _task(request, task)
    return _after(request, found, lambda: officers.take(found, _person(request)), _("Tugas ini sekarang pada Anda."))


@require_POST
@officer
def put_back(request: HttpRequest, task: int) -> HttpResponse:
    """Give it back."""
    found = _task(request, task)
    return _after(
        request, found, lambda: officers.put_back(found, _person(request)), _("Tugas dikembalikan ke antrean.")
    )


@require_POST
@officer
def finish(request: HttpRequest, task: int) -> HttpResponse:
    """End it with a result and reasons."""
    found = _task(request, task)
    form = _verdict_form(found, request.POST)
    if not form.is_valid():
        return _page(request, found, form, 422)
    verdict = Verdict(form.cleaned_data["result"], form.reasons_given(), form.answers())
    return _after(request, found, lambda: officers.finish(found, _person(request), verdict), _("Tersimpan."))


@require_http_methods(["GET", "POST"])
@officer
def missing(request: HttpRequest, task: int) -> HttpResponse:
    """Ask the applicant for what is missing: the clock stands still until it is there."""
    found = _task(request, task)
    form = MissingForm(_("Apa yang belum lengkap?"), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        until = working.end_of(form.cleaned_data["until"], found.case.zone)
        text = form.cleaned_data["text"]
        return _after(
            request,
            found,
            lambda: officers.ask_for_more(found, _person(request), text, until),
            _("Pemohon sudah ditanya."),
        )
    return _asked(request, found, form, _("Minta kelengkapan"))


@require_http_methods(["GET", "POST"])
@officer
def message(request: HttpRequest, task: int) -> HttpResponse:
    """Write to the applicant."""
    found = _task(request, task)
    form = TextForm(_("Pesan kepada pemohon"), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"]
        return _after(request, found, lambda: officers.write(found, _person(request), text), _("Pesan terkirim."))
    return _asked(request, found, form, _("Tulis pesan"))


def _asked(request: HttpRequest, found: Task, form: Any, title: str) -> HttpResponse:
    told = {"task": found, "form": form, "title": title, "now": timezone.now()}
    return render(request, "office/asking.html", told, status=422 if form.errors else 200)


def _after(request: HttpRequest, found: Task, act: Callable[[], object], done: str) -> HttpResponse:
    """Do it, say how it went, back to the task or, where it is over, to the queue."""
    try:
        act()
    except Refused:
        messages.error(request, _("Tidak dapat dilakukan: keadaan tugas ini berubah. Periksa lagi."))
    else:
        messages.success(request, done)
    if Task.objects.filter(pk=found.pk, state=Task.State.TAKEN, taken_by=_person(request)).exists():
        return redirect("office:task", found.pk)
    return redirect("office:queue")
