"""The receipts that questions carry: which services answer only with consent, by the agreements, and what the person agreed to.

A question that lacks its receipt is not sent: the office's node would refuse it anyway, and nobody learns whom it was about.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import timezone
from msgspec import Struct, structs

from terpadu.errors import Refused
from terpadu.exchange.client import Why
from terpadu.identity.consent.models import Consent
from terpadu.identity.models import Person

LACKING = {
    "consent": "The person has not agreed to this; ask the person first.",
    "withdrawn": "The person withdrew this consent; ask the person again, or stop asking.",
}
"""Why a question is not sent, by its code."""


class Carried(Struct, frozen=True):
    """For one person and one purpose: `receipts` by service; `lacking` says by which code of `LACKING` a service has none, and
    `fields` what each of these must be agreed to."""

    receipts: dict[str, str]
    lacking: dict[str, str]
    fields: dict[str, frozenset[str]]

    def why(self, service: str, why: Why) -> Why:
        """The same reason with its receipt. Raises `Refused` where the person has not agreed, or no longer does."""
        if code := self.lacking.get(service):
            raise Refused(code, LACKING[code])
        receipt = self.receipts.get(service)
        return structs.replace(why, consent=receipt) if receipt else why


def needing(agreements: list[dict[str, Any]], purpose: str) -> dict[str, frozenset[str]]:
    """Services that answer for this purpose only with consent -> the fields that it must name."""
    fitting = [one for one in agreements if purpose in {named["id"] for named in one["purposes"]}]
    free = {one["service"] for one in fitting if not one.get("needs_consent")}
    return {one["service"]: frozenset(one["fields"]) for one in fitting if one["service"] not in free}


def carried(person: Person, purpose: str, agreements: list[dict[str, Any]]) -> Carried:
    """What this person's questions for this purpose carry."""
    needed = needing(agreements, purpose)
    given = _given(person, purpose) if needed else []
    receipts, lacking = {}, {}
    for service, fields in needed.items():
        covering = [one for one in given if fields <= set(one.ask.fields)]
        found = next((one for one in covering if one.in_force(timezone.now())), None)
        if found:
            receipts[service] = str(found.receipt)
        else:
            lacking[service] = "withdrawn" if covering and covering[0].withdrawn else "consent"
    return Carried(receipts, lacking, {service: needed[service] for service in lacking})


def _given(person: Person, purpose: str) -> list[Consent]:
    """The person's receipts for the portal, the newest first."""
    found = Consent.objects.filter(ask__person=person, ask__purpose=purpose, ask__recipient=settings.PORTAL.subsystem)
    return list(found.select_related("ask").order_by("-given"))
