"""The inventory's pages: public, without a person in them."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from terpadu.governance.models import Application
from terpadu.pages.guards import public

_A_PAGE = 50


@public
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All applications, a page at a time."""
    page = Paginator(Application.objects.order_by("name", "pk"), _A_PAGE).get_page(request.GET.get("halaman"))
    return render(request, "governance/index.html", {"page": page})


@public
@require_safe
def detail(request: HttpRequest, pk: str) -> HttpResponse:
    """One application."""
    return render(request, "governance/application.html", {"application": get_object_or_404(Application, pk=pk)})


@public
@require_safe
def gate(request: HttpRequest) -> HttpResponse:
    """What the gate is for."""
    return render(request, "governance/gate.html", {})
