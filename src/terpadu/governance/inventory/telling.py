"""Verdicts in words: what was expected, what stands there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from terpadu.governance.inventory.columns import BY_NAME
from terpadu.governance.models import Batch, Verdict

REASONS = {
    "size": gettext_lazy("Berkas paling besar 64 MB; yang diterima %(found)s. Bagi berkasnya."),
    "rows": gettext_lazy("Berkas paling banyak %(found)s baris. Bagi berkasnya."),
    "empty": gettext_lazy("Berkas kosong. Baris pertama harus memuat nama kolom."),
    "csv": gettext_lazy(
        "Berkas bukan CSV yang utuh: baris %(found)s tidak dapat dibaca. Perbaiki baris itu, lalu unggah lagi."
    ),
    "workbook": gettext_lazy("Berkas bukan XLSX yang utuh. Simpan sekali lagi sebagai XLSX."),
    "bomb": gettext_lazy("Isi XLSX terlalu besar sesudah dibuka. Bagi berkasnya."),
    "entities": gettext_lazy(
        "XLSX ini memuat deklarasi yang tidak diterima. Simpan sekali lagi dari aplikasi lembar kerja."
    ),
    "bytes": gettext_lazy("CSV harus ditulis dalam UTF-8; ditemukan bita %(found)s. Simpan sebagai CSV UTF-8."),
    "unknown": gettext_lazy("Kolom ini tidak dikenal: %(found)s. Periksa nama kolom pada baris pertama."),
    "twice": gettext_lazy("Kolom ini muncul lebih dari sekali: %(found)s."),
    "absent": gettext_lazy("Kolom ini tidak ada padahal wajib: %(found)s."),
    "gone": gettext_lazy("Berkas yang diunggah tidak ada lagi. Unggah sekali lagi."),
}
"""Why a file cannot be read -> what to do."""
_STAGE = gettext_lazy("seperti di inventaris; status berubah lewat halaman aplikasi, dan entri baru dilaporkan dahulu")
_BEYOND = gettext_lazy("tidak ada sel di luar kolom yang bernama")
_OWN = gettext_lazy("instansi Anda sendiri")


class Said(NamedTuple):
    """A problem of a row: column, what was expected, what stands there."""

    column: str
    expected: str
    found: str


def problems(verdict: Verdict) -> list[Said]:
    """Why a row was not taken, cell by cell."""
    return [_said(one, verdict) for one in verdict.problems]


def _said(problem: dict[str, Any], verdict: Verdict) -> Said:
    name, found = problem["column"], problem["found"]
    column = BY_NAME.get(name)
    if column is None:
        return Said(_("(tanpa nama)"), str(_BEYOND), found)
    read = _fits(column, found)
    special = {"status": _STAGE, "instansi": _OWN}.get(name) if read else None
    return Said(name, str(special or column.expected), found or _("(kosong)"))


def _fits(column: Any, cell: str) -> bool:
    """A cell that its column reads was refused for what no cell alone can tell."""
    try:
        column.read(cell)
    except ValueError:
        return False
    return True


def sentences(verdict: Verdict) -> list[str]:
    """All that is wrong with a row, each in a sentence of its own."""
    form = _("Baris %(line)d, kolom %(column)s: diharapkan %(expected)s; ditemukan %(found)s.")
    return [form % {"line": verdict.line, **said._asdict()} for said in problems(verdict)]


def file_problem(batch: Batch) -> str:
    """Why the file cannot be read; empty where it can."""
    return str(REASONS[batch.problem["reason"]]) % batch.problem if batch.problem else ""


def counts(batch: Batch) -> list[tuple[Verdict.Result, int]]:
    """How many rows became what."""
    return [(result, batch.verdicts.filter(result=result).count()) for result in Verdict.Result]


def refused(batch: Batch) -> QuerySet[Verdict]:
    """The rows that were not taken, in the order of the file."""
    return batch.verdicts.filter(result=Verdict.Result.REFUSED)


def lines(batch: Batch) -> Iterable[tuple[object, ...]]:
    """A line for each row, and one more for each further problem of it."""
    for verdict in batch.verdicts.iterator(chunk_size=2000):
        for said in problems(verdict) or [Said("", "", "")]:
            yield (verdict.line, verdict.code, verdict.get_result_display(), *said)
