"""The account's own pages."""

from __future__ import annotations

import re
from typing import cast

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from terpadu.identity import letters, sessions
from terpadu.identity.mandates.asking import offices_of
from terpadu.identity.models import Person, Role
from terpadu.identity.recovery import rules as recovery
from terpadu.identity.signing_on.again import proven_again
from terpadu.pages.guards import public, signed_on

_CODE = re.compile(r"[0-9]{8,12}")


def _ways(person: Person) -> dict[str, int]:
    """How many keys, applications and sets of codes the person has."""
    types = Authenticator.objects.filter(user=person).values_list("type", flat=True)
    return {str(kind): sum(1 for one in types if one == kind) for kind in Authenticator.Type}


@signed_on
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """All that belongs to the account."""
    person = cast(Person, request.user)
    known = {
        "ways": _ways(person),
        "addresses": EmailAddress.objects.filter(user=person).count(),
        "recovery": recovery.running(person),
        "is_official": bool(offices_of(person, Role.IDENTITY)),
    }
    return render(request, "identity/account.html", known)


@signed_on
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """After registration: what keeps a lost phone from locking the person out, then the NIK."""
    return render(request, "identity/start.html", {"ways": _ways(cast(Person, request.user))})


@public
@require_safe
def lost(request: HttpRequest) -> HttpResponse:
    """What to do without a phone."""
    return render(request, "identity/lost.html")


@signed_on
@require_safe
def list_sessions(request: HttpRequest) -> HttpResponse:
    """Where the person is signed on."""
    own = sessions.of(cast(Person, request.user))
    return render(request, "identity/sessions.html", {"sessions": own, "here": request.session.session_key})


@signed_on
@require_POST
@proven_again
def end_session(request: HttpRequest, number: int) -> HttpResponse:
    """End one of one's own."""
    sessions.end(get_object_or_404(UserSession, pk=number, user=request.user))
    return redirect("identity:sessions")


@signed_on
@require_POST
@proven_again
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """End all but this one."""
    sessions.end_others(cast(Person, request.user), request.session.session_key)
    return redirect("identity:sessions")


@signed_on
@require_POST
def download_codes(request: HttpRequest) -> HttpResponse:
    """The codes that the page before showed, as a file. They come with the request: shown once, they are kept nowhere."""
    given = [code for code in request.POST.getlist("code")[:20] if _CODE.fullmatch(code)]
    text = "\n".join([gettext("Kode pemulihan Terpadu. Setiap kode untuk sekali pakai."), "", *given, ""])
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="kode-pemulihan.txt"'
    return response


@public
@require_safe
def show_letters(request: HttpRequest) -> HttpResponse:
    """The post of a demonstration; nowhere else."""
    if not settings.PORTAL.demonstration:
        raise Http404
    return render(request, "identity/letters.html", {"letters": letters.newest()})
