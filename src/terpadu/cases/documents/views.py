"""A paper for its person; a check for anybody."""

from __future__ import annotations

from typing import cast

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from terpadu.cases.documents.checking import Verdict, by_code, hidden
from terpadu.cases.documents.codes import spelled
from terpadu.cases.documents.forms import Check
from terpadu.cases.documents.issuing import pdf
from terpadu.cases.documents.models import Document
from terpadu.identity.models import Person
from terpadu.pages.guards import public, signed_on


@signed_on
@require_GET
def download(request: HttpRequest, reference: str, code: str) -> HttpResponse:
    """The file, for the applicant of the case alone."""
    person = cast(Person, request.user)
    found = Document.objects.filter(code=code, case__reference=reference, case__applicant=person).first()
    if found is None:
        raise Http404
    answer = HttpResponse(pdf(found), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{found.code}.pdf"'
    return answer


@public
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Ask by code; with a file the two are compared. A code alone leads to its own address."""
    form = Check(request.POST or None, request.FILES or None)
    if not form.is_bound or not form.is_valid():
        return render(request, "documents/check.html", {"form": form}, status=400 if form.is_bound else 200)
    if not form.cleaned_data["file"]:
        return HttpResponseRedirect(reverse("documents:told", args=[form.cleaned_data["code"]]))
    return _tell(request, by_code(form.cleaned_data["code"], form.cleaned_data["file"]), form.cleaned_data["code"])


@public
@require_GET
def told(request: HttpRequest, code: str) -> HttpResponse:
    """Where the QR leads."""
    return _tell(request, by_code(code), spelled(code) or code[:20])


def _tell(request: HttpRequest, verdict: Verdict, code: str) -> HttpResponse:
    document = verdict.document
    holder = hidden(str(document.holder)) if document else ""
    context = {"document": document, "same": verdict.same, "code": code, "holder": holder}
    return render(request, "documents/told.html", context, status=200 if document else 404)
