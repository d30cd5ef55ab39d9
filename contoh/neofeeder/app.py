"""One endpoint, `POST /ws/live2.php`, and a table of acts. Every answer is HTTP 200 with an `error_code`."""

import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from contoh.alat import Tokens, credential, furnish
from contoh.neofeeder import rows
from contoh.neofeeder.filters import NotUnderstood, Row, select, sort
from contoh.orang import Population

LIFE_SECONDS = 3600.0


@dataclass(frozen=True)
class Failure:
    code: int
    text: str


BAD_TOKEN = Failure(100, "Invalid Token. Token tidak ada atau token sudah expired.")
BAD_REQUEST = Failure(102, "Invalid request. Kesalahan dalam format JSON.")
BAD_LOGIN = Failure(11, "Username atau Password salah")
NO_ACT = Failure(105, "Invalid Action. Action tidak ada atau tidak dikenal.")
BAD_FILTER = Failure(106, "Filter atau order tidak dikenal")

LISTS: dict[str, Callable[[Population], list[Row]]] = {
    "GetListMahasiswa": rows.students,
    "GetRiwayatPendidikanMahasiswa": rows.histories,
    "GetListRiwayatPendidikanMahasiswa": rows.histories,
    "GetListMahasiswaLulusDO": rows.leavers,
}


def make_app(population: Population, tokens: Tokens | None = None) -> Starlette:
    held = tokens or Tokens(LIFE_SECONDS)
    tables = {act: make(population) for act, make in LISTS.items()}

    async def live(request: Request) -> Response:
        try:
            asked = json.loads(await request.body())
        except ValueError:
            asked = None
        if not isinstance(asked, dict):
            return _fail(BAD_REQUEST)
        if asked.get("act") == "GetToken":
            return _log_in(asked, held)
        if not held.is_good(asked.get("token")):
            return _fail(BAD_TOKEN)
        table = tables.get(str(asked.get("act")))
        return _fail(NO_ACT) if table is None else _list(table, asked)

    return furnish([Route("/ws/live2.php", live, methods=["POST"])])


def _log_in(asked: dict[str, object], tokens: Tokens) -> Response:
    fields = ("username", "password")
    good = [
        hmac.compare_digest(str(asked.get(f, "")).encode(), credential(f"NEOFEEDER_{f.upper()}").encode())
        for f in fields
    ]
    return JSONResponse(_answer({"token": tokens.issue()})) if all(good) else _fail(BAD_LOGIN)


def _list(table: list[Row], asked: dict[str, object]) -> Response:
    try:
        found = sort(select(table, str(asked.get("filter") or "")), str(asked.get("order") or ""))
        limit, offset = int(str(asked.get("limit") or len(table))), int(str(asked.get("offset") or 0))
    except (NotUnderstood, ValueError):
        return _fail(BAD_FILTER)
    if limit < 0 or offset < 0:
        return _fail(BAD_FILTER)
    shown = found[offset : offset + limit]
    return JSONResponse({**_answer(shown), "jumlah": len(shown)})


def _answer(data: object) -> dict[str, object]:
    return {"error_code": 0, "error_desc": "", "data": data}


def _fail(why: Failure) -> Response:
    return JSONResponse({"error_code": why.code, "error_desc": why.text, "data": [], "jumlah": 0})
