"""An invented bank counter on a page: whoever tries the portal pays a billing code here, in place of a teller."""

from collections.abc import Awaitable, Callable
from html import escape
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

Pay = Callable[[str], Awaitable[str]]
"""A billing code paid; gives what the teller says."""

_PAGE = """<!doctype html><html lang="id"><head><meta charset="utf-8"><title>Bank Contoh</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><h1>Bank Contoh</h1><p>Bank rekaan untuk mencoba. Tidak ada uang sungguhan.</p>{told}
<form method="post"><label for="kode">Kode billing</label>
<input id="kode" name="kode" inputmode="numeric" required value="{code}">
<button>Bayar</button></form></body></html>"""


def routes(pay: Pay) -> list[Route]:
    """The page and its form."""

    async def show(request: Request) -> Response:
        return HTMLResponse(_PAGE.format(told="", code=escape(request.query_params.get("kode", ""))))

    async def take(request: Request) -> Response:
        code = parse_qs((await request.body()).decode("utf-8", "replace")).get("kode", [""])[0].strip()
        return HTMLResponse(_PAGE.format(told=f'<p role="status">{escape(await pay(code))}</p>', code=""))

    return [Route("/bank/", show, methods=["GET"]), Route("/bank/", take, methods=["POST"])]
