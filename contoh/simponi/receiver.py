"""The other side of the push: an agency's receiver, which takes each payment once and says so when it comes again."""

import json

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

FIELDS = (
    "usr_id_SIMPONI",
    "trx_id_SIMPONI",
    "kode_billing_SIMPONI",
    "NTPN",
    "NTB",
    "tgl_jam_pembayaran",
    "bank_persepsi",
    "channel_pembayaran",
    "tgl_buku",
)
PATH = "/instansi/pembayaran"


async def _receive(request: Request) -> Response:
    try:
        payments = json.loads(await request.body())
    except ValueError:
        payments = None
    if not isinstance(payments, list) or not all(_is_whole(payment) for payment in payments):
        return PlainTextResponse("expected a list of payments with SIMPONI's nine fields", status_code=400)
    return JSONResponse([_take(request, payment) for payment in payments])


def _is_whole(payment: object) -> bool:
    return isinstance(payment, dict) and all(isinstance(payment.get(name), str) for name in FIELDS)


def _take(request: Request, payment: dict[str, str]) -> dict[str, str]:
    taken = {name: payment[name] for name in FIELDS}
    _, is_new = request.app.state.counters.once("penerimaan", payment["NTPN"], lambda: taken)
    status, message = ("3", "Pembayaran Diterima") if is_new else ("2", "Pembayaran Sudah Pernah Dikirimkan")
    return {**taken, "status": status, "message": message}


ROUTES = [Route(PATH, _receive, methods=["POST"])]
