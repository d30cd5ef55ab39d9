"""The web service: bills for agencies, a hook that plays the bank, the push, and the tax register's one question."""

import hmac
from collections.abc import Awaitable, Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from contoh.alat import Counters, credential, furnish, read_json
from contoh.orang import Population
from contoh.simponi import bank, receiver, tax
from contoh.simponi.billing import STAMP, Bill, Ledger, Payment, Refused, Values
from contoh.simponi.push import Pushes

Handler = Callable[[Request], Awaitable[Response]]


def western_time() -> datetime:
    """SIMPONI's times are those of Jakarta, without saying so."""
    return datetime.now(ZoneInfo("Asia/Jakarta")).replace(tzinfo=None)


def make_app(population: Population, now: Callable[[], datetime] = western_time) -> Starlette:
    counters = Counters()
    desk = _Desk(population, Ledger(counters, now), Pushes(counters))
    routes = {
        "/simponi/billing": desk.make_bill,
        "/simponi/billing/inquiry": desk.inquire,
        "/simponi/penerima": desk.register_receiver,
        "/bank/bayar": desk.pay,
        "/bank/kirim-ulang": desk.push_again,
        "/bank/kiriman": desk.last_push,
        "/djp/npwp-nik": desk.check_tax_number,
    }
    made = [Route(path, _with_codes(handler), methods=["POST"]) for path, handler in routes.items()]
    return furnish([*made, *bank.routes(desk.pay_at_counter), *receiver.ROUTES], counters)


def _with_codes(handler: Handler) -> Handler:
    """A refusal is an answer with a code, inside HTTP 200."""

    async def answer(request: Request) -> Response:
        try:
            return await handler(request)
        except Refused as refused:
            return _answer(refused.code, refused.message, {})

    return answer


class _Desk:
    def __init__(self, population: Population, ledger: Ledger, pushes: Pushes) -> None:
        self._population, self._ledger, self._pushes = population, ledger, pushes

    async def make_bill(self, request: Request) -> Response:
        body = await read_json(request)
        header, details = body.get("PaymentHeader"), body.get("PaymentDetails")
        if not isinstance(header, dict) or not isinstance(details, list):
            raise Refused("30", "Format pesan tidak lengkap")
        user = _log_in(header)
        asked = {name: value for name, value in header.items() if name not in ("Password", "DateSent")}
        bill = self._ledger.make(user, asked, [line for line in details if isinstance(line, dict)])
        return _answer("00", "Sukses", _bill_data(bill))

    async def inquire(self, request: Request) -> Response:
        body = await read_json(request)
        bill = self._ledger.bill(body.get("KodeBillingSimponi"), _log_in(body))
        return _answer("00", self._ledger.state(bill), {**_bill_data(bill), **self._paid_data(bill)})

    async def register_receiver(self, request: Request) -> Response:
        body = await read_json(request)
        self._pushes.register(_log_in(body), str(body.get("url", "")))
        return _answer("00", "Sukses", {})

    async def pay(self, request: Request) -> Response:
        """The invented hook: plays the bank at which the citizen pays, then tells the agency."""
        body = await read_json(request)
        at, channel = str(body.get("bank_persepsi", "BANK CONTOH")), str(body.get("channel_pembayaran", "TELLER"))
        payment, is_new, message = await self._pay(body.get("kode_billing"), at, channel)
        return _answer("00" if is_new else "88", message, self._paid_data(payment.bill))

    async def pay_at_counter(self, code: str) -> str:
        """The same on the invented bank's page, in words."""
        try:
            payment, _, message = await self._pay(code, "BANK CONTOH", "TELLER")
        except Refused as refused:
            return refused.message
        return f"{message}. NTPN {payment.ntpn}"

    async def _pay(self, code: object, at: str, channel: str) -> tuple[Payment, bool, str]:
        payment, is_new = self._ledger.pay(code, at, channel)
        if is_new:
            await self._pushes.tell(payment)
        return payment, is_new, "Pembayaran berhasil" if is_new else "Tagihan sudah dibayar"

    async def push_again(self, request: Request) -> Response:
        """The invented hook that repeats the push, as SIMPONI does when an answer was lost."""
        payment = await self._paid(request)
        await self._pushes.tell(payment)
        return _answer("00", "Dikirim ulang", self._paid_data(payment.bill))

    async def last_push(self, request: Request) -> Response:
        """The invented hook that shows how the last push went: what an operator reads in a log of what was sent."""
        delivery = self._pushes.last(await self._paid(request))
        if delivery is None:
            raise Refused("17", "Belum ada kiriman yang dijawab")
        told = {"Status": delivery.status, "Header": delivery.headers, "Milidetik": delivery.milliseconds}
        return _answer("00", "Kiriman terakhir", {**told, "StatusKirim": delivery.answer})

    async def _paid(self, request: Request) -> Payment:
        payment = self._ledger.payment(self._ledger.bill((await read_json(request)).get("kode_billing")))
        if payment is None:
            raise Refused("16", "Tagihan belum dibayar")
        return payment

    async def check_tax_number(self, request: Request) -> Response:
        status, body = tax.check(self._population, await read_json(request))
        return JSONResponse(body, status_code=status)

    def _paid_data(self, bill: Bill) -> Values:
        payment: Payment | None = self._ledger.payment(bill)
        if payment is None:
            return {}
        paid = payment.paid.strftime(STAMP)
        return {"NTB": payment.ntb, "NTPN": payment.ntpn, "TglBayar": paid, "StatusKirim": self._pushes.answer(payment)}


def _log_in(body: Values) -> str:
    user, word = str(body.get("UserId", "")), str(body.get("Password", ""))
    good_user = hmac.compare_digest(user.encode(), credential("SIMPONI_USER_ID").encode())
    good_word = hmac.compare_digest(word.encode(), credential("SIMPONI_PASSWORD").encode())
    if not (good_user and good_word):
        raise Refused("01", "UserId atau Password salah")
    return user


def _bill_data(bill: Bill) -> Values:
    return {
        "SimponiTrxId": bill.trx_id,
        "UserId": bill.user,
        "KodeBillingSimponi": bill.code,
        "NamaWajibBayar": bill.payer,
        "TotalNominalBilling": str(bill.total),
        "TglBilling": bill.made.strftime(STAMP),
        "ExpiredDate": bill.expires.strftime(STAMP),
    }


def _answer(code: str, message: str, data: Values) -> Response:
    return JSONResponse({"response": {"code": code, "message": message, "simponiData": data}})
