"""Telling the agency that somebody paid: a list of payments to the receiver it registered, until it says 3 or 2."""

import asyncio
import http.client
import json
from urllib.parse import urlsplit

from contoh.alat import Counters
from contoh.simponi.billing import STAMP, Payment, Refused

LOOPBACK = ("127.0.0.1", "localhost", "::1")
RECEIVED, ALREADY_RECEIVED = "3", "2"
_SECONDS = 5


class Pushes:
    """Who is told where, and which payments the agency has acknowledged."""

    def __init__(self, counters: Counters) -> None:
        self._counters = counters
        self._receivers: dict[str, str] = {}
        self._answers: dict[str, str] = {}

    def register(self, user: str, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme != "http" or parts.hostname not in LOOPBACK or not parts.port:
            raise Refused("30", "URL penerima harus http://127.0.0.1:<port>/...")
        self._receivers[user] = url

    def answer(self, payment: Payment) -> str | None:
        """What the agency said last ("3", "2"), or None while it has not heard of this payment."""
        return self._answers.get(payment.ntpn)

    async def tell(self, payment: Payment) -> str | None:
        """Push once and remember the answer. None when there is no receiver or it cannot be understood."""
        url = self._receivers.get(payment.bill.user)
        if url is None:
            return None
        self._counters.note("dikirim")
        answer = await asyncio.to_thread(_post, url, [as_pushed(payment)])
        if answer in (RECEIVED, ALREADY_RECEIVED):
            self._answers[payment.ntpn] = answer
        return answer


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


def _post(url: str, payments: list[dict[str, str]]) -> str | None:
    """The status of the first payment, as text. Redirects are not followed."""
    parts = urlsplit(url)
    link = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=_SECONDS)
    try:
        link.request("POST", parts.path or "/", json.dumps(payments), {"Content-Type": "application/json"})
        answer = json.loads(link.getresponse().read(65536))
        return str(answer[0]["status"])
    except (OSError, http.client.HTTPException, ValueError, LookupError, TypeError):
        return None
    finally:
        link.close()
