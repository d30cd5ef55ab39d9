"""The invented people: the same for a seed, enough of them, nobody's numbers, and a hero family that never changes."""

from collections import Counter
from datetime import date

import pytest

from contoh.orang import Population, make


@pytest.fixture(scope="module")
def people() -> Population:
    return make()


def test_the_same_seed_makes_the_same_people(people: Population) -> None:
    assert make(2026) == people
    assert make(2027).people != people.people


def test_about_four_thousand_people_on_1312_cards(people: Population) -> None:
    assert len(people.families) == 1312 + len(people.figures.families)
    assert 3800 <= len(people.people) <= 4200
    assert sum(len(family.members) for family in people.families) == len(people.people)
    assert len(people.by_nik) == len(people.people)
    assert len(people.by_kk) == len(people.families)


def test_a_nik_has_the_registers_form_and_can_belong_to_nobody(people: Population) -> None:
    for person in people.people:
        day = person.tanggal_lahir.day + (40 if person.jenis_kelamin == "P" else 0)
        assert len(person.nik) == 16
        assert person.nik.startswith("99")
        assert person.nik[6:12] == f"{day:02d}{person.tanggal_lahir:%m%y}"
        assert person.nik[12:] != "0000"


def test_other_numbers_are_impossible_and_given_once(people: Population) -> None:
    assert all(asn.nip.endswith("000") and len(asn.nip) == 18 for asn in people.asn)
    assert all(family.no_kk.startswith("99") and len(family.no_kk) == 16 for family in people.families)
    nisns = [pupil.nisn for pupil in people.enrolments] + [left.nisn for left in people.graduations]
    assert all(nisn.startswith("555") and len(nisn) == 10 for nisn in nisns)
    for numbers in (nisns, [asn.nip for asn in people.asn], [degree.nim for degree in people.degrees]):
        assert Counter(numbers).most_common(1)[0][1] == 1


def test_children_have_parents_on_the_card_and_of_an_age(people: Population) -> None:
    for person in people.people:
        if person.nik_ibu:
            mother = people.by_nik[person.nik_ibu]
            assert mother.no_kk == person.no_kk
            assert mother.nama == person.nama_ibu
            assert 18 <= person.tanggal_lahir.year - mother.tanggal_lahir.year <= 45


def test_everything_points_to_people_who_exist(people: Population) -> None:
    for record in (*people.enrolments, *people.graduations, *people.degrees, *people.asn):
        assert record.nik in people.by_nik
    for birth in people.births:
        assert people.by_nik[birth.nik_ibu].jenis_kelamin == "P"
        assert birth.waktu_lahir.year == 2026


@pytest.mark.parametrize("seed", [1, 2026, 99])
def test_the_hero_family_is_the_same_whatever_the_seed(seed: int) -> None:
    hero = make(seed, families=3).hero
    assert hero == make().hero
    assert hero.mother_asn.nip == "198604122010012000"
    assert hero.mother_asn.nik == hero.mother.nik == hero.baby.nik_ibu == hero.child.nik_ibu
    assert hero.baby.waktu_lahir.date() == date(2026, 11, 20)
    assert hero.child_enrolment.tingkat == 6
    assert hero.aunt_degree.nik == hero.aunt_school.nik == hero.aunt.nik
    assert hero.aunt_degree.tanggal_lulus is not None


def test_the_test_persons_are_the_same_whatever_the_seed_and_three_for_each_service() -> None:
    figures = make(1, families=1).figures
    assert figures == make().figures
    words = (
        ("sari", "melati", "dewi"), ("rahmat", "intan", "yusuf"), ("bagus", "ratna", "agung"),
        ("arka", "nabila", "galang"), ("maryam", "darto", "lestari"), ("hendra", "yohana", "ketut"),
        ("fajar", "maria", "joko"), ("suminah", "waode", "rangga"),
    )  # fmt: skip
    assert all(figures[word].nik.startswith("99") for three in words for word in three)


def test_no_family_at_all_is_refused() -> None:
    with pytest.raises(ValueError, match="expected at least 1 family"):
        make(families=0)
