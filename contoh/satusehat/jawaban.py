"""The forms in which SATUSEHAT answers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from starlette.responses import JSONResponse

from contoh.satusehat.aturan import SISTEM_NIK_IBU, Masalah, Sumber
from contoh.satusehat.bundel import Baris
from contoh.satusehat.gudang import tertutup


def gagal(status: int, masalah: Iterable[Masalah], **kepala: str) -> JSONResponse:
    """An OperationOutcome, one issue for each thing that is wrong."""
    isi = {
        "resourceType": "OperationOutcome",
        "text": {"status": "generated"},
        "issue": [
            {"severity": "error", "code": m.code, "details": {"text": m.text}, "expression": [m.expression]}
            for m in masalah
        ],
    }
    return JSONResponse(isi, status, headers={nama.replace("_", "-"): nilai for nama, nilai in kepala.items()})


def satu_gagal(status: int, kode: str, kalimat: str, tempat: str, **kepala: str) -> JSONResponse:
    return gagal(status, [Masalah(kode, kalimat, tempat)], **kepala)


def kumpulan(ditemukan: list[Sumber], dasar: str, batas: int) -> JSONResponse:
    """A searchset. Nothing found is total 0 with HTTP 200."""
    isi: dict[str, Any] = {"resourceType": "Bundle", "type": "searchset", "total": len(ditemukan)}
    isi["link"] = [{"relation": "self", "url": dasar}]
    isi["entry"] = [
        {
            "fullUrl": f"{dasar}/{satu['resourceType']}/{satu['id']}",
            "resource": tertutup(satu),
            "search": {"mode": "match"},
        }
        for satu in ditemukan[:batas]
    ]
    return JSONResponse(isi)


def pasien_ditulis(baris: Baris, baru: bool) -> JSONResponse:
    """POST Patient does not answer with FHIR; and the newborn's answer has one more layer than the citizen's."""
    data = {"success": True, "message": "Success", "data": {"patient_id": baris.nomor}}
    lewat_ibu = any(tanda.get("system") == SISTEM_NIK_IBU for tanda in baris.sumber["identifier"])
    return JSONResponse({"create_patient": data} if lewat_ibu else data, 201 if baru else 200)


def hasil_bundel(ditulis: list[tuple[Baris, bool]], dasar: str) -> JSONResponse:
    """A transaction-response: for each entry its status, place and id, in the order they were sent."""
    entri = [
        {
            "response": {
                "status": "201 Created" if baru and not baris.ubah else "200 OK",
                "location": f"{dasar}/{baris.rujukan}",
                "resourceType": baris.jenis,
                "resourceID": baris.nomor,
            }
        }
        for baris, baru in ditulis
    ]
    return JSONResponse({"resourceType": "Bundle", "type": "transaction-response", "entry": entri})
