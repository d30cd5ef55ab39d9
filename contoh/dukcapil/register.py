"""The register behind the service: who is on which card, and the births that are entered while it runs."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from contoh.dukcapil.answers import BAD_FORM, BY_STATUS, INCOMPLETE, INVALID, NOT_FOUND, Refusal, Refused, Row
from contoh.dukcapil.elements import SEXES
from contoh.orang import TODAY, Family, Person, Population
from contoh.orang.numbers import nik_head

ALREADY_ENTERED = Refusal("Kelahiran Sudah Terdaftar", "21")
MOTHER_UNKNOWN = Refusal("NIK Ibu Tidak Ditemukan", "22")
_NEEDED = ("NO_SURAT_LAHIR", "NIK_IBU", "NAMA_LGKP", "JENIS_KLMIN", "TGL_LHR", "TMPT_LHR")


@dataclass(frozen=True)
class Entry:
    """One birth that was entered: the child's NIK and the number of its certificate (akta)."""

    nik: str
    no_kk: str
    no_akta: str
    asked: tuple[tuple[str, str], ...]


class Register:
    def __init__(self, population: Population) -> None:
        self._people = dict(population.by_nik)
        self._families = dict(population.by_kk)
        self._letters: set[str] = set()

    def person(self, nik: str) -> Person:
        """An active resident. Raises Refused for all others."""
        if len(nik) != 16 or not nik.isascii() or not nik.isdigit():
            raise Refused(BAD_FORM)
        person = self._people.get(nik)
        if person is None:
            raise Refused(NOT_FOUND)
        if person.status in BY_STATUS:
            code, respon = BY_STATUS[person.status]
            raise Refused(Refusal(respon, code))
        return person

    def card(self, no_kk: str) -> list[Person]:
        if no_kk not in self._families:
            raise Refused(NOT_FOUND)
        return [self._people[nik] for nik in self._families[no_kk].members]

    def children(self, nik: str) -> list[Person]:
        self.person(nik)
        found = [person for person in self._people.values() if nik in (person.nik_ibu, person.nik_ayah)]
        if not found:
            raise Refused(NOT_FOUND)
        return found

    def enter_birth(self, asked: Row) -> Entry:
        """Put a newborn on its mother's card. Raises Refused; then nothing was changed."""
        mother, born, sex = self._check_birth(asked)
        nik = self._free_nik(mother, born, sex)
        card = self._families[mother.no_kk]
        self._people[nik] = _newborn(nik, mother, self._father_of(asked), asked, born)
        self._families[card.no_kk] = _with_member(card, nik)
        self._letters.add(asked["NO_SURAT_LAHIR"])
        number = f"{mother.address.area.regency_code}-LU-{TODAY:%d%m%Y}-{len(self._letters):04d}"
        return Entry(nik, card.no_kk, number, tuple(sorted(asked.items())))

    def _check_birth(self, asked: Row) -> tuple[Person, date, str]:
        if any(not asked.get(name) for name in _NEEDED):
            raise Refused(INCOMPLETE)
        sex = {name.upper(): sex for sex, name in SEXES.items()}.get(asked["JENIS_KLMIN"].upper())
        try:
            born = datetime.strptime(asked["TGL_LHR"], "%d-%m-%Y").date()
        except ValueError:
            raise Refused(INVALID) from None
        if sex is None or born > TODAY:
            raise Refused(INVALID)
        mother = self._people.get(asked["NIK_IBU"])
        if mother is None or mother.jenis_kelamin != "P":
            raise Refused(MOTHER_UNKNOWN)
        if asked["NO_SURAT_LAHIR"] in self._letters:
            raise Refused(ALREADY_ENTERED)
        return mother, born, sex

    def _father_of(self, asked: Row) -> Person | None:
        return self.person(asked["NIK_AYAH"]) if asked.get("NIK_AYAH") else None

    def _free_nik(self, mother: Person, born: date, sex: str) -> str:
        head = nik_head(mother.address.area.district_code, born, "P" if sex == "P" else "L")
        return next(nik for serial in range(1, 10000) if (nik := f"{head}{serial:04d}") not in self._people)


def _with_member(card: Family, nik: str) -> Family:
    return replace(card, members=(*card.members, nik))


def _newborn(nik: str, mother: Person, father: Person | None, asked: Row, born: date) -> Person:
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
        nama_ayah=father.nama if father else "",
        nama_ibu=mother.nama,
        nik_ayah=father.nik if father else None,
        nik_ibu=mother.nik,
        npwp=None,
        no_jkn=None,
    )
