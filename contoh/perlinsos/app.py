"""Decision, objection, second visit. Kemensos publishes no interface for Perlinsos: this one is invented."""

from dataclasses import dataclass
from datetime import date, timedelta

from starlette.applications import Starlette

from contoh.alat import Refused, Values, keyed_app, needed, not_found
from contoh.orang import TODAY, Population
from contoh.perlinsos.rules import Reason, judge

OBJECTION = timedelta(days=30)
"""One month after the announcement."""


@dataclass
class Case:
    """An application with its decision; an objection and what the second visit found may follow."""

    asked: Values
    reasons: list[Reason]
    decided: date
    objected: bool = False

    def row(self) -> Values:
        return {
            "putusan": "DITOLAK" if self.reasons else "LAYAK",
            "alasan": [reason.row() for reason in self.reasons],
            "diputus": self.decided.isoformat(),
            "sanggah_sampai": (self.decided + OBJECTION).isoformat(),
        }


def make_app(population: Population) -> Starlette:
    desk = Desk(population)
    acts = {
        "ajukan": desk.apply,
        "sanggah": desk.object_to,
        "periksa-ulang": desk.visit,
        "meninggal": desk.death,
        "alamat": desk.moved,
    }
    return keyed_app("PERLINSOS_KEY", {"putusan": desk.decision}, acts)


class Desk:
    def __init__(self, population: Population) -> None:
        self._found = dict(population.figures.remeasured)
        self._deciles = {one.no_kk: one.desil for one in population.families}
        self._cases: dict[str, Case] = {}

    def apply(self, body: Values) -> Values:
        needed(body, "nik"), needed(body, "no_kk")
        if body.get("persetujuan") is not True:
            raise Refused(422, "TANPA_PERSETUJUAN", "Pemeriksaan silang perlu persetujuan keluarga")
        case = Case(dict(body), judge(body), TODAY)
        self._cases[needed(body, "nomor")] = case
        return case.row()

    def decision(self, body: Values) -> Values:
        return self._case(body).row()

    def object_to(self, body: Values) -> Values:
        case = self._case(body)
        needed(body, "alasan")
        if not case.reasons:
            raise Refused(422, "TIDAK_ADA_PENOLAKAN", "Sanggah hanya untuk putusan yang menolak")
        if case.decided + OBJECTION < TODAY:
            raise Refused(422, "LEWAT_WAKTU", "Sanggah paling lambat satu bulan sesudah pengumuman")
        case.objected = True
        return {"status": "MENUNGGU KUNJUNGAN BPS", "nomor_sanggahan": needed(body, "nomor")}

    def visit(self, body: Values) -> Values:
        """BPS visits again: the decile as it is found there, and the decision that follows."""
        case = self._case(body)
        if not case.objected:
            raise Refused(422, "TANPA_SANGGAHAN", "Pemeriksaan ulang perlu sanggahan")
        no_kk = str(case.asked["no_kk"])
        tenth = self._found.get(no_kk, self._deciles.get(no_kk, case.asked["desil"]))
        case.asked = {**case.asked, "desil": tenth}
        case.reasons = judge(case.asked)
        return {**case.row(), "desil": tenth}

    def death(self, body: Values) -> Values:
        """The carer died: aid goes on inside the card, it is not stopped (Kepmensos 73/HUK/2024)."""
        needed(body, "nik")
        return {"status": "PENGURUS DIGANTI", "nik_pengganti": str(body.get("nik_pengganti") or "")}

    def moved(self, body: Values) -> Values:
        needed(body, "nik"), needed(body, "kode_wilayah")
        return {"status": "WILAYAH DIPERBARUI"}

    def _case(self, body: Values) -> Case:
        case = self._cases.get(needed(body, "nomor_permohonan"))
        if case is None:
            raise not_found("Permohonan")
        return case
