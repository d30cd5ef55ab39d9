"""The applicant's pages: my cases, one case, my turn, messages, withdrawing, objecting, proof."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from terpadu.cases import consenting, objections, people, showing, showing_decisions, showing_sent, taking_along
from terpadu.cases.folders import process_of
from terpadu.cases.forms import AskedForm, MessageForm, TextForm
from terpadu.cases.models import Case, Objection, Task
from terpadu.cases.offices import name_of
from terpadu.cases.states import State
from terpadu.errors import Refused
from terpadu.identity.models import Person
from terpadu.pages.agencies import agencies
from terpadu.pages.guards import assured
from terpadu.pages.navigation import at

PROVEN = 2


def _mine(request: HttpRequest, reference: str) -> Case:
    """One's own case; anybody else's is not there."""
    return get_object_or_404(people.cases_of(cast(Person, request.user)), reference=reference)


@require_GET
@assured(PROVEN)
def index(request: HttpRequest) -> HttpResponse:
    """My cases, whose turn it is first."""
    found = list(people.cases_of(cast(Person, request.user)))
    going = [case for case in found if case.state not in (State.CLOSED, State.WITHDRAWN)]
    over = [case for case in found if case not in going]
    return render(request, "cases/index.html", {"going": showing.lines(going), "over": showing.lines(over)})


@require_GET
@assured(PROVEN)
def case(request: HttpRequest, reference: str) -> HttpResponse:
    """One case."""
    found = _mine(request, reference)
    if found.state == State.DRAFT:
        return redirect(at(f"/layanan/{found.service}/periksa/{found.reference}/"))
    return render(request, "cases/case.html", showing.page(found))


@require_http_methods(["GET", "POST"])
@assured(PROVEN)
def turn(request: HttpRequest, reference: str, task: int) -> HttpResponse:
    """What waits for the person: what the process asks, or what an office asked for."""
    found = _mine(request, reference)
    waiting = get_object_or_404(people.turns_of(found), pk=task)
    process = process_of(found)
    element = process.elements.get(waiting.step)
    missing = waiting.kind == Task.Kind.MISSING
    given = request.POST if request.method == "POST" else None
    form = TextForm(_("Jawaban Anda"), given) if missing else AskedForm(element.asks if element else (), given)
    if request.method == "POST" and form.is_valid():
        return _after(request, found, lambda: _answer(waiting, form), _("Terkirim."))
    told = {"case": found, "title": showing.title_of(found), "turn": showing.turn(waiting, process), "form": form}
    return render(request, "cases/turn.html", told, status=422 if form.errors else 200)


def _answer(task: Task, form: Any) -> None:
    if isinstance(form, AskedForm):
        people.answer(task, form.answers())
    else:
        people.bring(task, form.cleaned_data["text"])


@require_POST
@assured(PROVEN)
def consent(request: HttpRequest, reference: str) -> HttpResponse:
    """To the question for consent that this case waits for; back to the case where it waits for none."""
    found = _mine(request, reference)
    here = reverse("cases:case", args=[found.reference])
    asked = consenting.question(found, here) if consenting.waits(found) else None
    return redirect("consent:question", asked.pk) if asked else redirect(here)


@require_http_methods(["GET", "POST"])
@assured(PROVEN)
def message(request: HttpRequest, reference: str) -> HttpResponse:
    """Write to an office that has to do with the case."""
    found = _mine(request, reference)
    process = process_of(found)
    offices = [(office, name_of(office, process)) for office in people.offices_of(found)]
    if not offices:
        raise Http404
    form = MessageForm(offices, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        return _after(request, found, lambda: people.write(found, data["office"], data["text"]), _("Pesan terkirim."))
    told = {"case": found, "title": showing.title_of(found), "form": form}
    return render(request, "cases/message.html", told, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@assured(PROVEN)
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    """Take the application back, after one question."""
    found = _mine(request, reference)
    if request.method == "POST":
        return _after(request, found, lambda: people.withdraw(found), _("Pengajuan ditarik kembali."))
    if not people.can_withdraw(found):
        raise Http404
    return render(request, "cases/withdraw.html", {"case": found, "title": showing.title_of(found)})


@require_http_methods(["GET", "POST"])
@assured(PROVEN)
def object_to(request: HttpRequest, reference: str, decision: int, kind: str) -> HttpResponse:
    """Object, appeal, or ask for an officer."""
    found = _mine(request, reference)
    one = get_object_or_404(found.decisions, pk=decision)
    if kind not in Objection.Kind.values:
        raise Http404
    wanted = Objection.Kind(kind)
    form = TextForm(_("Apa yang tidak benar, dan mengapa?"), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"]
        return _after(request, found, lambda: objections.file(one, wanted, text), _("Terkirim. Anda dikabari."))
    told = {"case": found, "title": showing.title_of(found), "kind": kind, "form": form}
    told |= {"decision": showing_decisions.decision(found, one), "days": objections.ANSWER_DAYS[wanted]}
    return render(request, "cases/object.html", told, status=422 if form.errors else 200)


@require_GET
@assured(PROVEN)
def sent(request: HttpRequest, reference: str) -> HttpResponse:
    """What was sent: what the person typed, and the facts with their sources."""
    found = _mine(request, reference)
    if found.state == State.DRAFT:
        raise Http404
    told = {"case": found, "title": showing.title_of(found), "facts": showing_sent.facts(found)}
    return render(request, "cases/sent.html", told | {"answers": showing_sent.answers(found)})


@require_GET
@assured(PROVEN)
def copy(request: HttpRequest, reference: str) -> HttpResponse:
    """All that the portal keeps of this case, as a file to take along."""
    found = _mine(request, reference)
    answer = HttpResponse(taking_along.copy(found), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="{found.reference}.json"'
    return answer


@require_GET
@assured(PROVEN)
def proof(request: HttpRequest, reference: str, number: str) -> HttpResponse:
    """The evidence file of an exchange of this case; other numbers are not there."""
    found = _mine(request, reference)
    if number not in showing_sent.numbers(found):
        raise Http404
    try:
        file = agencies().evidence(number)
    except Refused:
        messages.error(request, _("Bukti belum dapat diambil: simpul portal tidak menjawab. Coba lagi nanti."))
        return redirect("cases:case", found.reference)
    answer = HttpResponse(file, content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{found.reference}-{number[:12]}.bukti"'
    return answer


def _after(request: HttpRequest, found: Case, act: Any, done: str) -> HttpResponse:
    """Do it, say how it went, back to the case."""
    try:
        act()
    except Refused:
        messages.error(request, _("Sudah tidak dapat dilakukan: keadaan urusan ini berubah. Periksa di bawah."))
    else:
        messages.success(request, done)
    return redirect("cases:case", found.reference)
