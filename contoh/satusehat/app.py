"""The addresses of SATUSEHAT: the token, FHIR R4, consent. Each handler is one act."""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from contoh.alat import furnish
from contoh.orang import Population
from contoh.satusehat.aturan import ATURAN_USAHA, Masalah, Sumber
from contoh.satusehat.batas import Batas
from contoh.satusehat.bundel import DITULIS, Baris, Ditolak, baca_bundel, tulis
from contoh.satusehat.cari import temukan
from contoh.satusehat.faskes import Klien
from contoh.satusehat.gudang import Gudang, tertutup
from contoh.satusehat.jawaban import gagal, hasil_bundel, kumpulan, pasien_ditulis, satu_gagal
from contoh.satusehat.masuk import BERLAKU, Loket
from contoh.satusehat.penduduk import isi_gudang
from contoh.satusehat.tambalan import tambal

FHIR = "/fhir-r4/v1"
DIKENAL = DITULIS | {"Organization", "Location", "Practitioner"}
Tangan = Callable[["Satusehat", Request, Klien], Awaitable[Response]]


def make_app(
    penduduk: Population, jam: Callable[[], float] = time.time, berlaku: int = BERLAKU, batas_per_menit: int = 0
) -> Starlette:
    """The stand-in. `jam`: seconds since the epoch; `berlaku`: a token's seconds; `batas_per_menit`: 0 is no limit."""
    satusehat = Satusehat(isi_gudang(penduduk), Loket(jam, berlaku), Batas(jam, batas_per_menit))
    pintu = satusehat.pintu
    return furnish(
        [
            Route("/oauth2/v1/accesstoken", satusehat.token, methods=["POST"]),
            Route(FHIR, pintu(bundel), methods=["POST"]),
            Route(FHIR + "/{jenis}", pintu(cari), methods=["GET"]),
            Route(FHIR + "/{jenis}", pintu(buat), methods=["POST"]),
            Route(FHIR + "/{jenis}/{nomor}", pintu(baca), methods=["GET"]),
            Route(FHIR + "/{jenis}/{nomor}", pintu(ubah), methods=["PUT"]),
            Route(FHIR + "/{jenis}/{nomor}", pintu(sebagian), methods=["PATCH"]),
            Route("/consent/v1/Consent", pintu(persetujuan), methods=["GET", "POST"]),
        ]
    )


class Satusehat:
    """What the handlers share."""

    def __init__(self, gudang: Gudang, loket: Loket, batas: Batas) -> None:
        self.gudang, self.loket, self.batas = gudang, loket, batas
        self.persetujuan: dict[str, str] = {}

    async def token(self, request: Request) -> Response:
        jawaban = self.loket.beri(dict(parse_qsl((await request.body()).decode("latin-1"))))
        if request.query_params.get("grant_type") != "client_credentials":
            return satu_gagal(400, "value", "grant_type must be client_credentials", "grant_type")
        return JSONResponse(jawaban) if jawaban else satu_gagal(401, "login", "Invalid client credentials", "client_id")

    def pintu(self, tangan: Tangan) -> Callable[[Request], Awaitable[Response]]:
        """Around every handler: a good token, the limit of calls, and refusals in the owner's form."""

        async def masuk(request: Request) -> Response:
            klien = self.loket.kenal(request.headers)
            if not klien:
                return satu_gagal(401, "login", "Invalid or expired access token", "Authorization")
            tunggu = self.batas.tunggu(klien.client_id)
            if tunggu:
                return satu_gagal(429, "throttled", "Rate limit exceeded", "client_id", Retry_After=str(tunggu))
            jenis = request.path_params.get("jenis")
            if jenis and jenis not in DIKENAL:
                return satu_gagal(404, "not-supported", "Resource type is not supported", str(jenis))
            try:
                return await tangan(self, request, klien)
            except Ditolak as penolakan:
                request.app.state.counters.note("ditolak")
                return gagal(penolakan.status, penolakan.masalah)

        return masuk

    def tulis(self, request: Request, baris: list[Baris], klien: Klien) -> list[tuple[Baris, bool]]:
        """Write all or nothing, and count what was really done."""
        hasil = tulis(self.gudang, baris, klien.organisasi)
        hitungan = request.app.state.counters
        for satu, berakibat in hasil:
            versi = (self.gudang.ambil(satu.rujukan) or {})["meta"]["versionId"]
            if berakibat:
                hitungan.once(satu.jenis, (satu.rujukan, versi), lambda: None)
            else:
                hitungan.note("ulangan")
        return hasil


async def cari(satusehat: Satusehat, request: Request, klien: Klien) -> Response:
    ditemukan = temukan(satusehat.gudang, request.path_params["jenis"], request.query_params)
    if isinstance(ditemukan, Masalah):
        return gagal(400, [ditemukan])
    boleh = [satu for satu in ditemukan if _boleh_baca(satusehat, satu, klien)]
    batas = request.query_params.get("_count", "20")
    return kumpulan(boleh, _dasar(request), int(batas) if batas.isdecimal() else 20)


