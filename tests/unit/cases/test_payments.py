"""A bill is noted once, a payment taken once, and whoever waited goes on at once; a stranger's push is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from terpadu.cases.models import Act, Case
from terpadu.cases.payments.models import Bill, Payment
from terpadu.cases.payments.rules import note_bills
from terpadu.identity.models import Person
from tests.unit.cases.conftest import Portal, service_toml
from tests.unit.cases.processes import process

pytestmark = pytest.mark.django_db
CODE = "822611240000001"
PUSH = {
    "usr_id_SIMPONI": "portal", "trx_id_SIMPONI": "1", "kode_billing_SIMPONI": CODE, "NTPN": "V22D56163WH12V61",
    "NTB": "1", "tgl_jam_pembayaran": "2026-11-24 12:41:32", "bank_persepsi": "BANK CONTOH",
    "channel_pembayaran": "TELLER", "tgl_buku": "2026-11-24",
}  # fmt: skip
STEPS = """
<startEvent id="mulai"/>
<serviceTask id="billing"/>
<serviceTask id="skck"/>
<endEvent id="selesai"/>
mulai -> billing
billing -> skck
skck -> selesai
"""
PAID = """
[payment]
act = "billing"
code = "hasil.billing.kode_billing"
until = "hasil.billing.berlaku_sampai"
"""


def push(body: Any = (PUSH,), token: str | None = None) -> Any:
    headers = {"Authorization": f"Bearer {settings.KEYS.payments if token is None else token}"}
    return Client().post("/api/pembayaran", json.dumps(body), content_type="application/json", headers=headers)


@pytest.fixture
def waiting(portal: Portal, person: Person, answers: Callable[[str, Any], None]) -> Case:
    """A case whose bill is made and whose next act waits (its system is silent) for an hour."""
    head, *acts = service_toml("billing", "skck").split("\n[[act]]")
    priced = head.replace('purpose = "uji"', 'purpose = "uji"\nfee = 30000') + PAID
    portal.serve(process(STEPS), "\n[[act]]".join([priced, *acts]))
    answers("billing", {"kode_billing": CODE, "berlaku_sampai": "2026-12-01"})
    case = portal.work(portal.sent(person))
    later = timezone.now() + timedelta(hours=1)
    Act.objects.filter(name="skck").update(state=Act.State.WANTED, next_try=later)
    Case.objects.update(wake=later)
    return case


def test_the_bill_is_noted_once(waiting: Case, portal: Portal) -> None:
    portal.work(waiting)
    bill = Bill.objects.get()
    assert (bill.case, bill.code, bill.amount, bill.until) == (waiting, CODE, 30000, "2026-12-01")


def test_a_bill_that_cannot_be_read_keeps_no_other_case_back(waiting: Case, portal: Portal, person: Person) -> None:
    Bill.objects.all().delete()
    toml = (portal.folder / "uji" / "service.toml").read_text(encoding="utf-8")
    portal.serve(process(STEPS), toml.replace("[payment]", '[payment]\namount = "dari"').replace("'portal'", "`50000`"))
    other = portal.work(portal.sent(person))
    assert [(bill.case, bill.amount) for bill in Bill.objects.all()] == [(other, 50000)]


def test_a_payment_is_taken_once_and_wakes_its_case(waiting: Case) -> None:
    before = Case.objects.get().wake
    first, again = push(), push()
    assert [one.json()[0]["status"] for one in (first, again)] == ["3", "2"]
    assert first.json()[0]["NTPN"] == PUSH["NTPN"]
    assert Payment.objects.count() == 1
    assert before
    wake = Case.objects.get().wake
    assert wake
    assert wake < before - timedelta(minutes=30)
    assert Act.objects.get(name="skck").next_try == Case.objects.get().wake


def test_a_payment_that_comes_before_its_bill_is_kept_for_it(portal: Portal, waiting: Case) -> None:
    Bill.objects.all().delete()
    assert push().json()[0]["status"] == "3"
    note_bills()
    assert Bill.objects.get().code == CODE
    wake = Case.objects.get().wake
    assert wake
    assert wake <= timezone.now(), "and the case goes on at once"


@pytest.mark.parametrize(
    "body",
    [
        *(None, {}, [], "x", [{}], [{**PUSH, "NTPN": 5}], [{**PUSH, "NTPN": "x' OR 1"}]),
        *([{**PUSH, "kode_billing_SIMPONI": ""}], [PUSH] * 101),
    ],
)
def test_what_is_no_push_is_refused_whole(body: Any) -> None:
    assert push(body).status_code == 400
    assert not Payment.objects.exists()


@pytest.mark.parametrize("token", ["", "x", "0" * 64])
def test_a_stranger_can_not_say_that_something_was_paid(waiting: Case, token: str) -> None:
    assert push(token=token).status_code == 401
    assert not Payment.objects.exists()


def test_only_its_person_sees_the_receipt(waiting: Case, person: Person) -> None:
    address = f"/urusan/{waiting.reference}/bukti-bayar/"
    mine, other = Client(), Client()
    for browser, who in ((mine, person), (other, Person.objects.create(email="lain@contoh.example"))):
        browser.force_login(who, backend="django.contrib.auth.backends.ModelBackend")
    assert mine.get(address).status_code == 404, "not paid yet"
    push()
    assert PUSH["NTPN"] in mine.get(address).content.decode()
    assert other.get(address).status_code == 404
