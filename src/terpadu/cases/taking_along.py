"""A case as a file that a person takes along: in a common form that a machine reads (UU 27/2022 articles 7 and 13).

Names of members are Indonesian, moments are ISO 8601 in UTC, values as they were typed or fetched. What others wrote inside
their offices is not here, nor an officer's name; documents are listed, and fetched from the page of the case.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec

from terpadu.cases.models import Case

FORM = "terpadu.urusan/1"


def copy(case: Case) -> bytes:
    """The whole case as JSON, indented."""
    return msgspec.json.format(msgspec.json.encode(_tree(case)), indent=2)


def _tree(case: Case) -> dict[str, Any]:
    return {
        "bentuk": FORM,
        "nomor": case.reference,
        "layanan": case.service,
        "keadaan": case.state,
        "tentang": case.about,
        "dibuka": case.opened,
        "dikirim": case.sent,
        "diputuskan": case.decided,
        "selesai": case.closed,
        "pokok": case.subject,
        "isian": case.answers,
        "data": [_fact(fact) for fact in case.facts],
        "tidak_ada": case.missing,
        "putusan": [_decision(one) for one in case.decisions.all()],
        "perjalanan": [_event(one) for one in case.events.all()],
        "pesan": [_message(case, one) for one in case.messages.all()],
        "dibuka_petugas": [
            {"pada": one.at, "instansi": one.office, "dokumen": one.document} for one in case.seen.all()
        ],
        "unggahan": [
            {"isian": one.field, "jenis": one.kind, "ukuran": one.size, "sha256": one.digest, "pada": one.at}
            for one in case.uploads.all()
        ],
    }


def _fact(fact: dict[str, Any]) -> dict[str, Any]:
    at = datetime.fromtimestamp(fact["fetched"] / 1000, UTC)
    return {
        "nama": fact["name"], "nilai": fact["value"], "sumber": fact["source"], "diambil": at, "bukti": fact["number"]
    }  # fmt: skip


def _decision(one: Any) -> dict[str, Any]:
    objections = [{"jenis": filed.kind, "isi": filed.text, "diajukan": filed.filed} for filed in one.objections.all()]
    return {
        "hasil": one.result, "judul": one.title, "instansi": one.office, "otomatis": one.automated, "aturan": one.rule,
        "alasan": one.reasons, "pada": one.at, "sanggah_sampai": one.objection_until, "sanggah": objections,
    }  # fmt: skip


def _event(one: Any) -> dict[str, Any]:
    return {"pada": one.at, "jenis": one.kind, "langkah": one.step, "instansi": one.office, "bukti": one.number,
            "isi": one.told}  # fmt: skip


def _message(case: Case, one: Any) -> dict[str, Any]:
    mine = one.author_id == case.applicant_id
    return {"pada": one.at, "dari": "pemohon" if mine else one.office, "isi": one.text}
