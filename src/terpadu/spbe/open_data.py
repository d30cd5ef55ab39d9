"""Published results as open data: CSV, JSON, and a DCAT description of both. Public, read-only, with entity tags.

Only what its decree lets be seen at this moment leaves (`Results.public`). Where an instansi has two results for a year, both
are here, each with its decree. Nothing here reads a cookie.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from terpadu.pages import csv
from terpadu.pages.guards import public
from terpadu.spbe.assessments import YEAR
from terpadu.spbe.models import Result

COLUMNS = (
    "kode", "instansi", "jenis", "provinsi", "tahun", "indeks", "predikat",
    "instrumen", "keputusan", "tanggal_keputusan", "halaman", "sumber", "pertentangan",
)  # fmt: skip
MINUTES = 5
"""How long a cache may hand out an answer without asking again."""
TITLE = "Indeks SPBE instansi pusat dan pemerintah daerah"


@csrf_exempt
@require_safe
@public
def as_csv(request: HttpRequest) -> HttpResponse:
    """All results that are public, one a line."""
    if strange := _strange(request):
        return strange
    text = csv.table(COLUMNS, ([row[name] for name in COLUMNS] for row in _rows(request)))
    return _answer(request, text.encode(), "text/csv; charset=utf-8")


@csrf_exempt
@require_safe
@public
def as_json(request: HttpRequest) -> HttpResponse:
    """The same with all figures and the sentences on what in them cannot be true."""
    if strange := _strange(request):
        return strange
    return _answer(request, msgspec.json.encode({"hasil": list(_rows(request, whole=True))}), "application/json")


@csrf_exempt
@require_safe
@public
def described(request: HttpRequest) -> HttpResponse:
    """DCAT 3 in JSON-LD: one data set, two distributions."""
    here = settings.PORTAL.address.rstrip("/") + "/api/spbe/"
    body = {
        "@context": {"dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/"},
        "@id": f"{here}dcat.jsonld#hasil",
        "@type": "dcat:Dataset",
        "dct:title": {"@value": TITLE, "@language": "id"},
        "dct:accrualPeriodicity": {"@id": "http://publications.europa.eu/resource/authority/frequency/ANNUAL"},
        "dcat:distribution": [
            _distribution(f"{here}hasil.csv", "text/csv"), _distribution(f"{here}hasil.json", "application/json")
        ],
    }  # fmt: skip
    return _answer(request, msgspec.json.encode(body), "application/ld+json")


def _rows(request: HttpRequest, whole: bool = False) -> Iterator[dict[str, Any]]:
    found = Result.objects.public(timezone.now()).select_related("instansi", "decree")
    if (year := request.GET.get("tahun")) is not None:
        found = found.filter(year=int(year))
    for one in found.order_by("year", "instansi_id", "decree__dated"):
        yield _row(one) | ({"angka": one.figures, "pertentangan": one.contradictions} if whole else {})


def _row(one: Result) -> dict[str, Any]:
    instansi, decree = one.instansi, one.decree
    values = (
        instansi.key, instansi.name, instansi.kind, instansi.province, one.year, one.printed, one.predicate,
        one.instrument, decree.number, decree.dated.isoformat(), one.page, decree.source, len(one.contradictions),
    )  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))


def _strange(request: HttpRequest) -> HttpResponse | None:
    """What is asked in a way that nobody described, as RFC 9457 has it."""
    years = request.GET.getlist("tahun")
    if set(request.GET) <= {"tahun"} and len(years) < 2 and all(YEAR.fullmatch(year) for year in years):
        return None
    body = {
        "type": "about:blank", "title": "Bad request", "status": 400,
        "detail": "Expected at most one parameter, `tahun`, a year such as 2024.",
    }  # fmt: skip
    return HttpResponse(msgspec.json.encode(body), status=400, content_type="application/problem+json")


def _distribution(address: str, kind: str) -> dict[str, Any]:
    return {
        "@type": "dcat:Distribution",
        "dcat:downloadURL": {"@id": address},
        "dcat:mediaType": {"@id": f"https://www.iana.org/assignments/media-types/{kind}"},
    }


def _answer(request: HttpRequest, text: bytes, kind: str) -> HttpResponse:
    tag = f'"{hashlib.sha256(text).hexdigest()[:32]}"'
    fresh = tag in request.headers.get("If-None-Match", "")
    response = HttpResponse(b"" if fresh else text, status=304 if fresh else 200, content_type=kind)
    response["ETag"] = tag
    response["Cache-Control"] = f"public, max-age={60 * MINUTES}"
    response["Access-Control-Allow-Origin"] = "*"  # public data; no cookie is read here
    return response
