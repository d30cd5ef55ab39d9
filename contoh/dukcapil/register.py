"""The register behind the service: who is on which card. The acts in the files beside this one change it."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime

from contoh.dukcapil.answers import BAD_FORM, BY_STATUS, INCOMPLETE, INVALID, NOT_FOUND, Refusal, Refused, Row
from contoh.orang import TODAY, Address, Family, Person, Population


@dataclass(frozen=True)
class Letter:
    """A letter of removal (SKPWNI): who may settle where, until when."""

    number: str
    niks: tuple[str, ...]
    no_kk: str
    whole: bool
    regency_code: str
    until: date


class Register:
    """People and cards as they stand now; `numbers` counts what was issued."""

    def __init__(self, population: Population) -> None:
        self.people = dict(population.by_nik)
        self.families = dict(population.by_kk)
        self.since = {family.no_kk: family.tanggal_terbit for family in population.families}
        self.letters: dict[str, Letter] = {}
        self.birth_notes: set[str] = set()
        self.numbers: Counter[str] = Counter()

    def person(self, nik: str) -> Person:
        """An active resident. Raises Refused for all others."""
        if len(nik) != 16 or not nik.isascii() or not nik.isdigit():
            raise Refused(BAD_FORM)
        person = self.people.get(nik)
        if person is None:
            raise Refused(NOT_FOUND)
        if person.status in BY_STATUS:
            code, respon = BY_STATUS[person.status]
            raise Refused(Refusal(respon, code))
        return person

    def card(self, no_kk: str) -> list[Person]:
        if no_kk not in self.families:
            raise Refused(NOT_FOUND)
        return [self.people[nik] for nik in self.families[no_kk].members]

    def children(self, nik: str) -> list[Person]:
        self.person(nik)
        found = [person for person in self.people.values() if nik in (person.nik_ibu, person.nik_ayah)]
        if not found:
            raise Refused(NOT_FOUND)
        return found

    def next_number(self, head: str, digits: int = 4) -> str:
        """The head and what follows the last one given out under it."""
        self.numbers[head] += 1
        return f"{head}{self.numbers[head]:0{digits}d}"

    def change(self, nik: str, **values: object) -> Person:
        self.people[nik] = replace(self.people[nik], **values)  # type: ignore[arg-type]
        return self.people[nik]

    def reissue(self, no_kk: str, **values: object) -> Family:
        """Print a card anew; its members have lived at the address as long as before."""
        family = replace(self.families[no_kk], tanggal_terbit=TODAY, **values)  # type: ignore[arg-type]
        self.families[no_kk] = family
        return family

    def new_card(self, niks: tuple[str, ...], address: Address, desil: int) -> Family:
        """A card of its own for these people, the first as its head; they live there from today."""
        number = self._free_card(address)
        for nik in niks:
            self.leave(nik)
        self.families[number] = Family(number, TODAY, niks, address, desil)
        self.since[number] = TODAY
        for nik in niks:
            self.change(nik, no_kk=number, address=address)
        self.change(niks[0], hubungan="KEPALA KELUARGA")
        return self.families[number]

    def leave(self, nik: str) -> None:
        """Take somebody off a card. Who stays gets a head: the eldest; an empty card ends."""
        no_kk = self.people[nik].no_kk
        stay = tuple(one for one in self.families[no_kk].members if one != nik)
        if not stay:
            del self.families[no_kk]
            return
        if all(self.people[one].hubungan != "KEPALA KELUARGA" for one in stay):
            eldest = min(stay, key=lambda one: self.people[one].tanggal_lahir)
            self.change(eldest, hubungan="KEPALA KELUARGA")
        self.reissue(no_kk, members=tuple(sorted(stay, key=lambda one: self.people[one].hubungan != "KEPALA KELUARGA")))

    def _free_card(self, address: Address) -> str:
        head = f"{address.area.district_code}{TODAY:%d%m%y}"
        return next(f"{head}{serial:04d}" for serial in range(1, 10000) if f"{head}{serial:04d}" not in self.families)


def age(person: Person, on: date = TODAY) -> int:
    born = person.tanggal_lahir
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def day_of(text: str) -> date:
    """DD-MM-YYYY, not after today. Raises Refused."""
    try:
        day = datetime.strptime(text, "%d-%m-%Y").date()
    except ValueError:
        raise Refused(INVALID) from None
    if day > TODAY:
        raise Refused(INVALID)
    return day


def need(asked: Row, *names: str) -> None:
    """Raises Refused where one of them is missing or empty."""
    if any(not asked.get(name) for name in names):
        raise Refused(INCOMPLETE)
