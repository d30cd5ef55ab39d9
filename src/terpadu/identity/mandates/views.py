"""Who may act for me, for whom I may act, and for which office."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from allauth.core import ratelimit
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from terpadu.errors import Refused
from terpadu.identity.mandates import asking, family, giving
from terpadu.identity.mandates.forms import AcceptForm, GiveForm, GiveOfficeForm
from terpadu.identity.mandates.guards import in_role
from terpadu.identity.mandates.naming import titles
from terpadu.identity.models import OfficeMandate, Person, PersonMandate, Role
from terpadu.identity.proving.register import Silent
from terpadu.identity.signing_on.again import proven_again
from terpadu.pages.guards import assured


@assured(2)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """All mandates of a person, also those that ended."""
    person, now = cast(Person, request.user), timezone.now()
    everything = asking.history_of(person)
    people = [one for one in everything if isinstance(one, PersonMandate)]
    known = {
        "for_me": [one for one in people if one.subject_id == person.pk and _stands(one)],
        "for_others": [one for one in people if one.holder_id == person.pk and one.counts(now)],
        "offices": [one for one in asking.offices_of(person, None)],
        "ended": [one for one in everything if not _stands(one)],
        "titles": titles(),
        "is_head": bool(asking.offices_of(person, Role.HEAD)),
    }
    return render(request, "identity/mandates.html", known)


def _stands(mandate: giving.AnyMandate) -> bool:
    """In force, or offered and not yet taken."""
    now = timezone.now()
    offered = mandate.holder_id is None and mandate.offer_ends is not None and mandate.offer_ends > now
    return mandate.counts(now) or (offered and mandate.revoked is None)


@assured(2)
@require_http_methods(["GET", "POST"])
@proven_again
def give(request: HttpRequest) -> HttpResponse:
    """Let somebody act for me."""
    form = GiveForm(request.POST or None)
    if form.is_valid():
        _mandate, code = giving.give(cast(Person, request.user), form.cleaned_data["services"], form.term())
        return render(request, "identity/mandate_code.html", {"code": code, "days": giving.OFFER.days})
    return render(request, "identity/mandate_give.html", {"form": form})


@in_role(Role.HEAD)
@require_http_methods(["GET", "POST"])
@proven_again
def give_office(request: HttpRequest) -> HttpResponse:
    """The head lets an official act for the office."""
    head = cast(Person, request.user)
    offices = [one.office for one in asking.offices_of(head, Role.HEAD)]
    form = GiveOfficeForm(offices, request.POST or None)
    if form.is_valid():
        wanted = form.cleaned_data
        _mandate, code = giving.give_office(head, wanted["office"], Role(wanted["role"]), form.term())
        return render(request, "identity/mandate_code.html", {"code": code, "days": giving.OFFER.days})
    held = OfficeMandate.objects.filter(office__in=offices, revoked=None).exclude(role=Role.HEAD).order_by("-given")
    known = {"form": form, "held": [one for one in held if _stands(one)]}
    return render(request, "identity/mandate_office.html", known)


@assured(2)
@require_http_methods(["GET", "POST"])
@proven_again
def accept(request: HttpRequest) -> HttpResponse:
    """Look at what a code offers, then take it."""
    form = AcceptForm(request.POST or None)
    offer = None
    if form.is_valid():
        try:
            offer = _offered(request, form.cleaned_data["code"])
            if "take" in request.POST:
                giving.accept(cast(Person, request.user), form.cleaned_data["code"])
                messages.success(request, _("Kuasa diterima. Berlaku mulai sekarang."))
                return redirect("identity:mandates")
        except Refused as refused:
            form.add_error("code", _reasons().get(refused.code, str(refused)))
    return render(request, "identity/mandate_accept.html", {"form": form, "offer": offer, "titles": titles()})


def _offered(request: HttpRequest, code: str) -> giving.AnyMandate:
    if not ratelimit.consume(request, action="code"):
        raise Refused("busy", "Expected fewer tries from this address; wait an hour.")
    return giving.offered(code)


def _reasons() -> dict[str, str]:
    return {
        "not-found": _("Kode ini tidak berlaku. Minta kode baru dari pemberi kuasa."),
        "busy": _("Terlalu banyak percobaan. Coba lagi satu jam lagi."),
        "business-rule": _("Kuasa untuk diri sendiri tidak diperlukan."),
    }


@assured(2)
@require_POST
def ask_card(request: HttpRequest) -> HttpResponse:
    """Derive a parent's mandates from the family card."""
    try:
        found = family.derive(cast(Person, request.user))
        told = _("Ditemukan %(number)d anak di KK Anda.") % {"number": len(found)}
        messages.success(request, told)
    except Silent:
        messages.warning(request, _("Dukcapil tidak menjawab. Coba lagi nanti."))
    return redirect("identity:mandates")


@assured(2)
@require_POST
def revoke(request: HttpRequest, kind: str, number: UUID) -> HttpResponse:
    """End a mandate, at once."""
    person = cast(Person, request.user)
    people, offices = PersonMandate.objects.filter(pk=number), OfficeMandate.objects.filter(pk=number)
    mandate = people.first() if kind == "orang" else offices.first()
    if mandate is None or not giving.may_revoke(mandate, person):
        raise Http404
    giving.revoke(mandate, person, request.POST.get("reason", ""))
    messages.success(request, _("Kuasa dicabut. Berlaku mulai sekarang."))
    return redirect("identity:mandates")
