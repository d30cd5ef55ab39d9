"""The whole invented country in one value. `make(seed)` tells how it comes about."""

from dataclasses import dataclass
from functools import cached_property
from random import Random

from contoh.orang import lives
from contoh.orang.families import TODAY, Households
from contoh.orang.figures import make_figures
from contoh.orang.hero import make_hero
from contoh.orang.numbers import Numbers
from contoh.orang.registers import Figures
from contoh.orang.values import Asn, Birth, Degree, Enrolment, Family, Graduation, Hero, Person

__all__ = ["TODAY", "Population", "make"]


@dataclass(frozen=True)
class Population:
    """Everything that the stand-ins know. The hero family's entries stand first in every tuple, the test persons' last."""

    people: tuple[Person, ...]
    families: tuple[Family, ...]
    births: tuple[Birth, ...]
    enrolments: tuple[Enrolment, ...]
    graduations: tuple[Graduation, ...]
    degrees: tuple[Degree, ...]
    asn: tuple[Asn, ...]
    hero: Hero
    figures: Figures

    @cached_property
    def by_nik(self) -> dict[str, Person]:
        return {person.nik: person for person in self.people}

    @cached_property
    def by_kk(self) -> dict[str, Family]:
        return {family.no_kk: family for family in self.families}

    @cached_property
    def by_nip(self) -> dict[str, Asn]:
        return {asn.nip: asn for asn in self.asn}

    def family_of(self, nik: str) -> Family:
        """The card on which this person stands. KeyError for a NIK that nobody has."""
        return self.by_kk[self.by_nik[nik].no_kk]


def make(seed: int = 2026, families: int = 1312) -> Population:
    """The same people for the same seed. `families` counts the cards, the hero's included, without the
    test persons' (`figures`), who are always there."""
    if families < 1:
        raise ValueError(f"expected at least 1 family (the hero's), got {families}; give --families 1 or more")
    rng, numbers, hero = Random(seed), Numbers(), make_hero()
    figures = make_figures()
    homes = Households(rng, numbers)
    for _ in range(families - 1):
        homes.add_family()
    living = [person for person in homes.people if person.status == "AKTIF"]
    enrolments = [lives.enrol(rng, numbers, person) for person in living]
    leavers = {p.nik: left for p in living if (left := lives.leave_school(rng, numbers, p))}
    degrees = [lives.study(rng, numbers, p, leavers[p.nik]) for p in living if p.nik in leavers]
    taken = {hero.mother_asn.nip}
    servants = [lives.serve_state(rng, taken, person) for person in living]
    return Population(
        people=(
            hero.father,
            hero.mother,
            hero.child,
            hero.aunt,
            *homes.people,
            *(person for _, person in figures.by_word),
        ),
        families=(hero.family, *homes.families, *figures.families),
        births=(hero.baby, *homes.births, *figures.births),
        enrolments=(hero.child_enrolment, *filter(None, enrolments), *figures.enrolments),
        graduations=(hero.aunt_school, *leavers.values(), *figures.graduations),
        degrees=(hero.aunt_degree, *filter(None, degrees), *figures.degrees),
        asn=(hero.mother_asn, *filter(None, servants)),
        hero=hero,
        figures=figures,
    )
