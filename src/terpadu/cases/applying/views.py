"""The prefilled form: begin, check, save, send, delete; a fact that is wrong; a document that nobody holds."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from terpadu.cases import consenting, opening
from terpadu.cases.applying import correcting, drafts, gathering, preview, showing, uploads
from terpadu.cases.applying.forms import Answers
from terpadu.cases.applying.subjects import Subject, subjects
from terpadu.cases.knowing import known
from terpadu.cases.models import Case
from terpadu.cases.offices import said
from terpadu.errors import Refused
from terpadu.facts.gathering import Gathered
from terpadu.identity.models import Person
from terpadu.pages.agencies import agencies
from terpadu.pages.guards import assured
from terpadu.pages.navigation import at
from terpadu.services.catalogue import Entry, catalogue
from terpadu.services.offices import office_of


@require_http_methods(["GET", "POST"])
@assured(2)
def begin(request: HttpRequest, service: str) -> HttpResponse:
    """Whom it is for, and drafts that wait; a post begins one. Straight from the service's page where nothing is to choose."""
    entry = _entry(service)
    choices = subjects(cast(Person, request.user), entry.service)
    chosen = _chosen(request, choices)
    if "langsung" in request.POST and (not chosen or drafts.of(cast(Person, request.user), service).exists()):
        return redirect("applying:begin", service)
    if request.method == "POST" and chosen:
        return _begun(request, service, lambda: drafts.begin(cast(Person, request.user), service, chosen))
    told = {
        "entry": entry,
        "choices": choices,
        "drafts": drafts.of(cast(Person, request.user), service),
        "asked": request.method == "POST",
    }
    return render(request, "applying/begin.html", told)


def _begun(request: HttpRequest, service: str, make: Callable[[], Case]) -> HttpResponse:
    """To the new draft, by way of the question for consent where it needs one; or, where there are too many, to those that
    wait."""
    try:
        return _consent(make())
    except Refused:
        messages.error(request, gettext("Terlalu banyak draf yang belum dikirim. Lanjutkan atau hapus salah satu."))
        return redirect("applying:begin", service)


def _consent(case: Case) -> HttpResponse:
    """To the question for the person's consent, where one is to be asked; from there, or at once, to the draft."""
    draft = reverse("applying:check", args=[case.service, case.reference])
    asked = consenting.question(case, draft)
    return redirect("consent:question", asked.pk) if asked else redirect(draft)


def _chosen(request: HttpRequest, choices: tuple[Subject, ...]) -> Subject | None:
    wanted = request.POST.get("untuk", "") or (choices[0].key if len(choices) == 1 else "")
    return next((one for one in choices if one.key == wanted), None)


@require_http_methods(["GET", "POST"])
@assured(2)
def check(request: HttpRequest, service: str, reference: str) -> HttpResponse:
    """The form: what offices know, what only the person knows, what is sent where."""
    entry = _entry(service)
    case = drafts.find(cast(Person, request.user), service, reference)
    before = gathering.bring(case, settings.PORTAL.wait, again="ulang" in request.GET)
    if request.method == "GET":
        return _page(request, case, entry, before, Answers(entry, known(case, timezone.now())))
    form = Answers(entry, known(case, timezone.now()), request.POST, request.FILES)
    valid = form.is_valid()
    try:
        drafts.keep_answers(case, form.answers, form.uploaded, {one.name for one in form.inputs})
    except ValidationError as error:
        form.add_error(None, error)
        return _page(request, case, entry, before, form)
    return _go_on(request, case, entry, before, form, valid)


