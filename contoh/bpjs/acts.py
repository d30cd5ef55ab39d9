"""What changes a membership: a birth, a death, a move. Each is done once for its `noPermohonan`."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from contoh.bpjs.members import MONTHLY, Members
from contoh.orang import TODAY, Membership, Person

Values = dict[str, object]
TERM = 28
"""Days within which a newborn is reported (Perpres 82/2018 article 16)."""


class Refused(Exception):
    """The answer's metaData: a code other than 200 and a message."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


def enter_newborn(members: Members, asked: Values) -> Values:
    """The child of a member: with the state or an employer at once, self-paying after the first contribution."""
    mother = _member(members, asked, "nikIbu")
    born, nik = _day(asked, "tglLahir"), _needed(asked, "nik")
    if members.find(nik):
        raise Refused("208", "Peserta sudah terdaftar")
    segment, order = mother[0].segmen, int(str(asked.get("anakKe") or 1))
    at_once = segment == "PBI" or (segment == "PPU" and order <= 3)
    months = (TODAY.year - born.year) * 12 + TODAY.month - born.month + 1
    owed = 0 if at_once else MONTHLY[mother[0].kelas] * months
    number = f"99997{zlib_number(nik):08d}"
    child = replace(mother[1], nik=nik, nama=_needed(asked, "nama"), tanggal_lahir=born, no_jkn=number)
    members.enter(Membership(nik, number, segment, mother[0].kelas, at_once, owed), child)
    return {
        "noKartu": number,
        "statusPeserta": "AKTIF" if at_once else "MENUNGGU PEMBAYARAN",
        "hakKelas": f"KELAS {mother[0].kelas}",
        "terlambat": (TODAY - born).days > TERM,
        "iuranDitagih": str(owed),
    }


def enter_death(members: Members, asked: Values) -> Values:
    """Contributions end with the day of death."""
    member, _ = _member(members, asked, "nik")
    day = _day(asked, "tglMeninggal")
    members.change(member.nik, aktif=False, tunggakan=0)
    return {"noKartu": member.nomor, "statusPeserta": "MENINGGAL", "iuranBerakhir": day.isoformat()}


def enter_address(members: Members, asked: Values) -> Values:
    """A new address, for one member."""
    member, _ = _member(members, asked, "nik")
    _needed(asked, "kabupaten")
    return {"noKartu": member.nomor, "statusPeserta": "AKTIF" if member.aktif else "TIDAK AKTIF"}


def enter_family(members: Members, asked: Values) -> Values:
    """A new family card: a spouse comes in."""
    member, _ = _member(members, asked, "nik")
    other, _ = _member(members, asked, "nikPasangan")
    return {"noKartu": member.nomor, "noKartuPasangan": other.nomor, "statusPeserta": "TERCATAT"}


ACTS: dict[str, Callable[[Members, Values], Values]] = {
    "bayi": enter_newborn,
    "meninggal": enter_death,
    "alamat": enter_address,
    "keluarga": enter_family,
}


def zlib_number(nik: str) -> int:
    """Eight digits that are the same for the same child."""
    return int(sum(int(digit) * 7**place for place, digit in enumerate(nik)) % 10**8)


def _member(members: Members, asked: Values, name: str) -> tuple[Membership, Person]:
    found = members.find(_needed(asked, name))
    if found is None:
        raise Refused("201", "Peserta tidak ditemukan")
    return found


def _needed(asked: Values, name: str) -> str:
    if not asked.get(name):
        raise Refused("202", f"{name} tidak boleh kosong")
    return str(asked[name])


def _day(asked: Values, name: str) -> date:
    try:
        day = date.fromisoformat(_needed(asked, name))
    except ValueError:
        raise Refused("202", f"Format {name} harus yyyy-MM-dd") from None
    if day > TODAY:
        raise Refused("202", f"{name} tidak boleh melebihi hari ini")
    return day
