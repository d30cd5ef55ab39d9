"""The inventory: the list with its filters, an entry, its file; editing it and carrying it through its life."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from terpadu.errors import Refused
from terpadu.governance import forms, papers, roles, showing
from terpadu.governance.inventory import changing, exporting, listing
from terpadu.governance.models import Application
from terpadu.governance.stages import Paper, possible
from terpadu.pages.guards import assured, public

PROVEN = 2
_A_PAGE = 25


@public
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All applications that fit, a page at a time."""
    asked = listing.asked(request.GET)
    page = Paginator(listing.found(asked), _A_PAGE).get_page(request.GET.get("hal"))
    told: dict[str, Any] = {"page": page, "asked": asked, "filters": listing.filters(asked), "query": asked.address()}
    told |= {"standing": roles.standing_of(request), "book": page.paginator.count <= exporting.MOST_IN_A_BOOK}
    return render(request, "governance/index.html", told)


@public
@require_safe
def export(request: HttpRequest, form: str) -> HttpResponse:
    """What the list shows, as a file with the columns of an import."""
    entries = listing.found(listing.asked(request.GET))
    return exporting.as_book(entries) if form == "xlsx" else exporting.as_csv(entries)


@public
@require_safe
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One application, with its history."""
    entry = get_object_or_404(Application, pk=pk)
    found = roles.standing_of(request)
    return render(request, "governance/application.html", showing.application(entry, found))


@assured(PROVEN)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change what the entry says."""
    entry, found = _allowed(request, pk, "application.edit")
    form = forms.EntryForm.of(entry, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            changed = changing.edit(entry, form.cleaned_data["version"], form.values(), found.actor(entry.member))
        except Refused:
            messages.error(request, _("Entri ini diubah orang lain sementara Anda menulis. Periksa, lalu ubah lagi."))
        else:
            messages.success(request, _("Tersimpan.") if changed else _("Tidak ada yang berubah."))
        return redirect("governance:application", entry.pk)
    told = {"entry": entry, "form": form}
    return render(request, "governance/edit.html", told, status=422 if form.errors else 200)


@assured(PROVEN)
@require_http_methods(["GET", "POST"])
def step(request: HttpRequest, pk: UUID, name: str) -> HttpResponse:
    """A step of its life, with the reason and the papers that it needs."""
    entry, found = _standing(request, pk)
    one = next((one for one in possible(entry.stage) if one.name == name), None)
    if one is None or not found.may(showing.action_of(one), entry.member):
        raise Http404
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = forms.StepForm(one, *posted)
    if form.is_valid():
        return _after(
            request, entry,
            lambda: changing.take_step(entry, name, found.actor(entry.member), form.cleaned_data["reason"], form.attached()),
        )  # fmt: skip
    told = {"entry": entry, "step": showing.step_words(one), "form": form}
    return render(request, "governance/step.html", told, status=422 if form.errors else 200)


@assured(PROVEN)
@require_http_methods(["GET", "POST"])
def describe(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Upload what the interface says of itself."""
    entry, found = _allowed(request, pk, "application.describe")
    form = forms.DescriptionForm(*((request.POST, request.FILES) if request.method == "POST" else (None, None)))
    if form.is_valid():
        kind, text = form.cleaned_data["kind"], form.cleaned_data["file"]
        return _after(request, entry, lambda: changing.describe(entry, kind, text, found.actor(entry.member)))
    return render(
        request, "governance/describe.html", {"entry": entry, "form": form}, status=422 if form.errors else 200
    )


@assured(PROVEN)
@require_safe
def paper(request: HttpRequest, pk: UUID, kind: str, number: UUID) -> HttpResponse:
    """An attachment, for its owner and for reviewers; others find nothing there."""
    entry, _found = _allowed(request, pk, "application.papers")
    if kind not in Paper.values:
        raise Http404
    return papers.attachment(get_object_or_404(entry.papers, pk=number, kind=kind))


def _standing(request: HttpRequest, pk: UUID) -> tuple[Application, roles.Standing]:
    return get_object_or_404(Application, pk=pk), roles.standing_of(request)


def _allowed(request: HttpRequest, pk: UUID, action: str) -> tuple[Application, roles.Standing]:
    entry, found = _standing(request, pk)
    if not found.may(action, entry.member):
        raise Http404
    return entry, found


def _after(request: HttpRequest, entry: Application, act: Any) -> HttpResponse:
    """Do it, say how it went, back to the entry."""
    try:
        act()
    except Refused:
        messages.error(request, _("Sudah tidak dapat dilakukan: keadaan aplikasi ini berubah. Periksa di bawah."))
    else:
        messages.success(request, _("Tersimpan."))
    return redirect("governance:application", entry.pk)
