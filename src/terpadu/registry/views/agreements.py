"""Pages of an agreement: asking, what became of it, deciding, suspending, its risk form."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from terpadu.identity.models import Person
from terpadu.pages.guards import assured
from terpadu.registry import agreeing, describing, risk, showing, suspending
from terpadu.registry.forms import RequestForm, RiskForm
from terpadu.registry.models import Agreement, Service
from terpadu.registry.models.agreement import Side
from terpadu.registry.roles import standing_of
from terpadu.registry.states import Deal
from terpadu.registry.views.common import attempt, needed, person_of

Step = Callable[[Person, int, str], object]


def _suspend(by: Side) -> Step:
    return lambda who, number, reason: suspending.suspend_agreement(who, number, by, reason)


def _resume(by: Side) -> Step:
    return lambda who, number, reason: suspending.resume_agreement(who, number, by)


STEPS: dict[str, Step] = {
    "agreement.review": lambda person, number, reason: agreeing.review(person, number),
    "agreement.approve": lambda person, number, reason: agreeing.approve(person, number),
    "agreement.refuse": lambda person, number, reason: agreeing.refuse(person, number, reason.splitlines()),
    "agreement.end": agreeing.end,
    **{f"suspend.{side.value}": _suspend(side) for side in Side},
    **{f"resume.{side.value}": _resume(side) for side in Side},
}
"""What may be done with one agreement."""


@assured(2)
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, service: str) -> HttpResponse:
    """A consumer asks for an agreement."""
    offered = get_object_or_404(Service.objects.select_related("subsystem__member"), pk=service)
    version = describing.live(offered)
    if version is None:
        raise Http404
    systems = showing.own_systems(standing_of(request))
    form = RequestForm(systems, version, request.POST or None)
    if form.is_valid():
        given = form.cleaned_data

        @transaction.atomic
        def send() -> Agreement:
            made = agreeing.ask(person_of(request), given["consumer"], offered.pk, form.wanted())
            risk.assess(person_of(request), made, given["flags"], form.answers())
            return made

        made = attempt(request, send, _("Permintaan terkirim kepada penyedia."))
        if made is not None:
            return redirect("registry:agreement", made.pk)
    told = {"form": form, "service": offered, "version": version, "systems": systems}
    return render(request, "registry/terms.html", told)


@assured(2)
@require_safe
def agreement(request: HttpRequest, agreement: int) -> HttpResponse:
    """One agreement, for both sides and the operators."""
    found = _seen(request, agreement)
    return render(request, "registry/agreement.html", showing.agreement(found, standing_of(request)))


def _seen(request: HttpRequest, number: int) -> Agreement:
    rows = Agreement.objects.select_related("consumer__member", "service__subsystem__member", "template")
    found = get_object_or_404(rows, pk=number)
    needed(request, "agreement.see", found.consumer_id, found.service_id)
    return found


@assured(2)
@require_POST
def step(request: HttpRequest, agreement: int) -> HttpResponse:
    """Review, decide, end, suspend, resume."""
    found, name = _seen(request, agreement), request.POST.get("langkah", "")
    if name not in STEPS:
        raise Http404
    reason = request.POST.get("alasan", "")[:2000]
    attempt(request, lambda: STEPS[name](person_of(request), found.pk, reason), _("Tercatat."))
    return redirect("registry:agreement", found.pk)


@assured(2)
@require_http_methods(["GET", "HEAD", "POST"])
def assess(request: HttpRequest, agreement: int) -> HttpResponse:
    """A new version of the risk form, while the request is open."""
    found = _seen(request, agreement)
    needed(request, "agreement.risk", consumer=found.consumer_id)
    if found.state not in (Deal.REQUESTED, Deal.REVIEW):
        raise Http404
    newest = found.risks.order_by("-version").first()
    before = {"flags": newest.flags, **{f"answer_{k}": v for k, v in newest.answers.items()}} if newest else {}
    form = RiskForm(request.POST or None, initial=before)
    if form.is_valid():
        flags, answers = form.cleaned_data["flags"], form.answers()
        done = _("Formulir risiko disimpan sebagai versi baru.")
        if attempt(request, lambda: risk.assess(person_of(request), found, flags, answers), done):
            return redirect("registry:agreement", found.pk)
    told = {"form": form, "agreement": found, "must": risk.told_by(found, describing.live(found.service))}
    return render(request, "registry/risk.html", told)
