"""Where the portal's own node brings SIMPONI's push; the receipt for the person."""

from __future__ import annotations

from typing import cast

import msgspec
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from terpadu.cases.own_node import is_own_node
from terpadu.cases.payments.models import Bill
from terpadu.cases.payments.rules import payment_of, read, receive
from terpadu.identity.models import Person
from terpadu.pages.guards import public, signed_on

_LIMIT = 64 * 1024


@csrf_exempt
@public
@require_POST
def push(request: HttpRequest) -> HttpResponse:
    """For the node's connector alone: it bears the token that both keep (keys/payments)."""
    if not is_own_node(request):
        return HttpResponse("Expected the token of the portal's own node.\n", status=401, content_type="text/plain")
    raw = request.read(_LIMIT + 1)
    try:
        pushed = read(raw) if len(raw) <= _LIMIT else []
    except msgspec.DecodeError:
        pushed = []
    if not pushed:
        said = "Expected a list of payments with SIMPONI's nine fields.\n"
        return HttpResponse(said, status=400, content_type="text/plain")
    return JsonResponse(receive(pushed), safe=False)


@signed_on
@require_GET
def receipt(request: HttpRequest, reference: str) -> HttpResponse:
    """The state receipt of a paid bill, to print."""
    mine = Bill.objects.filter(case__reference=reference, case__applicant=cast(Person, request.user)).first()
    payment = payment_of(mine) if mine else None
    if mine is None or payment is None:
        raise Http404
    return render(request, "payments/receipt.html", {"bill": mine, "payment": payment})
