"""Tanyakan: why did you look at my data? A look is questioned as a case of the service `tanya-data`, which goes to who looked."""

from __future__ import annotations

from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from terpadu.cases.applying import drafts
from terpadu.cases.applying.subjects import Subject
from terpadu.cases.models import Case
from terpadu.identity.looks.models import Questioned
from terpadu.identity.looks.rules import Look
from terpadu.identity.looks.views import PROVEN, look_of
from terpadu.identity.models import Person
from terpadu.pages.guards import assured
from terpadu.pages.words import moment
from terpadu.services.catalogue import catalogue

SERVICE = "tanya-data"


def begin(person: Person, look: Look) -> Case:
    """A draft for the office that looked, with what the owner's record says of it. Raises `Refused`."""
    asked = {
        "nik": person.nik,
        "nama": person.get_full_name(),
        "instansi": look.system,
        "sebutan": look.office,
        "kapan": moment(look.at),
        "untuk": look.purpose or "-",
        "dasar": look.basis or "-",
        "data": ", ".join(field.label for field in look.fields) or "-",
        "pemilik": look.owner,
        "nomor_bukti": look.number,
    }
    made = drafts.begin(person, SERVICE, Subject(key="self", label="", subject=asked))
    Questioned.objects.get_or_create(person=person, number=look.number)
    return made


@require_POST
@assured(PROVEN)
def ask(request: HttpRequest) -> HttpResponse:
    """The button beside a look of one's own list; the rest is a draft like any other."""
    person = cast(Person, request.user)
    if catalogue().get(SERVICE) is None:
        raise Http404
    made = begin(person, look_of(person, request.POST.get("bukti", "")))
    return redirect("applying:check", SERVICE, made.reference)
