"""Two web services: what hospitals ask (VClaim), and what agencies ask and do. Refusals are a code inside HTTP 200."""

import hmac
import time

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from contoh.alat import Counters, credential, furnish, read_json
from contoh.bpjs import sealing
from contoh.bpjs.acts import ACTS, Refused, Values
from contoh.bpjs.members import SEGMENTS, Members
from contoh.orang import Membership, Person, Population


def make_app(population: Population) -> Starlette:
    members, counters = Members(population), Counters()

    async def ask(request: Request) -> Response:
        try:
            _check(request)
            found = members.find(str((await read_json(request)).get("nik")))
            if found is None:
                raise Refused("201", "Peserta tidak ditemukan")
            return _said("200", "OK", {"peserta": _row(*found)})
        except Refused as refused:
            return _said(refused.code, refused.message, None)

    async def do(request: Request) -> Response:
        try:
            _check(request)
            return _said("200", "OK", _once(request.path_params["act"], await read_json(request), members, counters))
        except Refused as refused:
            return _said(refused.code, refused.message, None)

    async def ask_as_hospital(request: Request) -> Response:
        """VClaim: signed by the caller, sealed by BPJS; what is refused is not sealed."""
        try:
            stamp = sealing.check(request.headers, int(time.time()))
        except sealing.Unproven as refused:
            return _said("401", refused.message, None)
        found = members.find(request.path_params["nik"])
        if found is None:
            return _said("201", "Peserta tidak ditemukan", None)
        return _said("200", "OK", sealing.seal({"peserta": _row(*found)}, stamp))

    routes = [
        Route("/vclaim-rest/Peserta/nik/{nik}/tglSEP/{tanggal}", ask_as_hospital),
        Route("/kepesertaan/peserta", ask, methods=["POST"]),
        Route("/kepesertaan/{act}", do, methods=["POST"]),
    ]
    return furnish(routes, counters)


def _check(request: Request) -> None:
    """The static half of BPJS's proof: X-cons-id and X-user-key."""
    given = f"{request.headers.get('x-cons-id', '')}\n{request.headers.get('x-user-key', '')}"
    wanted = f"{credential('BPJS_CONS_ID')}\n{credential('BPJS_USER_KEY')}"
    if not hmac.compare_digest(given.encode(), wanted.encode()):
        raise Refused("401", "Consumer ID atau User Key tidak valid")


def _once(name: str, body: Values, members: Members, counters: Counters) -> Values:
    act, key = ACTS.get(name), str(body.get("noPermohonan") or "")
    if act is None or not key:
        raise Refused("202", "noPermohonan tidak boleh kosong" if act else "Layanan tidak dikenal")
    asked = {name: value for name, value in body.items() if name != "noPermohonan"}
    (made, first), _ = counters.once(name, key, lambda: (act(members, asked), asked))
    if first != asked:
        raise Refused("209", "noPermohonan sudah dipakai untuk isi yang lain")
    return {"noPermohonan": key, **made}


def _row(member: Membership, person: Person) -> Values:
    """`peserta`, in BPJS's names and codes."""
    code, words = SEGMENTS[member.segmen]
    return {
        "nama": member.nama or person.nama,
        "nik": person.nik,
        "noKartu": member.nomor,
        "sex": person.jenis_kelamin,
        "tglLahir": person.tanggal_lahir.isoformat(),
        "statusPeserta": {
            "kode": "0" if member.aktif else "9",
            "keterangan": "AKTIF" if member.aktif else "NON AKTIF PREMI",
        },
        "hakKelas": {"kode": member.kelas, "keterangan": f"KELAS {member.kelas}"},
        "jenisPeserta": {"kode": code, "keterangan": words},
        "alamat": f"{person.address.alamat}, {person.address.area.kabupaten}",
        "tunggakan": str(member.tunggakan),
    }


def _said(code: str, message: str, response: Values | str | None) -> Response:
    return JSONResponse({"metaData": {"code": code, "message": message}, "response": response})
