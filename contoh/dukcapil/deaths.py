"""CALL_MATI: a death comes into the register; the card is printed without the dead, the spouse is widowed."""

from contoh.dukcapil.answers import INCOMPLETE, Refusal, Refused, Row
from contoh.dukcapil.register import Register, day_of, need
from contoh.orang import TODAY, Person

NO_NOTE = Refusal("Surat Kematian Belum Ada", "51")
NOT_IN_DATABASE = Refusal("Tidak Ada di Basis Data, Perlu Penetapan Pengadilan atau Dokumen Lama dan SPTJM", "52")
NO_BODY = Refusal("Jenazah Tidak Ditemukan, Perlu Penetapan Pengadilan", "53")


def enter(register: Register, asked: Row) -> Row:
    """With the NIK of a resident, or by name for who is in no database. Raises Refused; then nothing was changed."""
    need(asked, "TGL_MATI", "TMPT_MATI", "SEBAB")
    day_of(asked["TGL_MATI"])
    if asked.get("TANPA_JENAZAH") == "Y" and not asked.get("NO_PENETAPAN"):
        raise Refused(NO_BODY)
    if not asked.get("NIK"):
        return _unknown(register, asked)
    if not (asked.get("NO_SURAT_MATI") or asked.get("NO_PENETAPAN")):
        raise Refused(NO_NOTE)
    return _known(register, register.person(asked["NIK"]))


def _known(register: Register, dead: Person) -> Row:
    spouse = _spouse(register, dead)
    register.leave(dead.nik)
    register.change(dead.nik, status="MENINGGAL")
    if spouse:
        register.change(spouse.nik, status_kawin="CERAI MATI")
    left = dead.no_kk in register.families
    return {
        "NO_AKTA_MATI": _number(register, dead.address.area.regency_code),
        "NO_KK": dead.no_kk if left else "",
        "NIK_PASANGAN": spouse.nik if spouse else "",
    }


def _unknown(register: Register, asked: Row) -> Row:
    """Who is on no card: a court's order, or since 7 October 2024 old papers and a statement (SPTJM)."""
    if any(not asked.get(name) for name in ("NAMA_LGKP", "TGL_LHR", "NIK_PELAPOR")):
        raise Refused(INCOMPLETE)
    if not asked.get("NO_PENETAPAN") and not (asked.get("DOKUMEN_LAMA") and asked.get("NO_SPTJM")):
        raise Refused(NOT_IN_DATABASE)
    reporter = register.person(asked["NIK_PELAPOR"])
    return {"NO_AKTA_MATI": _number(register, reporter.address.area.regency_code), "NO_KK": "", "NIK_PASANGAN": ""}


def _spouse(register: Register, dead: Person) -> Person | None:
    if not dead.status_kawin.startswith("KAWIN"):
        return None
    roles = ("KEPALA KELUARGA", "ISTRI", "SUAMI")
    others = [one for one in register.card(dead.no_kk) if one.nik != dead.nik and one.hubungan in roles]
    return next((one for one in others if one.status_kawin.startswith("KAWIN")), None)


def _number(register: Register, regency: str) -> str:
    return register.next_number(f"{regency}-KM-{TODAY:%d%m%Y}-")
