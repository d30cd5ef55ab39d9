"""Where the test persons are put together: cards, people, and what the other registers hold of them."""

from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

from contoh.orang.names import full_name
from contoh.orang.numbers import Numbers
from contoh.orang.places import ELSEWHERE
from contoh.orang.registers import Conviction, Death, Figures, Licence, Marriage, Membership, Pension, Post, Wage
from contoh.orang.values import Address, Area, Birth, Degree, Enrolment, Family, Graduation, Person, Sex


@dataclass(frozen=True)
class Home:
    """A card to which people are added; its number says when it was issued."""

    no_kk: str
    address: Address
    faith: str
    issued: date
    desil: int
    members: list[Person] = field(default_factory=list)

    @property
    def area(self) -> Area:
        return self.address.area


@dataclass
class Stage:
    """What the chapters fill. Numbers are handed out in the order of the chapters, so they never change."""

    numbers: Numbers = field(default_factory=Numbers)
    rng: Random = field(default_factory=lambda: Random(2026))
    homes: list[Home] = field(default_factory=list)
    by_word: dict[str, Person] = field(default_factory=dict)
    births: list[Birth] = field(default_factory=list)
    enrolments: list[Enrolment] = field(default_factory=list)
    graduations: list[Graduation] = field(default_factory=list)
    degrees: list[Degree] = field(default_factory=list)
    memberships: list[Membership] = field(default_factory=list)
    marriages: list[Marriage] = field(default_factory=list)
    licences: list[Licence] = field(default_factory=list)
    pensions: list[Pension] = field(default_factory=list)
    deaths: list[Death] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    wages: list[Wage] = field(default_factory=list)
    convictions: list[Conviction] = field(default_factory=list)
    remeasured: list[tuple[str, int]] = field(default_factory=list)

    def home(self, place: str, street: str, issued: date, *, desil: int = 5, faith: str = "ISLAM") -> Home:
        """A new card in one of `places.ELSEWHERE`."""
        area = ELSEWHERE[place]
        number = self.numbers.kk(area.district_code, issued)
        home = Home(number, Address(street, "002", "004", area), faith, issued, desil)
        self.homes.append(home)
        return home

    def person(
        self, word: str, home: Home, nama: str, sex: Sex, born: date, *, hubungan: str, kawin: str = "BELUM KAWIN",
        kerja: str = "BELUM/TIDAK BEKERJA", sekolah: str = "SLTA/SEDERAJAT", ayah: Person | None = None,
        ibu: Person | None = None, jkn: tuple[str, str] | None = ("PPU", "2"), nama_jkn: str = "", **more: Any,
    ) -> Person:  # fmt: skip
        """A test person on a card, with a JKN membership (segment, class) unless `jkn` is None."""
        nik = self.numbers.nik(home.area.district_code, born, sex)
        number = self.numbers.serial("99998", 8) if jkn else None
        father, mother = full_name(self.rng, "L"), full_name(self.rng, "P")
        person = Person(
            nik=nik, no_kk=home.no_kk, nama=nama, jenis_kelamin=sex, tempat_lahir=home.area.kabupaten.split(" ", 1)[1],
            tanggal_lahir=born, agama=home.faith, status_kawin=kawin, hubungan=hubungan, pekerjaan=kerja,
            pendidikan=sekolah, nama_ayah=ayah.nama if ayah else father, nama_ibu=ibu.nama if ibu else mother,
            nik_ayah=ayah.nik if ayah else None, nik_ibu=ibu.nik if ibu else None, address=home.address,
            npwp=nik if kerja not in _UNTAXED else None, no_jkn=number,
        )  # fmt: skip
        home.members.append(person)
        self.by_word[word] = person
        if jkn and number:
            self.memberships.append(Membership(nik, number, *jkn, nama=nama_jkn, **more))
        return person

    def figures(self) -> Figures:
        return Figures(
            by_word=tuple(self.by_word.items()),
            families=tuple(
                Family(h.no_kk, h.issued, tuple(p.nik for p in h.members), h.address, h.desil) for h in self.homes
            ),
            births=tuple(self.births),
            enrolments=tuple(self.enrolments),
            graduations=tuple(self.graduations),
            degrees=tuple(self.degrees),
            memberships=tuple(self.memberships),
            marriages=tuple(self.marriages),
            licences=tuple(self.licences),
            pensions=tuple(self.pensions),
            deaths=tuple(self.deaths),
            posts=tuple(self.posts),
            wages=tuple(self.wages),
            convictions=tuple(self.convictions),
            remeasured=tuple(self.remeasured),
        )


_UNTAXED = ("BELUM/TIDAK BEKERJA", "PELAJAR/MAHASISWA", "MENGURUS RUMAH TANGGA", "PENSIUNAN")
