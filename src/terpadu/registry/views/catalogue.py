"""The public side: services, members, purposes, and who uses what. No person's name stands here."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from terpadu.pages.guards import public
from terpadu.registry import joining, office, purposes, showing
from terpadu.registry.forms import PurposeForm
from terpadu.registry.models import Member, Purpose, Service, Version
from terpadu.registry.roles import standing_of
from terpadu.registry.views.common import attempt, person_of


@public
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All services that can be asked, or those that fit a question."""
    question = request.GET.get("cari", "").strip()[:100]
    page = showing.catalogue(question, request.GET.get("hal"))
    told = {"page": page, "question": question, "numbers": showing.numbers(), "standing": standing_of(request)}
    return render(request, "registry/index.html", told)


@public
@require_safe
def service(request: HttpRequest, service: str) -> HttpResponse:
    """One service: who uses it, what leaves it for whom, its contract and versions."""
    found = Service.objects.select_related("subsystem__member").filter(pk=service).first()
    if found is None:
        raise Http404
    return render(request, "registry/service.html", showing.service(found, standing_of(request)))


@public
@require_safe
def contract(request: HttpRequest, version: int) -> HttpResponse:
    """The description as it was uploaded, as a file that no browser runs."""
    found = get_object_or_404(Version.objects.exclude(form=""), pk=version, state__in=showing.SEEN)
    names = {"openapi": "openapi.yaml", "wsdl": "layanan.wsdl", "tabel": "tabel.json"}
    head = {"Content-Disposition": f'attachment; filename="{names[found.form]}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(found.contract, content_type="text/plain; charset=utf-8", headers=head)


@public
@require_safe
def members(request: HttpRequest) -> HttpResponse:
    """All members."""
    question = request.GET.get("cari", "").strip()[:100]
    told = {"page": showing.members(question, request.GET.get("hal")), "question": question}
    return render(request, "registry/members.html", told)


@public
@require_safe
def member(request: HttpRequest, member: str) -> HttpResponse:
    """One member: its systems, nodes and services."""
    found = Member.objects.filter(pk=member).first()
    standing = standing_of(request)
    if found is None or not (found.state in joining.BELONGING or standing.operator):
        raise Http404
    return render(request, "registry/member.html", showing.member(found, standing))


@public
@require_http_methods(["GET", "HEAD", "POST"])
def purpose_list(request: HttpRequest) -> HttpResponse:
    """The register of purposes; an operator enters one here."""
    standing = standing_of(request)
    if request.method == "POST" and not standing.operator:
        raise Http404
    form = PurposeForm(request.POST or None) if standing.operator else None
    if form is not None and form.is_valid():
        told = form.cleaned_data
        done = _("Tujuan dicatat. Operator lain perlu menyetujuinya.")
        if attempt(request, lambda: purposes.ask(person_of(request), told["id"], told["title"], told["basis"]), done):
            return redirect("registry:purposes")
    rows = Purpose.objects.order_by("title")
    return render(request, "registry/purposes.html", {"rows": rows, "form": form, "standing": standing})


@public
@require_safe
def root(request: HttpRequest) -> HttpResponse:
    """The trust anchor, for whoever joins; compare it with the one that your holder gave you."""
    if not office.is_kept():
        raise Http404
    head = {"Content-Disposition": 'attachment; filename="root.json"'}
    return HttpResponse(office.root_file(), content_type="application/json", headers=head)
