"""The one address of the SKCK service: its WSDL by GET ?wsdl, its operations by POST."""

from __future__ import annotations

import base64
import secrets

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from contoh.alat import Counters, credential, furnish
from contoh.orang import Population
from contoh.skck import amplop
from contoh.skck.amplop import Kesalahan
from contoh.skck.buku import Buku

JALUR = "/layanan/skck"
BATAS_PESAN = 64 * 1024


def make_app(penduduk: Population) -> Starlette:
    """The stand-in. Callers come with HTTP Basic; who only wants the WSDL needs no account."""
    buku = Buku(penduduk)

    async def wsdl(request: Request) -> Response:
        if "wsdl" not in {nama.casefold() for nama in request.query_params}:
            return PlainTextResponse("expected ?wsdl, or a SOAP message by POST", 405)
        alamat = str(request.url.replace(query=""))
        return Response(amplop.wsdl(alamat), media_type="text/xml")

    async def layanan(request: Request) -> Response:
        if not _dikenal(request.headers.get("authorization", "")):
            return PlainTextResponse("Unauthorized", 401, {"WWW-Authenticate": 'Basic realm="SKCK"'})
        if request.headers.get("content-type", "").partition(";")[0].strip().casefold() != "text/xml":
            return PlainTextResponse("expected Content-Type text/xml (SOAP 1.1)", 415)
        try:
            isi = await request.body()
            if len(isi) > BATAS_PESAN:
                raise Kesalahan("PESAN_TERLALU_BESAR", f"Pesan melebihi {BATAS_PESAN} bita")
            return _xml(_layani(buku, request.app.state.counters, isi))
        except Kesalahan as kesalahan:
            request.app.state.counters.note("fault")
            return _xml(amplop.gagal(kesalahan), 500)

    return furnish([Route(JALUR, wsdl, methods=["GET"]), Route(JALUR, layanan, methods=["POST"])])


def _layani(buku: Buku, hitungan: Counters, isi: bytes) -> bytes:
    operasi, nilai = amplop.baca(isi)
    if operasi == "PeriksaSkck":
        return amplop.jawab(operasi, buku.periksa(nilai["Nik"], nilai["NomorPermohonan"]))
    if operasi == "AjukanSkck":
        return amplop.jawab(operasi, _ajukan(buku, hitungan, nilai))
    raise Kesalahan("OPERASI_TIDAK_DIKENAL", f"Operasi {operasi} tidak dikenal")


def _ajukan(buku: Buku, hitungan: Counters, nilai: dict[str, str]) -> dict[str, str]:
    hasil, baru = buku.ajukan(
        nilai["NomorPermohonan"], nilai["Nik"], nilai["Keperluan"], nilai["KodeBilling"], nilai.get("Ntpn", "")
    )
    if baru:
        hitungan.once("permohonan", nilai["NomorPermohonan"], lambda: None)
    else:
        hitungan.note("ulangan")
    return hasil


def _dikenal(kepala: str) -> bool:
    pasangan = f"{credential('SKCK_USERNAME')}:{credential('SKCK_PASSWORD')}"
    diminta = "Basic " + base64.b64encode(pasangan.encode()).decode()
    return secrets.compare_digest(kepala.encode(), diminta.encode())


def _xml(isi: bytes, status: int = 200) -> Response:
    return Response(isi, status, media_type="text/xml")
