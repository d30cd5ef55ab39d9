"""Prove a NIK; get a code for the counter."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from terpadu.identity.models import Person
from terpadu.identity.proving import register, rules, seeing
from terpadu.identity.proving.forms import ClaimForm, ClaimWithMotherForm
from terpadu.identity.proving.register import Silent
from terpadu.identity.proving.rules import Verdict
from terpadu.pages.guards import assured, signed_on


@signed_on
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def prove(request: HttpRequest) -> HttpResponse:
    """Match NIK, name and birth date with the population register."""
    person = cast(Person, request.user)
    if person.assurance > 1:
        return redirect("identity:account")
    try:
        kind = ClaimWithMotherForm if register.matches_mothers() else ClaimForm
    except Silent:
        return render(request, "identity/prove.html", {"form": ClaimForm(), "verdict": Verdict.LATER.value})
    form = kind(request.POST or None)
    verdict = rules.claim(request, person, form.claim()) if form.is_valid() else None
    if verdict == Verdict.PROVEN:
        messages.success(request, _("NIK Anda cocok dengan data kependudukan."))
        return redirect("identity:account")
    if verdict == Verdict.REFUSED:
        form.add_error(
            None, _("Data ini tidak cocok dengan data kependudukan. Tulis persis seperti di KTP, lalu coba lagi.")
        )
    if verdict == Verdict.LIMITED:
        form.add_error(None, _("Sudah terlalu sering dicoba. Coba lagi besok, atau datang ke loket dengan KTP Anda."))
    return render(request, "identity/prove.html", {"form": form, "verdict": verdict.value if verdict else ""})


@assured(2)
@require_POST
def show(request: HttpRequest) -> HttpResponse:
    """A code that an official at the counter enters."""
    code = seeing.show(cast(Person, request.user))
    return render(request, "identity/show.html", {"code": code, "minutes": seeing.SECONDS // 60})
