"""Bringing in a file: upload, progress without JavaScript, a verdict for every row."""

from __future__ import annotations

from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import cast
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from terpadu.governance import forms, roles
from terpadu.governance.inventory import importing, telling
from terpadu.governance.inventory.columns import COLUMNS
from terpadu.governance.inventory.files import NoTable
from terpadu.governance.inventory.running import HEAD
from terpadu.governance.models import Batch
from terpadu.identity.models import Person
from terpadu.pages import csv
from terpadu.pages.guards import assured

PROVEN = 2
_A_PAGE = 100


@assured(PROVEN)
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Choose a file; the worker takes it from here."""
    found = roles.standing_of(request)
    if not found.manages:
        raise Http404
    form = forms.UploadForm(found, *((request.POST, request.FILES) if request.method == "POST" else (None, None)))
    if form.is_valid():
        try:
            batch = _begin(form.cleaned_data["file"], form.cleaned_data["member"], cast(Person, request.user))
            return redirect("governance:batch", batch.pk)
        except NoTable as error:
            form.add_error("file", str(telling.REASONS[error.reason]) % {"found": error.found})
    mine = Batch.objects.filter(member__in=found.manages).order_by("-begun")[:10]
    told = {"form": form, "columns": COLUMNS, "batches": mine}
    return render(request, "governance/upload.html", told, status=422 if form.errors else 200)


def _begin(file: UploadedFile[bytes], member: str, person: Person) -> Batch:
    with NamedTemporaryFile(suffix=".inventory") as copy:
        for chunk in file.chunks():
            copy.write(chunk)
        copy.flush()
        return importing.begin(Path(copy.name), str(file.name), member, person)


@assured(PROVEN)
@require_safe
def batch(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How far it is, and what became of the rows."""
    one = _mine(request, pk)
    page = Paginator(telling.refused(one), _A_PAGE).get_page(request.GET.get("hal"))
    told = {"batch": one, "counts": telling.counts(one), "problem": telling.file_problem(one), "page": page}
    told |= {"refused": [(verdict, telling.problems(verdict)) for verdict in page]}
    return render(request, "governance/batch.html", told)


@assured(PROVEN)
@require_safe
def verdicts(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A verdict for every row, as a table for a spreadsheet."""
    one = _mine(request, pk)
    return csv.download("putusan-inventaris.csv", HEAD, telling.lines(one))


def _mine(request: HttpRequest, pk: UUID) -> Batch:
    """A file of one's own member; others are not there."""
    one = get_object_or_404(Batch, pk=pk)
    if not roles.standing_of(request).may("batch.see", one.member):
        raise Http404
    return one
