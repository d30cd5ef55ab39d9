"""Who is excluded and who is eligible, as a table: code, source, what must hold, and the sentence that is told."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from contoh.alat import Refused, Values
from contoh.orang import TODAY

PROGRAMMES = ("PKH", "SEMBAKO", "PBI-JK")
HIGHEST = {"PKH": 4, "SEMBAKO": 4, "PBI-JK": 5}
"""The last decile that may have it; for sembako sources differ between 4 and 5."""


@dataclass(frozen=True)
class Reason:
    kode: str
    sumber: str
    kalimat: str

    def row(self) -> Values:
        return {"kode": self.kode, "sumber": self.sumber, "kalimat": self.kalimat}


@dataclass(frozen=True)
class Rule:
    kode: str
    sumber: str
    breaks: Callable[[Values], bool]
    kalimat: str


def said(name: str) -> Callable[[Values], bool]:
    return lambda body: body.get(name) is True


def decile(body: Values) -> int:
    value = body.get("desil")
    if not isinstance(value, int) or not 1 <= value <= 10:
        raise Refused(400, "TIDAK_LENGKAP", "desil harus 1 sampai 10")
    return value


RULES = (
    Rule("A3", "BKN", said("asn"), "Ada ASN di kartu keluarga ini"),
    Rule("A3", "Polri", said("anggota_polri"), "Ada anggota Polri di kartu keluarga ini"),
    Rule("A3", "Taspen", said("pensiunan"), "Ada pensiunan ASN di kartu keluarga ini"),
    Rule("A4", "pernyataan", said("gaji_negara"), "Ada penghasilan tetap dari anggaran negara atau daerah"),
    Rule("A5", "BPJS Ketenagakerjaan", said("upah_di_atas_minimum"), "Ada upah di atas upah minimum"),
    Rule("A6", "AHU", said("pemilik_usaha"), "Ada pemilik atau pengurus badan usaha"),
    Rule("A7", "Perlinsos", said("menolak_bantuan"), "Keluarga menyatakan menolak bantuan"),
)


def _small_or_old(born: object) -> bool:
    """Is somebody of the family at most 6, or 60 and more?"""
    days = [date.fromisoformat(str(one)) for one in born] if isinstance(born, list) else []
    ages = [TODAY.year - day.year - ((TODAY.month, TODAY.day) < (day.month, day.day)) for day in days]
    return any(age <= 6 or age >= 60 for age in ages)


def judge(body: Values) -> list[Reason]:
    """The reasons against; none means eligible."""
    programme = str(body.get("program"))
    if programme not in PROGRAMMES:
        raise Refused(400, "TIDAK_LENGKAP", f"program harus salah satu dari {', '.join(PROGRAMMES)}")
    found = [Reason(rule.kode, rule.sumber, rule.kalimat) for rule in RULES if rule.breaks(body)]
    tenth, most = decile(body), HIGHEST[programme]
    if tenth > most:
        kode = "A2" if programme == "PBI-JK" else "A1"
        found.append(Reason(kode, "DTSEN", f"Desil keluarga {tenth}, {programme} untuk desil 1 sampai {most}"))
    if programme == "PKH" and not body.get("komponen") and not _small_or_old(body.get("tanggal_lahir_anggota")):
        found.append(
            Reason("A9", "Dukcapil", "Tidak ada ibu hamil, anak usia dini, murid, lansia, atau penyandang disabilitas")
        )
    return found
