"""What the invented interfaces share: an API key in a header, JSON by POST, acts once for their number, one error form."""

import hmac
from collections.abc import Awaitable, Callable, Mapping

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from contoh.alat.app import furnish, read_json
from contoh.alat.counters import Counters
from contoh.alat.credentials import credential

Values = dict[str, object]
Handler = Callable[[Values], Values]


class Refused(Exception):
    """An HTTP status, a code that stays, a sentence."""

    def __init__(self, status: int, kode: str, pesan: str) -> None:
        super().__init__(pesan)
        self.status, self.kode, self.pesan = status, kode, pesan


def keyed_app(key: str, questions: Mapping[str, Handler], acts: Mapping[str, Handler]) -> Starlette:
    """`POST /<name>` with the header `X-Kunci`, which must be `credential(key)`. An act needs `nomor` in its body: it is done
    once for it; the same number with other content is refused."""
    counters = Counters()
    asked = [Route(f"/{name}", _handler(key, handler), methods=["POST"]) for name, handler in questions.items()]
    done = [
        Route(f"/{name}", _handler(key, _once(name, handler, counters)), methods=["POST"])
        for name, handler in acts.items()
    ]
    return furnish([*asked, *done], counters)


def needed(body: Values, name: str) -> str:
    """A member of the body as text. Raises Refused where it is missing or empty."""
    if not body.get(name):
        raise Refused(400, "TIDAK_LENGKAP", f"{name} harus diisi")
    return str(body[name])


def not_found(what: str) -> Refused:
    return Refused(404, "TIDAK_DITEMUKAN", f"{what} tidak ditemukan")


def _handler(key: str, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        given = request.headers.get("x-kunci", "")
        if not hmac.compare_digest(given.encode(), credential(key).encode()):
            return _said(Refused(401, "KUNCI_SALAH", "Kunci tidak dikenal"))
        try:
            return JSONResponse({"data": handler(await read_json(request))})
        except Refused as refused:
            return _said(refused)

    return answer


def _once(name: str, handler: Handler, counters: Counters) -> Handler:
    def do(body: Values) -> Values:
        number = needed(body, "nomor")
        (made, first), is_new = counters.once(name, number, lambda: (handler(body), body))
        if first != body:
            raise Refused(409, "NOMOR_DIPAKAI", "Nomor sudah dipakai untuk isi yang lain")
        return {"nomor": number, **made, "sudah_pernah": not is_new}

    return do


def _said(refused: Refused) -> Response:
    return JSONResponse({"kode": refused.kode, "pesan": refused.pesan}, refused.status)
