"""The person's side of a recovery: the code of the letter, the new passkey, or a cancellation."""

from __future__ import annotations

from typing import Any, cast

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from allauth.core import ratelimit
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.webauthn.internal import auth, flows
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from terpadu.errors import Refused
from terpadu.identity.models import Person
from terpadu.identity.recovery import rules
from terpadu.identity.recovery.forms import CodeForm
from terpadu.identity.signing_on.passkeys import NewPasskey
from terpadu.pages.guards import public, signed_on

_SESSION = "recovery"


def _coded(request: HttpRequest) -> CodeForm:
    """The form, with the limit on tries already taken."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and not ratelimit.consume(request, action="code"):
        form.add_error(None, _("Terlalu banyak percobaan. Coba lagi satu jam lagi."))
    return form


@public
@never_cache
@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """The code that came to the new address."""
    form = _coded(request)
    if form.is_valid():
        try:
            rules.ready(form.cleaned_data["code"])
            request.session.cycle_key()
            request.session[_SESSION] = form.cleaned_data["code"]
            return redirect("identity:recovery-key")
        except Refused as refused:
            early = refused.code == "not-yet"
            form.add_error("code", _("Masa tunggu belum lewat.") if early else _("Kode ini tidak berlaku."))
    return render(request, "identity/recovery_enter.html", {"form": form})


@public
@never_cache
@require_http_methods(["GET", "POST"])
def new_key(request: HttpRequest) -> HttpResponse:
    """The new passkey; with it everything older ends."""
    try:
        found = rules.ready(request.session.get(_SESSION, ""))
    except Refused:
        return redirect("identity:recovery")
    form = NewPasskey(request.POST or None, user=found.person)
    if form.is_valid():
        return _finished(request, found, form.cleaned_data)
    known = {"form": form, "js_data": {"creation_options": auth.begin_registration(found.person, passwordless=True)}}
    return render(request, "identity/recovery_key.html", known)


def _finished(request: HttpRequest, found: Any, made: dict[str, Any]) -> HttpResponse:
    person = found.person
    with transaction.atomic():
        rules.finish(found)
        key = flows.signup_authenticator(request, user=person, name=made["name"], credential=made["credential"])
    request.session.flush()
    rules.tell_finished(found)
    post_authentication(request, key, reauthenticated=True, passwordless=True)
    response: HttpResponse = perform_login(request, Login(user=person, redirect_url=None, signup=True))
    return response


@public
@never_cache
@require_http_methods(["GET", "POST"])
def cancel(request: HttpRequest) -> HttpResponse:
    """By the code that every known address got."""
    form = _coded(request)
    if form.is_valid():
        try:
            rules.cancel_by_code(form.cleaned_data["code"])
            messages.success(request, _("Pemulihan dibatalkan. Cara masuk Anda tidak berubah."))
            return redirect("account_login")
        except Refused:
            form.add_error("code", _("Kode ini tidak berlaku."))
    return render(request, "identity/recovery_cancel.html", {"form": form})


@signed_on
@require_POST
def cancel_own(request: HttpRequest) -> HttpResponse:
    """Whoever is signed on did not lose the account."""
    found = rules.running(cast(Person, request.user))
    if found is None:
        raise Http404
    rules.cancel(found, cast(Person, request.user))
    messages.success(request, _("Pemulihan dibatalkan. Cara masuk Anda tidak berubah."))
    return redirect("identity:account")
