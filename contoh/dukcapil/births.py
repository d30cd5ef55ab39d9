"""CALL_DAFTAR_LAHIR: a newborn gets a NIK, a certificate and a place on the mother's card."""

from dataclasses import replace
from datetime import date

from contoh.dukcapil.answers import INVALID, Refusal, Refused, Row
from contoh.dukcapil.elements import SEXES
from contoh.dukcapil.register import Register, day_of, need
from contoh.orang import TODAY, Person
from contoh.orang.numbers import nik_head

ALREADY_ENTERED = Refusal("Kelahiran Sudah Terdaftar", "21")
MOTHER_UNKNOWN = Refusal("NIK Ibu Tidak Ditemukan", "22")
LATE = Refusal("Pelaporan Melebihi 60 Hari, Perlu Keputusan Kepala Dinas", "24")
PARENTS_DIFFER = Refusal("Status Perkawinan Orang Tua Tidak Sesuai", "25")
NO_NOTE = Refusal("Tanpa Surat Lahir Perlu SPTJM F-2.03 dan Dua Saksi", "26")
NAME_REFUSED = Refusal("Nama Tidak Sesuai Permendagri 73/2022", "27")
DAYS = 60
PARENTS = ("KAWIN", "KAWIN BELUM TERCATAT", "ANAK IBU")
_NEEDED = ("NIK_IBU", "NAMA_LGKP", "JENIS_KLMIN", "TGL_LHR", "TMPT_LHR")


def enter(register: Register, asked: Row) -> Row:
    """Raises Refused; then nothing was changed."""
    need(asked, *_NEEDED)
    born, sex = day_of(asked["TGL_LHR"]), _sex(asked)
    mother = _mother(register, asked)
    _check_name(asked["NAMA_LGKP"])
    _check_note(register, asked, born)
    _check_parents(mother, asked)
    father = register.person(asked["NIK_AYAH"]) if asked.get("NIK_AYAH") else None
    child = _newborn(_free_nik(register, mother, born, sex), mother, father, asked, born)
    register.people[child.nik] = child
    card = register.families[mother.no_kk]
    register.reissue(card.no_kk, members=(*card.members, child.nik))
    register.birth_notes.add(_note(asked))
    number = register.next_number(f"{mother.address.area.regency_code}-LU-{TODAY:%d%m%Y}-")
    return {"NIK": child.nik, "NO_KK": card.no_kk, "NO_AKTA_LAHIR": number}


def _sex(asked: Row) -> str:
    sex = {name.upper(): sex for sex, name in SEXES.items()}.get(asked["JENIS_KLMIN"].upper())
    if sex is None:
        raise Refused(INVALID)
    return sex


def _mother(register: Register, asked: Row) -> Person:
    mother = register.people.get(asked["NIK_IBU"])
    if mother is None or mother.jenis_kelamin != "P":
        raise Refused(MOTHER_UNKNOWN)
    return mother


def _check_name(name: str) -> None:
    """At most 60 letters with blanks, no digits (Permendagri 73/2022 articles 4 and 5)."""
    if len(name) > 60 or any(letter.isdigit() for letter in name):
        raise Refused(NAME_REFUSED)


def _check_note(register: Register, asked: Row, born: date) -> None:
    """The hospital's note, or a statement (SPTJM, form F-2.03) with two witnesses; the office's decision where it is late."""
    if not asked.get("NO_SURAT_LAHIR"):
        if not (asked.get("NO_SPTJM") and asked.get("NIK_SAKSI_1") and asked.get("NIK_SAKSI_2")):
            raise Refused(NO_NOTE)
        register.person(asked["NIK_SAKSI_1"]), register.person(asked["NIK_SAKSI_2"])
    if _note(asked) in register.birth_notes:
        raise Refused(ALREADY_ENTERED)
    if (TODAY - born).days > DAYS and not asked.get("NO_KEPUTUSAN"):
        raise Refused(LATE)


def _note(asked: Row) -> str:
    return asked.get("NO_SURAT_LAHIR") or asked["NO_SPTJM"]


def _check_parents(mother: Person, asked: Row) -> None:
    """What is said of the parents' marriage must be what the register holds; nothing said, nothing compared."""
    said = asked.get("STATUS_ORTU")
    if said and said not in PARENTS:
        raise Refused(INVALID)
    married = mother.status_kawin.startswith("KAWIN")
    recorded = married and mother.status_kawin != "KAWIN BELUM TERCATAT"
    if (said == "KAWIN" and not recorded) or (said == "KAWIN BELUM TERCATAT" and not married):
        raise Refused(PARENTS_DIFFER)


def _free_nik(register: Register, mother: Person, born: date, sex: str) -> str:
    head = nik_head(mother.address.area.district_code, born, "P" if sex == "P" else "L")
    return next(nik for serial in range(1, 10000) if (nik := f"{head}{serial:04d}") not in register.people)


def _newborn(nik: str, mother: Person, father: Person | None, asked: Row, born: date) -> Person:
    fathers = father.nama if father else asked.get("NAMA_AYAH", "").upper()
    return replace(
        mother,
        nik=nik,
        nama=asked["NAMA_LGKP"].upper(),
        jenis_kelamin="P" if asked["JENIS_KLMIN"].upper() == "PEREMPUAN" else "L",
        tempat_lahir=asked["TMPT_LHR"].upper(),
        tanggal_lahir=born,
        status_kawin="BELUM KAWIN",
        hubungan="ANAK",
        pekerjaan="BELUM/TIDAK BEKERJA",
        pendidikan="TIDAK/BELUM SEKOLAH",
        nama_ayah="" if asked.get("STATUS_ORTU") == "ANAK IBU" else fathers,
        nama_ibu=mother.nama,
        nik_ayah=father.nik if father else None,
        nik_ibu=mother.nik,
        npwp=None,
        no_jkn=None,
    )
