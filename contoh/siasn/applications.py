"""Applications as CPNS. Wholly invented: the applicants' portal publishes no interface; taken once for its number."""

from dataclasses import dataclass

from contoh.alat import Counters
from contoh.siasn.codes import Row, uid

FIELDS = ("nomor_registrasi", "nik", "nama", "kode_formasi", "nomor_ijazah", "kode_prodi", "nomor_skck")


class Refused(Exception):
    """An application that is not taken; the text says why."""


@dataclass(frozen=True)
class Application:
    asked: tuple[tuple[str, str], ...]
    receipt: Row


class Applications:
    def __init__(self, counters: Counters) -> None:
        self._counters = counters

    def save(self, body: dict[str, object]) -> Row:
        """The receipt for this nomor_registrasi: the same one when it comes again. Raises Refused."""
        asked = tuple((name, str(body.get(name) or "")) for name in FIELDS)
        if missing := [name for name, value in asked if not value]:
            raise Refused(f"Field wajib diisi: {', '.join(missing)}")
        number = dict(asked)["nomor_registrasi"]
        application, _ = self._counters.once("lamaran", number, lambda: Application(asked, _receipt(number)))
        if application.asked != asked:
            raise Refused("nomor_registrasi sudah digunakan")
        return application.receipt

    def find(self, number: str) -> Row | None:
        application: Application | None = self._counters.done("lamaran", number)
        return application.receipt if application else None


def _receipt(number: str) -> Row:
    return {
        "id": uid("lamaran", number),
        "nomorRegistrasi": number,
        "statusLamaran": "DITERIMA",
        "tglTerima": "24-11-2026",
    }
