"""The counter's pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from terpadu.errors import Refused
from terpadu.identity.counter.forms import BeginForm, ConfirmForm, GuardianForm, SeeForm
from terpadu.identity.mandates import guardians
from terpadu.identity.mandates.guards import in_role
from terpadu.identity.models import Person, Recovery, Role
from terpadu.identity.proving import seeing
from terpadu.identity.proving.register import Silent
from terpadu.identity.recovery import rules as recovery
from terpadu.identity.signing_on.again import passkey_again
from terpadu.pages.guards import View


def _at_the_counter(view: View) -> View:
    """An official with an identity mandate and a fresh passkey."""
    fresh = passkey_again(sensitive_post_parameters()(require_http_methods(["GET", "POST"])(view)))
    return in_role(Role.IDENTITY)(fresh)


def _official(request: HttpRequest) -> Person:
    return cast(Person, request.user)


def _tried(form: forms.Form, act: Callable[[], object]) -> bool:
    """Do it; what is refused stands at the form in the official's words."""
    try:
        act()
    except Refused as refused:
        form.add_error(None, _sentences().get(refused.code, str(refused)))
    except Silent:
        form.add_error(None, _("Dukcapil tidak menjawab. Coba lagi nanti."))
    return form.is_valid()


def _sentences() -> dict[str, str]:
    return {
        "not-found": _("Tidak ditemukan. Periksa kode atau NIK; minta orang itu membuat kode baru."),
        "identity": _("Tidak dapat: untuk diri sendiri, untuk kedua kali, atau tingkat orang itu belum cukup."),
        "mismatch": _("NIK atau data tidak cocok. Baca lagi dari kartu."),
        "business-rule": _("Tidak dapat dilanjutkan: sudah ada yang berjalan, sudah selesai, atau alamat dipakai akun lain."),
    }  # fmt: skip


@in_role(Role.IDENTITY)
@require_safe
def counter(request: HttpRequest) -> HttpResponse:
    """What can be done, and which recoveries wait for a second official."""
    waiting = recovery.waiting(_official(request))
    return render(request, "identity/counter.html", {"waiting": waiting})


@_at_the_counter
def see(request: HttpRequest) -> HttpResponse:
    """Whose code this is; then: seen, with their card."""
    form, person = SeeForm(request.POST or None), None
    if form.is_valid():
        code = form.cleaned_data["code"]
        if "seen" in request.POST:
            if _tried(form, lambda: seeing.confirm(_official(request), code)):
                messages.success(request, _("Tercatat: Anda telah melihat orang ini."))
                return redirect("identity:counter")
        elif _tried(form, lambda: seeing.shown(_official(request), code)):
            person = seeing.shown(_official(request), code)
    return render(request, "identity/counter_see.html", {"form": form, "person": person})


@_at_the_counter
def begin(request: HttpRequest) -> HttpResponse:
    """The first official."""
    form = BeginForm(request.POST or None)
    if form.is_valid():
        wanted = form.cleaned_data
        if _tried(form, lambda: recovery.begin(_official(request), wanted["nik"], wanted["address"])):
            messages.success(request, _("Pemulihan dibuka. Petugas kedua harus memastikannya."))
            return redirect("identity:counter")
    return render(request, "identity/counter_recovery.html", {"form": form})


@_at_the_counter
def confirm(request: HttpRequest, number: UUID) -> HttpResponse:
    """The second one: confirms, or cancels what looks wrong."""
    official = _official(request)
    found = next((one for one in recovery.waiting(official) if one.pk == number), None)
    if found is None:
        raise Http404
    form = ConfirmForm(request.POST if "confirm" in request.POST else None)
    if "cancel" in request.POST:
        recovery.cancel(found, official)
        messages.success(request, _("Pemulihan dibatalkan."))
        return redirect("identity:counter")
    if form.is_valid() and _confirmed(form, official, found):
        messages.success(request, _("Dipastikan. Kode dikirim ke alamat orang itu; berlaku sesudah masa tunggu."))
        return redirect("identity:counter")
    return render(request, "identity/counter_confirm.html", {"form": form, "recovery": found})


def _confirmed(form: forms.Form, official: Person, found: Recovery) -> bool:
    return _tried(form, lambda: recovery.confirm(official, found, form.cleaned_data["nik"]))


@_at_the_counter
def guardian(request: HttpRequest) -> HttpResponse:
    """A guardian with a decision."""
    form = GuardianForm(request.POST or None)
    if form.is_valid() and _tried(form, lambda: _appoint(_official(request), form)):
        messages.success(request, _("Wali tercatat."))
        return redirect("identity:counter")
    return render(request, "identity/counter_guardian.html", {"form": form})


def _appoint(official: Person, form: GuardianForm) -> None:
    wanted = form.cleaned_data
    person = seeing.shown(official, wanted["code"])
    guardians.appoint(official, person, form.claim(), wanted["decision"], form.term())
