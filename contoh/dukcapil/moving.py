"""Moving house: the letter of removal at the origin (SKPWNI), and the arrival at the destination."""

from datetime import timedelta

from contoh.dukcapil.answers import INVALID, NOT_FOUND, Refusal, Refused, Row
from contoh.dukcapil.register import Letter, Register, age, need
from contoh.orang import TODAY, Address, Area, Person
from contoh.orang.places import AREAS, ELSEWHERE

NO_ADULT_STAYS = Refusal("Anggota yang Tinggal Tidak Ada yang Berusia 17 Tahun atau Kawin", "31")
NOT_ON_CARD = Refusal("Anggota Tidak Ada pada KK Pemohon", "32")
NO_LETTER_NEEDED = Refusal("Satu Kabupaten/Kota, SKPWNI Tidak Diperlukan", "33")
NO_LETTER = Refusal("SKPWNI Tidak Ditemukan atau Sudah Dipakai", "34")
LAPSED = Refusal("SKPWNI Sudah Tidak Berlaku", "35")
OWNER_MISSING = Refusal("Pernyataan Tidak Keberatan Pemilik Rumah Belum Ada", "36")
HEAD_MISSING = Refusal("Persetujuan Kepala Keluarga Belum Ada", "37")
PLACE_UNKNOWN = Refusal("Kode Wilayah Tujuan Tidak Dikenal", "38")
VALID = timedelta(days=42)
"""30 working days (Perpres 25/2008 article 22, as it was; offices say 30 or 60 days)."""
_BY_CODE = {area.village_code: area for area in (*AREAS, *ELSEWHERE.values())}


def leave(register: Register, asked: Row) -> Row:
    """CALL_PINDAH at the origin. `ANGGOTA` are the NIKs that move, with commas between."""
    need(asked, "NIK", "ANGGOTA", "KODE_WILAYAH", "ALASAN")
    applicant, area = register.person(asked["NIK"]), _area(asked["KODE_WILAYAH"])
    movers = _movers(register, applicant, asked)
    if area.regency_code == applicant.address.area.regency_code:
        raise Refused(NO_LETTER_NEEDED)
    stay = [one for one in register.card(applicant.no_kk) if one.nik not in movers]
    _check_stayers(stay)
    if all(age(register.people[nik]) < 17 for nik in movers) and asked.get("PERSETUJUAN_KEPALA") != "Y":
        raise Refused(HEAD_MISSING)
    origin = applicant.address.area
    number = register.next_number(f"SKPWNI/{origin.regency_code}/{TODAY:%d%m%Y}/")
    letter = Letter(number, movers, applicant.no_kk, not stay, area.regency_code, TODAY + VALID)
    register.letters[number] = letter
    return {
        "NO_SKPWNI": number,
        "KLASIFIKASI": "4" if area.provinsi == origin.provinsi else "5",
        "BERLAKU_SAMPAI": f"{letter.until:%d-%m-%Y}",
        "JML_PINDAH": str(len(movers)),
        "JML_TINGGAL": str(len(stay)),
    }


def arrive(register: Register, asked: Row) -> Row:
    """CALL_DATANG at the destination: with a letter from elsewhere, without one inside a regency."""
    need(asked, "NIK", "KODE_WILAYAH", "ALAMAT", "NO_RT", "NO_RW", "STATUS_TINGGAL")
    area = _area(asked["KODE_WILAYAH"])
    niks, whole = _with_letter(register, asked, area) if asked.get("NO_SKPWNI") else _without(register, asked, area)
    if asked["STATUS_TINGGAL"] != "PEMILIK" and asked.get("PEMILIK_SETUJU") != "Y":
        raise Refused(OWNER_MISSING)
    address = Address(asked["ALAMAT"].upper(), asked["NO_RT"], asked["NO_RW"], area)
    number = _settle(register, niks, whole, address, asked.get("NO_KK_TUJUAN", ""))
    register.letters.pop(asked.get("NO_SKPWNI", ""), None)
    return {
        "NO_KK": number,
        "JML_ANGGOTA": str(len(register.families[number].members)),
        "TGL_TERBIT": f"{TODAY:%d-%m-%Y}",
        "KAB_NAME": area.kabupaten,
    }


def _area(code: str) -> Area:
    if code not in _BY_CODE:
        raise Refused(PLACE_UNKNOWN)
    return _BY_CODE[code]


def _movers(register: Register, applicant: Person, asked: Row) -> tuple[str, ...]:
    members = register.families[applicant.no_kk].members
    wanted = set(asked["ANGGOTA"].split(","))
    if not wanted <= set(members):
        raise Refused(NOT_ON_CARD)
    return tuple(nik for nik in members if nik in wanted)


def _check_stayers(stay: list[Person]) -> None:
    """Whoever stays needs somebody of 17 years or married among them (rule of the offices: join another card first)."""
    if stay and not any(age(one) >= 17 or one.status_kawin != "BELUM KAWIN" for one in stay):
        raise Refused(NO_ADULT_STAYS)


def _with_letter(register: Register, asked: Row, area: Area) -> tuple[tuple[str, ...], bool]:
    letter = register.letters.get(asked["NO_SKPWNI"])
    if letter is None or asked["NIK"] not in letter.niks or letter.regency_code != area.regency_code:
        raise Refused(NO_LETTER)
    if letter.until < TODAY:
        raise Refused(LAPSED)
    return letter.niks, letter.whole


def _without(register: Register, asked: Row, area: Area) -> tuple[tuple[str, ...], bool]:
    applicant = register.person(asked["NIK"])
    if applicant.address.area.regency_code != area.regency_code:
        raise Refused(NO_LETTER)
    need(asked, "ANGGOTA")
    movers = _movers(register, applicant, asked)
    stay = [one for one in register.card(applicant.no_kk) if one.nik not in movers]
    _check_stayers(stay)
    return movers, not stay


def _settle(register: Register, niks: tuple[str, ...], whole: bool, address: Address, joins: str) -> str:
    """The card on which they live now: another's, the old number where all moved, else a new one."""
    old = register.people[niks[0]].no_kk
    if joins:
        return _join(register, niks, joins)
    if whole:
        register.reissue(old, address=address)
        register.since[old] = TODAY
        for nik in niks:
            register.change(nik, address=address)
        return old
    return register.new_card(niks, address, register.families[old].desil).no_kk


def _join(register: Register, niks: tuple[str, ...], number: str) -> str:
    if number not in register.families:
        raise Refused(NOT_FOUND)
    host = register.families[number]
    if any(register.people[nik].no_kk == number for nik in niks):
        raise Refused(INVALID)
    for nik in niks:
        register.leave(nik)
        register.change(nik, no_kk=number, address=host.address, hubungan="FAMILI LAIN")
    register.reissue(number, members=(*host.members, *niks))
    return number
