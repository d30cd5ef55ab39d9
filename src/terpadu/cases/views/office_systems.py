"""Where the portal's own node brings the answers of offices' task systems."""

from __future__ import annotations

import msgspec
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from terpadu.cases import answering
from terpadu.cases.own_node import is_own_node
from terpadu.errors import Refused
from terpadu.pages.guards import public

_LIMIT = 256 * 1024
_STATUS = {"not-found": 404, "idem-mismatch": 409}


@csrf_exempt
@public
@require_POST
def answer(request: HttpRequest) -> HttpResponse:
    """For the node's connector alone: it bears the token that both keep (keys/payments)."""
    if not is_own_node(request):
        return JsonResponse({"pesan": "Expected the token of the portal's own node."}, status=401)
    try:
        given = answering.read(request.read(_LIMIT))
        status = answering.take(given, request.headers.get("X-Road-Request-Id", ""))
    except msgspec.DecodeError as error:
        return JsonResponse({"pesan": f"Expected the answer to a task as the reference has it: {error}."}, status=400)
    except Refused as error:
        return JsonResponse({"pesan": error.sentence}, status=_STATUS.get(error.code, 422))
    return JsonResponse({"nomor": given.nomor, "status": status})
