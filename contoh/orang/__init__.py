"""The shared maker of invented people: `make(seed)` gives the same ones on every machine."""

from contoh.orang.population import TODAY, Population, make
from contoh.orang.registers import Conviction, Death, Figures, Licence, Marriage, Membership, Pension, Post, Wage
from contoh.orang.values import (
    Address,
    Area,
    Asn,
    Birth,
    Degree,
    Enrolment,
    Family,
    Graduation,
    Hero,
    Hospital,
    Person,
    School,
    University,
)

__all__ = [
    "TODAY",
    "Address",
    "Area",
    "Asn",
    "Birth",
    "Conviction",
    "Death",
    "Degree",
    "Enrolment",
    "Family",
    "Figures",
    "Graduation",
    "Hero",
    "Hospital",
    "Licence",
    "Marriage",
    "Membership",
    "Pension",
    "Person",
    "Population",
    "Post",
    "School",
    "University",
    "Wage",
    "make",
]