def _go_on(
    request: HttpRequest, case: Case, entry: Entry, before: Gathered, form: Answers, valid: bool
) -> HttpResponse:
    """After the answers were kept: leave, be asked for consent, another line, show what is wrong, show what is new, or send."""
    if "simpan" in request.POST:
        messages.success(request, gettext("Tersimpan. Lanjutkan kapan saja dari Urusan saya."))
        return redirect(at("/urusan/"))
    if "izin" in request.POST:
        return _consent(case)
    if "baris" in request.POST:
        return _page(request, case, entry, before, Answers(entry, known(case, timezone.now()), lines=1))
    found = gathering.bring(case, settings.PORTAL.wait)
    fresh = Answers(entry, known(case, timezone.now()))
    if not valid and [one.name for one in form.inputs] != [one.name for one in fresh.inputs]:
        form = Answers(entry, known(case, timezone.now()), request.POST, request.FILES)  # another answer, other inputs
        valid = form.is_valid()
    if not valid:
        return _page(request, case, entry, found, form)
    if news := _news(before, found, form, fresh):
        messages.info(request, news)
        return _page(request, case, entry, found, fresh)
    with suppress(Refused):  # the same form was sent a moment before, by a second click: it is under way
        opening.send(case)
    messages.success(request, gettext("Pengajuan terkirim. Nomor urusan %(number)s.") % {"number": case.reference})
    return redirect(at(f"/urusan/{case.reference}/"))


def _news(before: Gathered, found: Gathered, form: Answers, fresh: Answers) -> str:
    """What the person has not seen yet: what the answers brought from offices, or which further answers they need."""
    seen = {name: fact.value for name, fact in before.facts.items()}
    if any(name not in seen or seen[name] != fact.value for name, fact in found.facts.items()):
        return gettext("Ada data baru dari instansi. Periksa, lalu kirim.")
    if {one.name for one in fresh.inputs if one.required} - {one.name for one in form.inputs}:
        return gettext("Ada isian tambahan. Lengkapi, lalu kirim.")
    return ""


def _page(request: HttpRequest, case: Case, entry: Entry, found: Gathered, form: Answers) -> HttpResponse:
    told = {
        "case": case,
        "entry": entry,
        "form": form,
        "shown": showing.show(case, entry, found),
        "otherwise": said(entry.service.consent.otherwise),
        "receivers": preview.receivers(entry, form.inputs),
        "uploads": case.uploads.all(),
        "correctable": correcting.possible(),
        "disputed": correcting.disputed(case),
    }
    return render(request, "applying/check.html", told, status=422 if form.errors else 200)


@require_POST
@assured(2)
def delete(request: HttpRequest, service: str, reference: str) -> HttpResponse:
    """A draft goes."""
    drafts.delete(drafts.find(cast(Person, request.user), service, reference))
    messages.success(request, gettext("Draf dihapus."))
    return redirect(at("/urusan/"))


@require_http_methods(["GET", "POST"])
@assured(2)
def wrong(request: HttpRequest, service: str, reference: str, fact: str) -> HttpResponse:
    """A fact is wrong: who owns it, and a case for its owner."""
    entry = _entry(service)
    case = drafts.find(cast(Person, request.user), service, reference)
    row = correcting.fact_of(case, entry, fact)
    if not correcting.possible():
        raise Http404
    label, shown = said(agencies().vocabulary.facts[fact].title), showing.worded(entry, fact, row["value"])
    if request.method == "POST":
        make = partial(correcting.begin, case, row, label, strip_tags(str(shown)))
        return _begun(request, correcting.SERVICE, make)
    told: dict[str, Any] = {"case": case, "entry": entry, "fact": row, "label": label, "value": shown}
    return render(request, "applying/wrong.html", told | {"office": office_of(row["source"])})


@require_GET
@assured(2)
def document(request: HttpRequest, service: str, reference: str, upload: UUID) -> HttpResponse:
    """One's own document, as something to save."""
    case = drafts.find(cast(Person, request.user), service, reference)
    return uploads.attachment(get_object_or_404(case.uploads, pk=upload))


def _entry(service: str) -> Entry:
    entry = catalogue().get(service)
    if entry is None:
        raise Http404
    return entry
