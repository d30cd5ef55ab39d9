"""Trying a service: through the portal's node, under the portal's own agreement, in a demonstration only.

In production a try would be a real question about a real person, recorded as the portal's; so it is offered to no one there.
"""

from __future__ import annotations

from typing import Any

import msgspec
from django.conf import settings

from terpadu.errors import Refused
from terpadu.exchange.client import Told, Why
from terpadu.model.identifiers import service_id
from terpadu.pages.agencies import agencies
from terpadu.registry.models import Agreement, Service
from terpadu.registry.states import Deal


def agreement_of_the_portal(service: str) -> dict[str, Any] | None:
    """The portal's agreement on a service that changes nothing; None where there is none, or no node answers."""
    if not settings.PORTAL.demonstration:
        return None
    offered = Service.objects.get(pk=service)
    if not offered.versions.filter(effect="safe", published=True).exists():
        return None
    try:
        return next((one for one in agencies().agreements() if one["service"] == service), None)
    except Refused:
        return None


def who_may(service: Service) -> list[Agreement]:
    """Whose agreements are in force."""
    found = Agreement.objects.filter(service=service, state=Deal.IN_FORCE).select_related("consumer__member")
    return list(found.order_by("consumer")[:20])


def ask(service: str, purpose: str, body: str) -> Told:
    """One question. Raises `Refused`."""
    try:
        question = msgspec.json.decode(body)
    except msgspec.DecodeError as error:
        raise Refused("content", f"Expected JSON in the question, but {error}.") from None
    return agencies().ask(service_id(service), question, Why(purpose=purpose, case="COBA"))
