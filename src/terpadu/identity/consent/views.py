"""The question with its seven statements; my consents; taking one back; its proof."""

from __future__ import annotations

from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from terpadu.errors import Refused
from terpadu.identity.consent import rules
from terpadu.identity.consent.forms import Decision
from terpadu.identity.consent.models import Ask, Consent
from terpadu.identity.consent.showing import shown
from terpadu.identity.models import Person
from terpadu.pages.agencies import agencies
from terpadu.pages.guards import assured

PROVEN = 2


def _words(question: Ask) -> Any:
    everywhere = agencies()
    return shown(question, everywhere.agreements(), everywhere.vocabulary)


@assured(PROVEN)
@require_http_methods(["GET", "POST"])
def question(request: HttpRequest, pk: str) -> HttpResponse:
    """Asked on a page of its own; yes and no look alike, and no has no other effect."""
    asked = get_object_or_404(Ask, pk=pk, person=cast(Person, request.user))
    form = Decision(request.POST if request.POST.get("putusan") == "ya" else None)
    if request.POST.get("putusan") == "tidak":
        rules.refuse(asked)
        return HttpResponseRedirect(asked.back)
    if request.method == "POST" and form.is_valid():
        return _give(request, asked)
    over = asked.refused is not None or asked.until <= timezone.now() or hasattr(asked, "consent")
    context = {"asked": asked, "form": form, "words": _words(asked), "over": over, "portal": settings.PORTAL.subsystem}
    return render(request, "consent/question.html", context, status=400 if form.is_bound else 200)


def _give(request: HttpRequest, asked: Ask) -> HttpResponse:
    try:
        rules.give(asked)
    except Refused:
        messages.warning(request, _("Pertanyaan ini sudah berakhir. Mulai lagi dari layanan yang bertanya."))
        return HttpResponseRedirect(reverse("consent:index"))
    return HttpResponseRedirect(asked.back)


@assured(PROVEN)
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """All that the person agreed to, in force first."""
    mine = Consent.objects.filter(ask__person=cast(Person, request.user)).select_related("ask").order_by("-given")
    now = timezone.now()
    rows = [(consent, consent.in_force(now), _words(consent.ask)) for consent in mine]
    return render(request, "consent/index.html", {"rows": sorted(rows, key=lambda row: not row[1])})


@assured(PROVEN)
@require_POST
def withdraw(request: HttpRequest, pk: str) -> HttpResponse:
    """One click; in force here at once, everywhere within a minute."""
    consent = get_object_or_404(Consent, ask_id=pk, ask__person=cast(Person, request.user))
    rules.withdraw(consent)
    messages.success(request, _("Izin ditarik. Semua instansi berhenti memakainya dalam satu menit."))
    return HttpResponseRedirect(reverse("consent:index"))


@assured(PROVEN)
@require_GET
def proof(request: HttpRequest, pk: str) -> HttpResponse:
    """The signed receipt, to keep (UU PDP article 24)."""
    consent = Consent.objects.filter(ask_id=pk, ask__person=cast(Person, request.user)).first()
    if consent is None:
        raise Http404
    answer = HttpResponse(rules.proof(consent), content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="izin.txt"'
    return answer
