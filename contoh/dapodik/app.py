"""The web service of a school: `/WebService/get...?npsn=&page=&limit=`, a table from method to rows."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from contoh.alat import credential, furnish
from contoh.dapodik import rows
from contoh.dapodik.rows import Row
from contoh.orang import Population, School
from contoh.orang.places import SCHOOLS

ALLOWED_ADDRESSES = ("127.0.0.1", "::1")
_BY_NPSN = {school.npsn: school for school in SCHOOLS}


@dataclass(frozen=True)
class Method:
    key: str
    rows: Callable[[School, Population], list[Row]]


METHODS = {
    "getPesertaDidik": Method("peserta_didik_id", rows.pupil_rows),
    "getRombonganBelajar": Method("rombongan_belajar_id", rows.class_rows),
    "getGtk": Method("ptk_terdaftar_id", rows.teacher_rows),
    "getPengguna": Method("pengguna_id", rows.user_rows),
}


def make_app(population: Population) -> Starlette:
    async def school(request: Request) -> Response:
        refused = _check(request)
        if refused:
            return refused
        row = rows.school_row(_BY_NPSN[request.query_params["npsn"]], population)
        return JSONResponse({"results": 1, "id": "sekolah_id", "start": 0, "limit": 20, "rows": row})

    async def listing(request: Request) -> Response:
        method = METHODS.get(request.path_params["method"])
        refused = _check(request)
        if refused or method is None:
            return refused or _refuse(404, "Method tidak ditemukan")
        return _page(request, method, method.rows(_BY_NPSN[request.query_params["npsn"]], population))

    return furnish([Route("/WebService/getSekolah", school), Route("/WebService/{method}", listing)])


def _check(request: Request) -> Response | None:
    """Token, address, school: the refusal, or None for a caller who may ask."""
    wanted = f"Bearer {credential('DAPODIK_TOKEN')}"
    given = request.headers.get("authorization", "")
    if not hmac.compare_digest(given.encode(), wanted.encode()):
        return _refuse(401, "Token tidak valid")
    if request.client is None or request.client.host not in ALLOWED_ADDRESSES:
        return _refuse(403, "Alamat IP tidak terdaftar")
    if request.query_params.get("npsn") not in _BY_NPSN:
        return _refuse(403, "NPSN tidak sesuai")
    return None


def _refuse(status: int, message: str) -> Response:
    return JSONResponse({"success": False, "message": message}, status_code=status)


def _page(request: Request, method: Method, found: list[Row]) -> Response:
    """One page of the rows; without `limit` all of them. `nisn` (invented) picks one pupil."""
    asked = request.query_params
    if "nisn" in asked:
        found = [row for row in found if row.get("nisn") == asked["nisn"]]
    try:
        page, limit = int(asked.get("page") or 1), int(asked.get("limit") or max(len(found), 1))
    except ValueError:
        return _refuse(400, "Parameter page dan limit harus angka")
    if page < 1 or limit < 1:
        return _refuse(400, "Parameter page dan limit harus lebih dari nol")
    start = (page - 1) * limit
    shown = found[start : start + limit]
    body = {"results": len(found), "id": method.key, "start": start, "limit": limit, "rows": shown}
    return JSONResponse(body)
