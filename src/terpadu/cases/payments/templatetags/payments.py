"""The bill of a case, as the case's page shows it."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings

from terpadu.cases.models import Case
from terpadu.cases.payments.models import Bill
from terpadu.cases.payments.rules import payment_of
from terpadu.pages.words import moment

register = template.Library()


@register.filter
def said_by_simponi(text: str) -> str:
    """A moment as SIMPONI writes it (2026-12-01 14:43:52) in words; what is written otherwise as it stands."""
    try:
        return moment(text)
    except ValueError:
        return text


@register.inclusion_tag("payments/of_case.html")
def bill_of(case: Case, due: bool) -> dict[str, Any]:
    """What is still to be paid (`due`), or what was; nothing where a case has no such bill."""
    bill: Bill | None = getattr(case, "bill", None)  # asked once: it stays on the case
    paid = payment_of(bill) if bill else None
    found = bill if due is (paid is None) else None
    return {"case": case, "bill": found, "paid": paid, "pay_at": settings.PORTAL.pay_at}
