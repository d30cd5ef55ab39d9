"""Telling the agency that somebody paid: a list of payments to the receiver it registered, until it says 3 or 2."""

import asyncio
import http.client
import json
import time
from typing import NamedTuple
from urllib.parse import urlsplit

from contoh.alat import Counters
from contoh.simponi.billing import STAMP, Payment, Refused

LOOPBACK = ("127.0.0.1", "localhost", "::1")
RECEIVED, ALREADY_RECEIVED = "3", "2"
_SECONDS = 5


class Delivery(NamedTuple):
    """How a push went: what came back, `answer` None where it cannot be understood, and how long it took."""

    status: int
    headers: dict[str, str]
    answer: str | None
    milliseconds: float


class Pushes:
    """Who is told where, how the last push of each payment went, and what the agency has acknowledged."""

    def __init__(self, counters: Counters) -> None:
        self._counters = counters
        self._receivers: dict[str, str] = {}
        self._answers: dict[str, str] = {}
        self._last: dict[str, Delivery] = {}

    def register(self, user: str, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme != "http" or parts.hostname not in LOOPBACK or not parts.port:
            raise Refused("30", "URL penerima harus http://127.0.0.1:<port>/...")
        self._receivers[user] = url

    def answer(self, payment: Payment) -> str | None:
        """What the agency said last ("3", "2"), or None while it has not heard of this payment."""
        return self._answers.get(payment.ntpn)

    def last(self, payment: Payment) -> Delivery | None:
        """How the last push of a payment went; None where there was none, or nothing came back."""
        return self._last.get(payment.ntpn)

    async def tell(self, payment: Payment) -> str | None:
        """Push once and remember the answer. None when there is no receiver or it cannot be understood."""
        url = self._receivers.get(payment.bill.user)
        if url is None:
            return None
        self._counters.note("dikirim")
        delivery = await asyncio.to_thread(_post, url, [as_pushed(payment)])
        if delivery is None:
            return None
        self._last[payment.ntpn] = delivery
        if delivery.answer in (RECEIVED, ALREADY_RECEIVED):
            self._answers[payment.ntpn] = delivery.answer
        return delivery.answer


def as_pushed(payment: Payment) -> dict[str, str]:
    """The nine fields of SIMPONI's push, with its mixture of cases."""
    return {
        "usr_id_SIMPONI": payment.bill.user,
        "trx_id_SIMPONI": payment.bill.trx_id,
        "kode_billing_SIMPONI": payment.bill.code,
        "NTPN": payment.ntpn,
        "NTB": payment.ntb,
        "tgl_jam_pembayaran": payment.paid.strftime(STAMP),
        "bank_persepsi": payment.bank,
        "channel_pembayaran": payment.channel,
        "tgl_buku": f"{payment.paid:%Y-%m-%d}",
    }


def _post(url: str, payments: list[dict[str, str]]) -> Delivery | None:
    """One push, and the status of the first payment in its answer, as text. Redirects are not followed."""
    parts, began = urlsplit(url), time.monotonic()
    link = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=_SECONDS)
    try:
        link.request("POST", parts.path or "/", json.dumps(payments), {"Content-Type": "application/json"})
        reply = link.getresponse()
        answer = _status(reply.read(65536))
        headers = {name.lower(): value for name, value in reply.getheaders()}
        return Delivery(reply.status, headers, answer, (time.monotonic() - began) * 1000)
    except (OSError, http.client.HTTPException):
        return None
    finally:
        link.close()


def _status(body: bytes) -> str | None:
    try:
        return str(json.loads(body)[0]["status"])
    except (ValueError, LookupError, TypeError):
        return None
