"""The catalogue for programs: JSON, JSON-LD and the OpenAPI document that says so. Public, read-only, with entity tags.

Nothing here reads a cookie or changes anything, so no token against forged requests is asked for: another method is 405.
"""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from terpadu.pages.guards import public
from terpadu.services.catalogue import catalogue
from terpadu.services.cpsv import document as cpsv_document
from terpadu.services.describing import LONGEST_QUESTION, description
from terpadu.services.published import brief, whole

MINUTES = 5
"""How long a cache may hand out an answer without asking again."""


@csrf_exempt
@require_safe
@public
def services(request: HttpRequest) -> HttpResponse:
    """All services, or those that fit the question `q`."""
    strange = sorted(set(request.GET) - {"q"})
    question = request.GET.get("q", "")
    if strange or len(request.GET.getlist("q")) > 1:
        return _problem(400, "Expected at most one parameter, `q`.")
    if len(question) > LONGEST_QUESTION:
        return _problem(400, f"Expected `q` of at most {LONGEST_QUESTION} characters.")
    found = catalogue().search(question) if question.strip() else catalogue().entries.values()
    return _answer(request, {"services": [brief(entry, address) for entry in found]})


@csrf_exempt
@require_safe
@public
def service(request: HttpRequest, service: str) -> HttpResponse:
    """One service with all its parts."""
    entry = catalogue().get(service)
    if entry is None:
        return _problem(404, "Expected the id of a service; /api/services lists them.")
    return _answer(request, whole(entry, address))


@csrf_exempt
@require_safe
@public
def linked(request: HttpRequest) -> HttpResponse:
    """The catalogue as CPSV-AP 3.2 in JSON-LD."""
    return _answer(request, cpsv_document(catalogue(), address), "application/ld+json")


@csrf_exempt
@require_safe
@public
def openapi(request: HttpRequest) -> HttpResponse:
    """What this interface is."""
    return _answer(request, description(settings.PORTAL.address))


def address(route: str, service: str) -> str:
    """The whole address of a route about a service; pages in Indonesian, the language without a prefix."""
    with override("id"):
        return settings.PORTAL.address.rstrip("/") + reverse(route, args=[service])


def _answer(request: HttpRequest, body: Any, kind: str = "application/json") -> HttpResponse:
    text = msgspec.json.encode(body)
    tag = f'"{hashlib.sha256(text).hexdigest()[:32]}"'
    known = [one.strip().removeprefix("W/") for one in request.headers.get("If-None-Match", "").split(",")]
    fresh = tag in known or "*" in known
    response = HttpResponse(b"" if fresh else text, status=304 if fresh else 200, content_type=kind)
    response["ETag"] = tag
    response["Cache-Control"] = f"public, max-age={60 * MINUTES}"
    response["Access-Control-Allow-Origin"] = "*"  # public data; no cookie is read here
    return response


def _problem(status: int, sentence: str) -> HttpResponse:
    """What went wrong, as RFC 9457 has it."""
    body = {"type": "about:blank", "title": TITLES[status], "status": status, "detail": sentence}
    return HttpResponse(msgspec.json.encode(body), status=status, content_type="application/problem+json")


TITLES = {400: "Bad request", 404: "Not found"}
