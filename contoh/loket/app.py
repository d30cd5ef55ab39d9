"""The desk's interface: tasks come by a keyed act; officers see and decide; each verdict is told to one address."""

import asyncio

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from contoh.alat import Refused, keyed_app
from contoh.alat.app import read_json
from contoh.loket.tray import Tray
from contoh.orang import Population


def make_app(population: Population) -> Starlette:
    tray = Tray()

    async def decide(request: Request) -> Response:
        """An officer at the desk's own screen, inside the office: no key. Telling waits for others, so it has a thread."""
        body = await read_json(request)
        try:
            return JSONResponse({"data": await asyncio.to_thread(tray.decide, body)})
        except Refused as refused:
            return JSONResponse({"kode": refused.kode, "pesan": refused.pesan}, refused.status)

    app = keyed_app("LOKET_KEY", {"penerima": tray.register, "isi": tray.rows}, {"tugas": tray.take})
    app.router.routes.append(Route("/putus", decide, methods=["POST"]))
    return app