async def baca(satusehat: Satusehat, request: Request, klien: Klien) -> Response:
    sumber = satusehat.gudang.ambil(_rujukan(request))
    if not sumber:
        return satu_gagal(404, "not-found", "Resource does not exist", request.path_params["jenis"])
    if not _boleh_baca(satusehat, sumber, klien):
        return satu_gagal(403, "business-rule", ATURAN_USAHA, request.path_params["jenis"])
    return JSONResponse(tertutup(sumber))


async def buat(satusehat: Satusehat, request: Request, klien: Klien) -> Response:
    jenis, sumber = request.path_params["jenis"], await _objek(request)
    if jenis not in DITULIS or sumber.get("resourceType") != jenis:
        return satu_gagal(400, "structure", f"Body must be a {jenis} that may be written", f"{jenis}.resourceType")
    tanpa = request.headers.get("if-none-exist", "")
    [(baris, baru)] = satusehat.tulis(request, [Baris(sumber, jenis, tanpa=tanpa)], klien)
    if jenis == "Patient":
        return pasien_ditulis(baris, baru)
    return JSONResponse(satusehat.gudang.ambil(baris.rujukan), 201 if baru else 200)


async def ubah(satusehat: Satusehat, request: Request, klien: Klien) -> Response:
    return _tulis_ulang(satusehat, request, klien, await _objek(request))


async def sebagian(satusehat: Satusehat, request: Request, klien: Klien) -> Response:
    """JSON-Patch (RFC 6902), but "replace" is its only operation here."""
    lama = satusehat.gudang.ambil(_rujukan(request))
    if not lama:
        return satu_gagal(404, "not-found", "Resource does not exist", request.path_params["jenis"])
    return _tulis_ulang(satusehat, request, klien, tambal(lama, await _json(request)))


async def bundel(satusehat: Satusehat, request: Request, klien: Klien) -> Response:
    ditulis = satusehat.tulis(request, baca_bundel(await _objek(request)), klien)
    return hasil_bundel(ditulis, _dasar(request))


async def persetujuan(satusehat: Satusehat, request: Request, klien: Klien) -> Response:
    """Consent is not FHIR on the way in: {patient_id, action, agent}; a change is taken once in a minute."""
    isi = dict(request.query_params) if request.method == "GET" else await _objek(request)
    pasien, niat = str(isi.get("patient_id")), isi.get("action")
    if not satusehat.gudang.ada(f"Patient/{pasien}"):
        return satu_gagal(404, "not-found", "Patient does not exist", "patient_id")
    if request.method == "POST":
        if niat not in {"OPTIN", "OPTOUT"} or not isi.get("agent"):
            return satu_gagal(400, "value", "action must be OPTIN or OPTOUT, with an agent", "action")
        tunggu = satusehat.batas.jeda(pasien, 60)
        if tunggu:
            kalimat = "Can only update consent information once per 1m0s"
            return satu_gagal(429, "throttled", kalimat, "patient_id", Retry_After=str(tunggu))
        satusehat.persetujuan[pasien] = str(niat)
        request.app.state.counters.once("Consent", (pasien, satusehat.loket.jam()), lambda: None)
    putusan = "permit" if satusehat.persetujuan.get(pasien) == "OPTIN" else "deny"
    isi_fhir = {"resourceType": "Consent", "status": "active", "patient": {"reference": f"Patient/{pasien}"}}
    return JSONResponse({**isi_fhir, "policyRule": {"coding": [{"code": putusan}]}})


def _tulis_ulang(satusehat: Satusehat, request: Request, klien: Klien, sumber: Sumber) -> Response:
    jenis, nomor = request.path_params["jenis"], request.path_params["nomor"]
    if jenis not in DITULIS or sumber.get("resourceType") != jenis or sumber.get("id", nomor) != nomor:
        return satu_gagal(400, "structure", f"Body must be this {jenis}", f"{jenis}.id")
    baris = Baris(sumber, jenis, lama=f"{jenis}/{nomor}", nomor=nomor, ubah=True)
    satusehat.tulis(request, [baris], klien)
    return JSONResponse(tertutup(satusehat.gudang.ambil(baris.rujukan) or {}))


def _boleh_baca(satusehat: Satusehat, sumber: Sumber, klien: Klien) -> bool:
    milik = satusehat.gudang.milik(f"{sumber['resourceType']}/{sumber['id']}")
    return klien.membaca_semua or milik in {"", klien.organisasi}


def _rujukan(request: Request) -> str:
    return f"{request.path_params['jenis']}/{request.path_params['nomor']}"


def _dasar(request: Request) -> str:
    return f"{request.base_url}{FHIR[1:]}"


async def _json(request: Request) -> Any:
    try:
        return json.loads(await request.body())
    except ValueError:
        raise Ditolak(400, [Masalah("structure", "Body is not JSON", "Body")]) from None


async def _objek(request: Request) -> Sumber:
    isi = await _json(request)
    if not isinstance(isi, dict):
        raise Ditolak(400, [Masalah("structure", "Body is not a JSON object", "Body")])
    return isi
