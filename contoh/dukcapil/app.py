"""The web service: one path, `/dukcapil/get_json/{instansi}/{method}`, and a table of the methods behind it."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from contoh.alat import Counters, furnish
from contoh.dukcapil import answers, births, corrections, deaths, marriages, moving, papers
from contoh.dukcapil.answers import Refusal, Refused, Row
from contoh.dukcapil.elements import compare, full_row
from contoh.dukcapil.gate import Quota, check_caller, daily_quota
from contoh.dukcapil.register import Register
from contoh.orang import Population


@dataclass(frozen=True)
class Desk:
    """What a method needs to answer."""

    register: Register
    counters: Counters


@dataclass(frozen=True)
class Entry:
    """An act that was done: what was answered, and what had been asked."""

    row: Row
    asked: Row


def make_app(population: Population, quota: Quota | None = None) -> Starlette:
    limiter, counters = quota or Quota(daily_quota()), Counters()
    desk = Desk(Register(population), counters)

    async def answer(request: Request) -> Response:
        try:
            rows = await _ask(request, desk, limiter)
        except Refused as refused:
            rows = [refused.why.row()]
        return JSONResponse(answers.page(rows, limiter.left))

    path = "/dukcapil/get_json/{instansi}/{method}"
    return furnish([Route(path, answer, methods=["POST"])], counters)


async def _ask(request: Request, desk: Desk, quota: Quota) -> list[Row]:
    asked = _elements(await request.body())
    method = METHODS.get(request.path_params["method"])
    if method is None:
        raise Refused(answers.INVALID)
    check_caller(request.path_params["instansi"], asked, request.client.host if request.client else "")
    quota.take()
    return method(desk, asked)


def _elements(body: bytes) -> Row:
    try:
        asked = json.loads(body)
    except ValueError:
        raise Refused(answers.INVALID) from None
    if not isinstance(asked, dict) or not all(isinstance(value, str) for value in asked.values()):
        raise Refused(answers.INVALID)
    return asked


def _verify(desk: Desk, asked: Row) -> list[Row]:
    """CALL_VERIFY_BY_ELEMEN: is what you hold about this NIK right?"""
    threshold = _needed(asked, "TRESHOLD")
    if not threshold.isdigit() or int(threshold) > 100:
        raise Refused(answers.INVALID)
    person = desk.register.person(_needed(asked, "NIK"))
    return [compare(person, asked, int(threshold))]


def _by_nik(desk: Desk, asked: Row) -> list[Row]:
    """CALL_NIK, the older one: everything about one person."""
    return [full_row(desk.register.person(_needed(asked, "NIK")))]


def _card(desk: Desk, asked: Row) -> list[Row]:
    """CALL_KK (invented form): everybody on one card, by its number or by the NIK of somebody on it."""
    number = asked.get("NO_KK") or desk.register.person(_needed(asked, "NIK")).no_kk
    family = desk.register.families.get(number)
    days = {"TGL_KK": family.tanggal_terbit, "TGL_DOMISILI": desk.register.since[number]} if family else {}
    more = {name: f"{day:%d-%m-%Y}" for name, day in days.items()}
    return [full_row(person) | more for person in desk.register.card(number)]


def _children(desk: Desk, asked: Row) -> list[Row]:
    """CALL_ANAK (invented): the children of a parent."""
    return [full_row(person) for person in desk.register.children(_needed(asked, "NIK_ORTU"))]


def _once(effect: str, act: Callable[[Register, Row], Row]) -> "Method":
    """An act (all invented): done once for its NO_PERMOHONAN; the same key with other content is refused."""

    def do(desk: Desk, asked: Row) -> list[Row]:
        key = _needed(asked, "NO_PERMOHONAN")
        content = {name: value for name, value in asked.items() if name not in _NOT_CONTENT}
        entry, is_new = desk.counters.once(effect, key, lambda: Entry(act(desk.register, content), content))
        if entry.asked != content:
            raise Refused(Refusal("No Permohonan Sudah Dipakai", "23"))
        return [_entry_row(key, entry, "Berhasil Didaftarkan" if is_new else "Sudah Pernah Didaftarkan")]

    return do


def _status_of(effect: str) -> "Method":
    """What became of an application that is in doubt."""

    def ask(desk: Desk, asked: Row) -> list[Row]:
        key = _needed(asked, "NO_PERMOHONAN")
        entry: Entry | None = desk.counters.done(effect, key)
        if entry is None:
            raise Refused(answers.NOT_FOUND)
        return [_entry_row(key, entry, "Sudah Pernah Didaftarkan")]

    return ask


def _entry_row(key: str, entry: Entry, respon: str) -> Row:
    return {"RESPONSE_CODE": "00", "RESPON": respon, "NO_PERMOHONAN": key, **entry.row}


def _needed(asked: Row, name: str) -> str:
    if not asked.get(name):
        raise Refused(answers.INCOMPLETE)
    return asked[name]


_NOT_CONTENT = ("USER_ID", "PASSWORD", "IP_USER", "NO_PERMOHONAN")
Method = Callable[[Desk, Row], list[Row]]
METHODS: dict[str, Method] = {
    "CALL_VERIFY_BY_ELEMEN": _verify,
    "nik_verifby_elemen": _verify,
    "CALL_NIK": _by_nik,
    "CALL_KK": _card,
    "CALL_ANAK": _children,
    "CALL_DAFTAR_LAHIR": _once("akta_lahir", births.enter),
    "CALL_STATUS_LAHIR": _status_of("akta_lahir"),
    "CALL_TERBIT_KK": _once("kk", papers.print_family_card),
    "CALL_TERBIT_KIA": _once("kia", papers.print_child_card),
    "CALL_TERBIT_KTP": _once("ktp", papers.print_identity_card),
    "CALL_PINDAH": _once("skpwni", moving.leave),
    "CALL_DATANG": _once("kedatangan", moving.arrive),
    "CALL_NIKAH": _once("status_kawin", marriages.enter),
    "CALL_MATI": _once("akta_mati", deaths.enter),
    "CALL_KOREKSI": _once("koreksi", corrections.report),
}
