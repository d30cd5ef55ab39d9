"""Bills are noted once; a payment is taken once, however often it is told; a case that waited for it goes on at once."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from msgspec import Meta, Struct

from terpadu.cases.apart import each
from terpadu.cases.knowing import known
from terpadu.cases.models import Act, Case
from terpadu.cases.payments.models import Bill, Payment
from terpadu.cases.telling import tell
from terpadu.cases.waking import wake
from terpadu.facts.vocabulary import value
from terpadu.services.catalogue import catalogue
from terpadu.services.definition import Service

Text = Annotated[str, Meta(max_length=80)]


class Push(Struct, frozen=True):
    """One payment of SIMPONI's push, its nine fields as they are called there."""

    usr_id_SIMPONI: Text
    trx_id_SIMPONI: Text
    kode_billing_SIMPONI: Annotated[str, Meta(pattern=r"^[0-9]{5,20}$")]
    NTPN: Annotated[str, Meta(pattern=r"^[0-9A-Z]{8,20}$")]
    NTB: Text
    tgl_jam_pembayaran: Text
    bank_persepsi: Text
    channel_pembayaran: Text
    tgl_buku: Text


RECEIVED, KNOWN = ("3", "Pembayaran Diterima"), ("2", "Pembayaran Sudah Pernah Dikirimkan")
"""SIMPONI's own words: it stops telling after either."""


def note_bills() -> int:
    """Note the bill of every case whose billing act is done. Returns how many are new."""
    waiting = [(case, service) for service in _paid_services() for case in _unbilled(service)]
    return each("bill", waiting, lambda one: _note(*one))


def _paid_services() -> list[Service]:
    return [entry.service for entry in catalogue().entries.values() if entry.service.payment]


def _unbilled(service: Service) -> list[Case]:
    act = service.payment.act if service.payment else ""
    made = Act.objects.filter(case=OuterRef("pk"), name=act, state=Act.State.DONE)
    return list(Case.objects.filter(Exists(made), service=service.id, bill=None))


def _note(case: Case, service: Service) -> None:
    payment = service.payment
    if payment is None:
        return
    tree = known(case, timezone.now())
    code, until = value(payment.code, tree), value(payment.until, tree) if payment.until else ""
    billed = value(payment.amount, case.acts.get(name=payment.act).body) if payment.amount else service.fee
    values = {"code": str(code), "amount": int(billed), "until": str(until or "")}
    _, new = Bill.objects.get_or_create(case=case, defaults=values)
    if new:
        tell(case, "turn_person", step=payment.act)
    if Payment.objects.filter(code=str(code)).exists():
        _go_on(str(code))


def receive(pushed: list[Push]) -> list[dict[str, str]]:
    """Take payments; each is answered in SIMPONI's form."""
    return [_take(one) for one in pushed]


@transaction.atomic
def _take(push: Push) -> dict[str, str]:
    values = {"code": push.kode_billing_SIMPONI, "at": push.tgl_jam_pembayaran, "bank": push.bank_persepsi}
    _, new = Payment.objects.get_or_create(ntpn=push.NTPN, defaults=values)
    if new:
        _go_on(push.kode_billing_SIMPONI)
    status, message = RECEIVED if new else KNOWN
    return {**msgspec.to_builtins(push), "status": status, "message": message}


def _go_on(code: str) -> None:
    """Whoever waits for this payment looks again now."""
    wake(Case.objects.filter(bill__code=code))


def payment_of(bill: Bill) -> Payment | None:
    """How a bill was paid; none: not yet."""
    return Payment.objects.filter(code=bill.code).first()


def read(raw: bytes) -> list[Push]:
    """A push's body. Raises `msgspec.DecodeError` or `ValidationError`."""
    found: Any = msgspec.json.decode(raw, type=Annotated[list[Push], Meta(max_length=100)])
    return list(found)
