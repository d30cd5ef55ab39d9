"""What every stand-in's web application has beside its own routes: counters and fault knobs under `/_contoh`."""

import json
from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from contoh.alat.counters import Counters
from contoh.alat.faults import KINDS, REDIRECT_TARGET, Fault, Faults, spoil

PRIVATE = "/_contoh/"


def furnish(routes: Sequence[BaseRoute], counters: Counters | None = None) -> Starlette:
    """The stand-in's application. Handlers find the counters as `request.app.state.counters`."""
    counters, faults = counters or Counters(), Faults()
    app = Starlette(
        routes=[*routes, *_PRIVATE_ROUTES],
        middleware=[Middleware(_Watch, counters=counters, faults=faults)],
    )
    app.state.counters, app.state.faults = counters, faults
    return app


async def read_json(request: Request) -> dict[str, object]:
    """The body as an object; whatever else it is answers 400 in plain text."""
    try:
        body = json.loads(await request.body())
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise HTTPException(400, "expected a JSON object in the body")
    return body


class _Watch:
    """Counts each call and carries out the next ordered fault; `/_contoh` itself is neither counted nor spoilt."""

    def __init__(self, app: ASGIApp, counters: Counters, faults: Faults) -> None:
        self.app, self.counters, self.faults = app, counters, faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "").removeprefix(scope.get("root_path", ""))  # below where it is mounted
        if scope["type"] != "http" or path.startswith(PRIVATE):
            await self.app(scope, receive, send)
            return
        self.counters.call("/".join(path.split("/")[:3]))
        fault = self.faults.next()
        if fault is None:
            await self.app(scope, receive, send)
        else:
            await spoil(fault, self.app, scope, receive, send)


async def _counts(request: Request) -> Response:
    return JSONResponse(request.app.state.counters.as_json())


async def _order(request: Request) -> Response:
    body = await read_json(request)
    kind, when = body.get("jenis"), body.get("saat", "sebelum")
    if kind == "bersih":
        request.app.state.faults.clear()
        return JSONResponse({"gangguan": "bersih"})
    if kind not in KINDS or when not in ("sebelum", "sesudah"):
        sentence = f'expected "jenis" one of {", ".join(KINDS)} and "saat" sebelum or sesudah'
        return PlainTextResponse(sentence, status_code=400)
    times, seconds = int(str(body.get("kali", 1))), float(str(body.get("detik", 2.0)))
    request.app.state.faults.order(Fault(str(kind), str(when), seconds), times)
    return JSONResponse({"gangguan": kind, "kali": times})


async def _followed(request: Request) -> Response:
    """Where the fault "alih" points: a client that follows redirects blindly is counted here."""
    request.app.state.counters.note("alih_diikuti")
    return JSONResponse({"diikuti": True})


_PRIVATE_ROUTES = [
    Route("/_contoh/hitungan", _counts),
    Route("/_contoh/gangguan", _order, methods=["POST"]),
    Route(REDIRECT_TARGET, _followed, methods=["GET", "POST"]),
]
