"""The gateway: two token endpoints and `/apisiasn/1.0/...`, a table from path to what is answered."""

from collections.abc import Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from contoh.alat import Counters, Tokens, furnish, read_json
from contoh.orang import Asn, Population
from contoh.siasn import histories
from contoh.siasn.applications import Applications, Refused
from contoh.siasn.door import GATEWAY_SECONDS, SSO_SECONDS, Door
from contoh.siasn.main_data import main_data

BASE = "/apisiasn/1.0"
SSO = "/auth/realms/public-siasn/protocol/openid-connect/token"
FILES: dict[str, Callable[[Asn, Population], object]] = {
    "data-utama": main_data,
    "data-anak": histories.children,
    "rw-golongan": histories.ranks,
    "rw-jabatan": histories.posts,
    "rw-skp22": histories.appraisals,
    "rw-kinerjaperiodik": histories.periods,
}


def make_app(population: Population, gateway: Tokens | None = None, sso: Tokens | None = None) -> Starlette:
    counters = Counters()
    door = Door(gateway or Tokens(GATEWAY_SECONDS), sso or Tokens(SSO_SECONDS))
    desk = _Desk(population, door, Applications(counters))
    routes = [
        Route("/oauth2/token", door.gateway_token, methods=["POST"]),
        Route(SSO, door.sso_token, methods=["POST"]),
        Route(f"{BASE}/pns/{{file}}/{{nip}}", desk.read),
        Route(f"{BASE}/pns/cek-nik", desk.check, methods=["POST"]),
        Route(f"{BASE}/sscasn/lamaran/save", desk.save_application, methods=["POST"]),
        Route(f"{BASE}/sscasn/lamaran/{{number}}", desk.find_application),
    ]
    return furnish(routes, counters)


class _Desk:
    def __init__(self, population: Population, door: Door, applications: Applications) -> None:
        self._population, self._door, self._applications = population, door, applications

    async def read(self, request: Request) -> Response:
        refused = self._door.refuse(request)
        if refused:
            return refused
        make = FILES.get(request.path_params["file"])
        if make is None:
            return _no_resource()
        asn = self._population.by_nip.get(request.path_params["nip"])
        return _said("Data tidak ditemukan") if asn is None else _data(make(asn, self._population))

    async def check(self, request: Request) -> Response:
        """Invented: is one of these people a civil servant? Nothing but yes or no."""
        refused = self._door.refuse(request)
        if refused:
            return refused
        niks = (await read_json(request)).get("nik")
        if not isinstance(niks, list) or not niks:
            return _said("Field wajib diisi: nik")
        return _data({"asn": any(asn.nik in niks for asn in self._population.asn)})

    async def save_application(self, request: Request) -> Response:
        refused = self._door.refuse(request)
        if refused:
            return refused
        try:
            return _data(self._applications.save(await read_json(request)))
        except Refused as why:
            return _said(str(why))

    async def find_application(self, request: Request) -> Response:
        refused = self._door.refuse(request)
        if refused:
            return refused
        found = self._applications.find(request.path_params["number"])
        return _said("Data tidak ditemukan") if found is None else _data(found)


def _data(data: object) -> Response:
    return JSONResponse({"code": 1, "data": data, "message": "success"})


def _said(message: str) -> Response:
    return JSONResponse({"code": 0, "data": message, "message": message})


def _no_resource() -> Response:
    text = "No matching resource found for given API Request"
    return JSONResponse({"code": "404", "type": "Status report", "message": "Not Found", "description": text}, 404)
