"""Papers printed anew: the family card (KK), the child's card (KIA), the identity card (KTP)."""

from datetime import date, timedelta

from contoh.dukcapil.answers import Refusal, Refused, Row
from contoh.dukcapil.register import Register, age, need
from contoh.orang import TODAY

NO_CHILD = Refusal("KIA Hanya untuk Anak di Bawah 17 Tahun", "28")
TOO_YOUNG = Refusal("KTP Hanya untuk yang Berusia 17 Tahun atau Sudah Kawin", "29")


def print_family_card(register: Register, asked: Row) -> Row:
    """CALL_TERBIT_KK: the card of a person as it stands now, by the reason `ALASAN`."""
    need(asked, "NIK", "ALASAN")
    person = register.person(asked["NIK"])
    family = register.reissue(person.no_kk)
    return {
        "NO_KK": family.no_kk,
        "TGL_TERBIT": f"{family.tanggal_terbit:%d-%m-%Y}",
        "JML_ANGGOTA": str(len(family.members)),
        "NO_SERI": register.next_number(f"KK{TODAY:%y%m%d}", 5),
    }


def print_child_card(register: Register, asked: Row) -> Row:
    """CALL_TERBIT_KIA: valid until the fifth birthday without a photograph, then until one day before 17."""
    need(asked, "NIK")
    child = register.person(asked["NIK"])
    years = age(child)
    if years >= 17:
        raise Refused(NO_CHILD)
    end = child.tanggal_lahir.year + (5 if years < 5 else 17)
    until = _birthday(child.tanggal_lahir, end) - timedelta(days=0 if years < 5 else 1)
    serial = register.next_number(f"KIA{TODAY:%y%m%d}", 5)
    return {"NIK": child.nik, "BERLAKU_SAMPAI": f"{until:%d-%m-%Y}", "NO_SERI": serial}


def print_identity_card(register: Register, asked: Row) -> Row:
    """CALL_TERBIT_KTP: after a change of status or address; the NIK never changes, no new biometrics."""
    need(asked, "NIK", "ALASAN")
    person = register.person(asked["NIK"])
    if age(person) < 17 and not person.status_kawin.startswith("KAWIN"):
        raise Refused(TOO_YOUNG)
    return {
        "NIK": person.nik,
        "STATUS_KAWIN": person.status_kawin,
        "NO_SERI": register.next_number(f"KTP{TODAY:%y%m%d}", 5),
    }


def _birthday(born: date, year: int) -> date:
    try:
        return born.replace(year=year)
    except ValueError:  # 29 February
        return date(year, 3, 1)
