"""Who looked at my data: the list, by day; proof; the list for machines."""

from __future__ import annotations

from itertools import groupby
from typing import Any, cast

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from terpadu.errors import Refused
from terpadu.identity.looks.asking import refresh
from terpadu.identity.looks.models import Questioned
from terpadu.identity.looks.rules import FILTERS, Look, Overview, overview
from terpadu.identity.models import Person
from terpadu.pages import csv
from terpadu.pages.agencies import agencies
from terpadu.pages.guards import assured

PROVEN = 2
"""The register must have matched the NIK: else one could read the list of somebody else's."""
A_PAGE = 30


def _overview(person: Person) -> Overview:
    everywhere = agencies()
    questioned = set(Questioned.objects.filter(person=person).values_list("number", flat=True))
    return overview(refresh(person, everywhere), questioned, everywhere.vocabulary, settings.PORTAL.subsystem)


def look_of(person: Person, number: str) -> Look:
    """One look of a person's own list. Raises `Http404`, also where the node is silent: then no list is there to look in."""
    try:
        found = _overview(person).looks
    except Refused:
        raise Http404 from None
    look = next((one for one in found if one.number == number), None)
    if look is None:
        raise Http404
    return look


@require_GET
@assured(PROVEN)
def index(request: HttpRequest) -> HttpResponse:
    """The list. An office that hasn't answered is named; the node itself not answering is said, too."""
    try:
        found = _overview(cast(Person, request.user))
    except Refused as error:
        return render(request, "looks/silent.html", {"error": error}, status=503)
    chosen = request.GET.get("saring", "semua")
    fits = FILTERS.get(chosen, FILTERS["semua"])
    page = Paginator([look for look in found.looks if fits(look)], A_PAGE).get_page(request.GET.get("hal"))
    seen, offices, refused = found.recent(timezone.now())
    return render(
        request,
        "looks/index.html",
        {
            "overview": found,
            "page": page,
            "days": _days(page.object_list),
            "chosen": chosen if chosen in FILTERS else "semua",
            "figures": {"seen": seen, "offices": offices, "refused": refused},
        },
    )


def _days(looks: Any) -> list[tuple[Any, list[Look]]]:
    return [(day, list(same)) for day, same in groupby(looks, lambda look: timezone.localtime(look.at).date())]


@require_GET
@assured(PROVEN)
def proof(request: HttpRequest, number: str) -> HttpResponse:
    """The evidence file of a look by this portal; what others asked, their own nodes and the owner's prove."""
    look = look_of(cast(Person, request.user), number)
    if not look.ours:
        raise Http404
    try:
        answer = HttpResponse(agencies().evidence(look.number), content_type="text/plain; charset=utf-8")
    except Refused as error:
        return render(request, "looks/silent.html", {"error": error}, status=503)
    answer["Content-Disposition"] = f'attachment; filename="{look.number[:12]}.bukti"'
    return answer


@require_GET
@assured(PROVEN)
def listed(request: HttpRequest) -> HttpResponse:
    """All of it for machines (UU PDP article 13): the same looks, with who has not answered."""
    try:
        found = _overview(cast(Person, request.user))
    except Refused as error:
        return JsonResponse({"error": error.code}, status=503)
    looks = [
        {
            "number": look.number,
            "at": look.at.isoformat(),
            "office": look.office,
            "owner": look.owner,
            "purpose": look.purpose,
            "basis": look.basis,
            "case": look.case,
            "fields": [field.label for field in look.fields],
            "refused": look.refused,
        }
        for look in found.looks
    ]
    silent = [{"office": one.name, "known_until": one.known_until, "code": one.code} for one in found.silent]
    answer = JsonResponse({"looks": looks, "not_answered": silent})
    answer["Content-Disposition"] = 'attachment; filename="siapa-melihat.json"'
    return answer


@require_GET
@assured(PROVEN)
def table(request: HttpRequest) -> HttpResponse:
    """The looks for a spreadsheet; who has not answered stands in the list for machines and on the page."""
    try:
        found = _overview(cast(Person, request.user))
    except Refused as error:
        return render(request, "looks/silent.html", {"error": error}, status=503)
    head = [_("Waktu"), _("Siapa melihat"), _("Pemilik data"), _("Tujuan"), _("Dasar hukum"), _("Urusan"), _("Data"),
            _("Ditolak"), _("Nomor")]  # fmt: skip
    rows = [
        (
            timezone.localtime(look.at).isoformat(sep=" ", timespec="seconds"),
            *(look.office, look.owner, look.purpose, look.basis, look.case),
            "; ".join(str(field.label) for field in look.fields),
            _("ya") if look.refused else "",
            look.number,
        )
        for look in found.looks
    ]
    return csv.download("siapa-melihat.csv", head, rows)
