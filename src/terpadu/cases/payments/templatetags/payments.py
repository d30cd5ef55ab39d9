"""The bill of a case, as the case's page shows it."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings

from terpadu.cases.models import Case
from terpadu.cases.payments.models import Bill
from terpadu.cases.payments.rules import payment_of

register = template.Library()


@register.inclusion_tag("payments/of_case.html")
def bill_of(case: Case) -> dict[str, Any]:
    """What is to be paid, or was; nothing where a case has no bill."""
    bill = Bill.objects.filter(case=case).first()
    paid = payment_of(bill) if bill else None
    return {"case": case, "bill": bill, "paid": paid, "pay_at": settings.PORTAL.pay_at}
