"""Who may act for whom: the whole matrix, for people and for offices; giving, taking, revoking, at once and by whom."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from terpadu.errors import BadInput, Refused
from terpadu.identity import mandates
from terpadu.identity.mandates import family, giving, guardians
from terpadu.identity.models import Event, OfficeMandate, Person, PersonMandate, Role
from terpadu.identity.proving.register import Claim, Member, Silent
from terpadu.pages.sealed import index
from tests.lib.people import make_officer, make_parent, make_person
from tests.unit.identity.register import AUNT, CHILD, FATHER, MOTHER, Register

pytestmark = pytest.mark.django_db
DUKCAPIL, BKN = "ID/GOV/KEMENDAGRI/DUKCAPIL", "ID/GOV/BKN/SIASN"
DAY = timedelta(days=1)

# What can be the matter with a mandate, and with its holder; only the first of each lets act.
TIMES: dict[str, dict[str, Any]] = {
    "in force": {},
    "not begun": {"since": DAY},
    "ended": {"since": -3 * DAY, "until": -DAY},
    "ends now": {"since": -3 * DAY, "until": timedelta(0)},
    "revoked": {"revoked": -DAY},
    "only offered": {"holder": None},
    "another's": {"holder": "other"},
}
HOLDERS: dict[str, dict[str, Any]] = {
    "proven": {}, "seen": {"assurance": 3}, "not proven": {"assurance": 1}, "without NIK": {"nik": ""},
    "disabled": {"is_active": False},
}  # fmt: skip
GOOD = {("in force", "proven"), ("in force", "seen")}


def _when(values: dict[str, Any], holder: Person) -> dict[str, Any]:
    now = timezone.now()
    found = {name: now + value if isinstance(value, timedelta) else value for name, value in values.items()}
    if found.get("holder") == "other":
        found["holder"] = make_person()
    return {"holder": holder, "until": now + 30 * DAY} | found


@pytest.mark.parametrize(("time", "who"), list(itertools.product(TIMES, HOLDERS)))
def test_offices(time: str, who: str) -> None:
    for role, asked, office in itertools.product(Role, Role, (DUKCAPIL, BKN)):
        _check_office(time, who, role, asked, office)


def _check_office(time: str, who: str, role: Role, asked: Role, office: str) -> None:
    holder = make_person(**HOLDERS[who])
    OfficeMandate.objects.create(office=DUKCAPIL, role=role, **_when(TIMES[time], holder))
    may = (time, who) in GOOD and role == asked and office == DUKCAPIL
    assert [one.office for one in mandates.offices_of(holder, asked) if one.office == office] == [DUKCAPIL] * may
    if may:
        assert mandates.check_office(holder, office, asked).role == role
    else:
        with pytest.raises(Refused, match="Expected a mandate"):
            mandates.check_office(holder, office, asked)


SERVICES = {"all": ["*"], "this": ["akta-kelahiran"], "another": ["skck"], "none": []}
SUBJECTS = {"the one meant": "9901010101019991", "somebody": "9901010101019992"}


@pytest.mark.parametrize(("time", "who"), list(itertools.product(TIMES, HOLDERS)))
def test_people(time: str, who: str) -> None:
    for services, subject, kind in itertools.product(SERVICES, SUBJECTS, PersonMandate.Kind):
        _check_person(time, who, services, subject, kind)


def _check_person(time: str, who: str, services: str, subject: str, kind: str) -> None:
    holder, meant = make_person(**HOLDERS[who]), SUBJECTS["the one meant"]
    PersonMandate.objects.create(
        kind=kind, subject_nik=meant, subject_index=index(meant), subject_name="REKAAN", services=SERVICES[services],
        **_when(TIMES[time], holder),
    )  # fmt: skip
    may = (time, who) in GOOD and services in ("all", "this") and subject == "the one meant"
    assert mandates.can_act_for(holder, SUBJECTS[subject], "akta-kelahiran") == may


def test_oneself_needs_no_mandate_once_proven() -> None:
    assert mandates.check_may_act_for(make_person(nik="9901010101010777"), "9901010101010777", "skck") is None
    with pytest.raises(Refused, match="NIK is proven"):
        mandates.check_may_act_for(make_person(nik="9901010101010778", assurance=1), "9901010101010778", "skck")


def test_a_service_without_a_name_is_covered_by_all_alone() -> None:
    holder = make_person()
    make_parent(holder, CHILD)
    assert mandates.can_act_for(holder, CHILD, "")
    PersonMandate.objects.update(services=["skck"])
    assert not mandates.can_act_for(holder, CHILD, "")


def test_given_bounded_taken_and_revoked_by_both_ends_at_once() -> None:
    giver, taker = make_person(), make_person()
    for by in (giver, taker):
        mandate, code = giving.give(giver, ["skck"], 30 * DAY)
        assert not mandates.can_act_for(taker, giver.nik, "skck")
        giving.accept(taker, code.lower().replace("-", " "))
        assert mandates.can_act_for(taker, giver.nik, "skck")
        assert not mandates.can_act_for(taker, giver.nik, "akta-kelahiran")
        assert not mandates.can_act_for(giver, taker.nik, "skck")
        giving.revoke(PersonMandate.objects.get(pk=mandate.pk), by)
        assert not mandates.can_act_for(taker, giver.nik, "skck")
    assert PersonMandate.objects.count() == 2
    assert Event.objects.filter(kind="mandate-revoked").count() == 2


def test_an_offer_is_taken_once_by_somebody_else_and_in_time() -> None:
    giver, first, second = make_person(), make_person(), make_person()
    _mandate, code = giving.give(giver, ["skck"], DAY)
    with pytest.raises(Refused, match="somebody else"):
        giving.accept(giver, code)
    giving.accept(first, code)
    with pytest.raises(Refused, match="still stands"):
        giving.accept(second, code)
    _mandate, late = giving.give(giver, ["skck"], DAY)
    PersonMandate.objects.update(offer_ends=timezone.now())
    with pytest.raises(Refused, match="still stands"):
        giving.accept(second, late)
    mandate, taken_back = giving.give(giver, ["skck"], DAY)
    giving.revoke(mandate, giver)
    with pytest.raises(Refused, match="still stands"):
        giving.accept(second, taken_back)


@pytest.mark.parametrize(
    ("services", "term"), [([], DAY), (["*"], DAY), (["skck"], 367 * DAY), (["skck"], timedelta(0)), (["skck"], -DAY)]
)
def test_no_mandate_for_everything_or_for_ever(services: list[str], term: timedelta) -> None:
    with pytest.raises(Refused, match="Expected"):
        giving.give(make_person(), services, term)
    assert not PersonMandate.objects.exists()


def test_who_is_not_proven_neither_gives_nor_takes() -> None:
    giver, stated = make_person(), make_person(assurance=1)
    with pytest.raises(Refused, match="proven"):
        giving.give(stated, ["skck"], DAY)
    _mandate, code = giving.give(giver, ["skck"], DAY)
    with pytest.raises(Refused, match="proven"):
        giving.accept(stated, code)


def test_the_head_of_an_office_and_nobody_else_gives_its_mandates() -> None:
    head, officer, stranger = make_person(), make_person(), make_person()
    giving.name_head(DUKCAPIL, head)
    make_officer(stranger, DUKCAPIL, "petugas")
    for who, office, role in (
        (stranger, DUKCAPIL, Role.OFFICER),
        (head, BKN, Role.OFFICER),
        (head, DUKCAPIL, Role.HEAD),
    ):
        with pytest.raises(Refused, match="Expected"):
            giving.give_office(who, office, role, DAY)
    mandate, code = giving.give_office(head, DUKCAPIL, Role.OFFICER, DAY)
    giving.accept(officer, code)
    assert [one.office for one in mandates.offices_of(officer)] == [DUKCAPIL]
    with pytest.raises(Refused, match="giver"):
        giving.revoke(mandate, stranger)
    giving.revoke(OfficeMandate.objects.get(pk=mandate.pk), head)
    assert mandates.offices_of(officer) == ()


def test_a_new_head_ends_the_old_one_and_may_revoke_what_that_one_gave() -> None:
    first, second, officer = make_person(), make_person(), make_person()
    giving.name_head(DUKCAPIL, first)
    mandate, code = giving.give_office(first, DUKCAPIL, Role.OFFICER, DAY)
    giving.accept(officer, code)
    giving.name_head(DUKCAPIL, second)
    assert mandates.offices_of(first, Role.HEAD) == ()
    giving.revoke(OfficeMandate.objects.get(pk=mandate.pk), second)
    assert mandates.offices_of(officer) == ()
    assert OfficeMandate.objects.count() == 3


def test_mandates_are_never_deleted() -> None:
    mandate = make_parent(make_person(), CHILD)
    for delete in (mandate.delete, PersonMandate.objects.all().delete):
        with pytest.raises(BadInput, match="Expected"):
            delete()


def test_a_parent_is_who_the_card_and_the_childs_own_line_both_name(dukcapil: Register) -> None:
    mother, aunt = make_person(nik=MOTHER), make_person(nik=AUNT)
    found = family.derive(mother)
    assert [(one.subject_name, one.receipt) for one in found] == [("KIRANASARI LOKANANTA", "uji-1")]
    assert mandates.can_act_for(mother, CHILD, "akta-kelahiran")
    assert family.derive(aunt) == []
    assert not mandates.can_act_for(aunt, CHILD, "akta-kelahiran")
    assert dukcapil.asked[0] == ("ID/GOV/KEMENDAGRI/DUKCAPIL/keluarga", "perwakilan-anak")


def test_a_parents_mandate_ends_when_the_card_no_longer_says_so(dukcapil: Register) -> None:
    mother = make_person(nik=MOTHER)
    family.derive(mother)
    dukcapil.card = [one for one in dukcapil.card if one["nik"] != CHILD]
    family.derive(mother)
    assert not mandates.can_act_for(mother, CHILD, "akta-kelahiran")
    assert PersonMandate.objects.count() == 1


def test_a_silent_register_takes_nothing_away(dukcapil: Register) -> None:
    mother = make_person(nik=MOTHER)
    family.derive(mother)
    dukcapil.down = "peer-unreachable"
    with pytest.raises(Silent):
        family.derive(mother)
    assert mandates.can_act_for(mother, CHILD, "akta-kelahiran")


@pytest.mark.parametrize(
    ("today", "may"), [(date(2032, 6, 1), True), (date(2032, 6, 2), False)], ids=["the day before", "the birthday"]
)
def test_a_child_grows_up(today: date, may: bool) -> None:
    lines = [
        Member(nik=FATHER, name="A", relation="KEPALA KELUARGA", birth_date=date(1984, 9, 3), father="X", mother="Y"),
        Member(nik=CHILD, name="C", relation="ANAK", birth_date=date(2014, 6, 2), father="A", mother="B"),
    ]
    assert bool(family.children_of(FATHER, lines, today)) == may
    assert family.grown_up(date(2012, 2, 29)) == date(2030, 3, 1)


CHILD_CLAIM = Claim(nik=CHILD, name="KIRANASARI LOKANANTA", birth_date=date(2014, 6, 2))


def test_a_guardian_needs_a_decision_and_level_three(dukcapil: Register) -> None:
    official, guardian = make_person(), make_person(assurance=3)
    make_officer(official, DUKCAPIL, "identitas")
    guardians.appoint(official, guardian, CHILD_CLAIM, "12/Pdt.P/2026/PN Xyz", 90 * DAY)
    mandate = PersonMandate.objects.get()
    assert (mandate.kind, mandate.decision, mandate.given_by) == ("wali", "12/Pdt.P/2026/PN Xyz", official)
    assert mandates.can_act_for(guardian, CHILD, "akta-kelahiran")
    giving.revoke(mandate, official, "penetapan dicabut")
    assert not mandates.can_act_for(guardian, CHILD, "akta-kelahiran")


@pytest.mark.parametrize("wrong", ["level", "role", "decision", "child", "term", "oneself"])
def test_a_guardian_without_one_of_these_is_refused(dukcapil: Register, wrong: str) -> None:
    official, guardian = make_person(assurance=3), make_person(assurance=2 if wrong == "level" else 3)
    make_officer(official, DUKCAPIL, "petugas" if wrong == "role" else "identitas")
    child = Claim(nik=CHILD, name="LAIN", birth_date=date(2014, 6, 2)) if wrong == "child" else CHILD_CLAIM
    decision, term = " " if wrong == "decision" else "12/2026", 9000 * DAY if wrong == "term" else DAY
    with pytest.raises(Refused, match="Expected"):
        guardians.appoint(official, official if wrong == "oneself" else guardian, child, decision, term)
    assert not PersonMandate.objects.exists()
