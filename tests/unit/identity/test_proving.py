"""A claim to a NIK: what is asked, what is told, what is limited; the same answer and about the same time for every no."""

from __future__ import annotations

import statistics
import time
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache

from terpadu.errors import Refused
from terpadu.identity.models import Event, Person
from terpadu.identity.proving import seeing
from tests.lib.authenticator import Passkey
from tests.lib.people import make_officer, make_person
from tests.unit.identity.conftest import Browser
from tests.unit.identity.register import CHILD, MOTHER, Register

pytestmark = pytest.mark.django_db
RIGHT = {
    "nik": MOTHER, "name": "Sekarningrum  Talaga", "birth_date_0": "12", "birth_date_1": "4", "birth_date_2": "1986",
    "mother": "RATNASIH",
}  # fmt: skip
NOBODY = "9901019999999999"
NO = "tidak cocok dengan data kependudukan"


@pytest.fixture
def newcomer(browser: Browser) -> Person:
    person = make_person(nik="", assurance=1, name=None)
    browser.force_login(person)
    return person


def claim(browser: Browser, **more: Any) -> str:
    answer = browser.post("/akun/nik/", RIGHT | more)
    return "proven" if answer.status_code == 302 else answer.content.decode()


@pytest.fixture(autouse=True)
def matching_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """The register compares names without case and doubled blanks (its threshold is 90)."""
    from tests.unit.identity import register

    monkeypatch.setitem(register.PEOPLE, MOTHER, register.MOTHER_SAID | {"nama": "Sekarningrum  Talaga"})


def test_a_match_is_level_two_and_copies_nothing(browser: Browser, newcomer: Person, dukcapil: Register) -> None:
    assert claim(browser) == "proven"
    newcomer.refresh_from_db()
    assert (newcomer.assurance, newcomer.nik, newcomer.name) == (2, MOTHER, "SEKARNINGRUM TALAGA")
    assert dukcapil.asked == [("ID/GOV/KEMENDAGRI/DUKCAPIL/cocokkan", "pembuktian-identitas")]
    assert Event.objects.get(kind="nik-proven").details == {"exchange": "uji-1"}


@pytest.mark.parametrize(
    "wrong", [{"nik": NOBODY}, {"nik": CHILD}, {"name": "LAIN"}, {"birth_date_0": "13"}, {"mother": "LAIN"}]
)
def test_every_no_is_the_same_no(browser: Browser, newcomer: Person, dukcapil: Register, wrong: dict[str, str]) -> None:
    assert NO in claim(browser, **wrong)
    newcomer.refresh_from_db()
    assert (newcomer.assurance, newcomer.nik_index) == (1, None)
    assert Event.objects.filter(kind="nik-refused", person=newcomer).count() == 1


def test_a_no_is_the_same_whether_the_number_has_an_account(
    browser: Browser, newcomer: Person, dukcapil: Register
) -> None:
    told = [claim(browser, name="LAIN", nik=NOBODY)]
    make_person(nik=MOTHER)
    told.append(claim(browser, name="LAIN"))
    assert told[0].replace(NOBODY, "…")[-2500:] == told[1].replace(MOTHER, "…")[-2500:]
    assert mail.outbox == []


def test_a_second_account_of_the_same_number_is_left_to_officials(
    browser: Browser, newcomer: Person, dukcapil: Register
) -> None:
    holder = make_person(nik=MOTHER)
    assert "Perlu diperiksa petugas" in claim(browser)
    newcomer.refresh_from_db()
    assert (newcomer.assurance, newcomer.nik_index) == (1, None)
    assert [letter.to for letter in mail.outbox] == [[holder.email]]
    assert Event.objects.get(kind="nik-claimed").by == newcomer


@pytest.mark.parametrize(
    "code", ["peer-unreachable", "upstream-down", "upstream-quota", "no-agreement", "log-unavailable"]
)
def test_a_silent_register_leaves_the_account_as_it_is(
    browser: Browser, newcomer: Person, dukcapil: Register, code: str
) -> None:
    dukcapil.down = code
    assert "Dukcapil tidak menjawab" in claim(browser)
    dukcapil.down = ""
    assert claim(browser) == "proven"


def test_tries_are_limited_per_account(browser: Browser, newcomer: Person, dukcapil: Register) -> None:
    for number in range(5):
        assert NO in claim(browser, nik=f"990101010101{number:04}")
    assert "terlalu sering" in claim(browser)
    assert len(dukcapil.asked) == 5


def test_tries_are_limited_per_number(dukcapil: Register) -> None:
    for number in range(6):
        browser = Browser()
        browser.force_login(make_person(nik="", assurance=1))
        assert ("terlalu sering" if number == 5 else NO) in claim(browser, name="LAIN")
    assert len(dukcapil.asked) == 5


def test_tries_are_limited_per_address(dukcapil: Register) -> None:
    people = [make_person(nik="", assurance=1) for _ in range(13)]
    for number in range(61):
        browser = Browser()
        browser.force_login(people[number // 5])
        told = claim(browser, nik=f"990101020202{number:04}")
        assert ("terlalu sering" if number == 60 else NO) in told
    elsewhere = Browser(REMOTE_ADDR="203.0.113.9")
    elsewhere.force_login(people[-1])
    assert NO in claim(elsewhere, nik="9901010303030001")


def test_every_no_takes_the_same_time(browser: Browser, newcomer: Person, dukcapil: Register) -> None:
    """Unknown number, wrong name, wrong name of a number with an account: medians within a fifth of each other."""
    make_person(nik=MOTHER)
    kinds = [{"nik": NOBODY}, {"nik": CHILD, "name": "LAIN"}, {"name": "LAIN"}]
    times: list[list[float]] = [[], [], []]
    for _ in range(25):
        for kind, taken in zip(kinds, times, strict=True):
            cache.clear()
            start = time.perf_counter()
            assert NO in claim(browser, **kind)
            taken.append(time.perf_counter() - start)
    medians = [statistics.median(each) for each in times]
    assert max(medians) < 1.2 * min(medians), medians


def test_no_number_stands_in_an_address_or_a_plain_column(
    browser: Browser, newcomer: Person, dukcapil: Register
) -> None:
    from django.db import connection

    claim(browser)
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - names of our own tables
            assert MOTHER not in repr(cursor.fetchall()), table


def test_level_three_is_seen_by_an_official_and_recorded(browser: Browser, passkey: Passkey) -> None:
    official, person = make_person(passkey), make_person(nik=MOTHER)
    make_officer(official, "ID/GOV/KEMENDAGRI/DUKCAPIL", "identitas")
    browser.sign_on(passkey)
    code = seeing.show(person)
    page = browser.post("/akun/loket/orang/", {"code": code}).content.decode()
    assert person.name in page
    assert MOTHER not in page
    assert browser.post("/akun/loket/orang/", {"code": code, "seen": "1"}).status_code == 302
    person.refresh_from_db()
    assert person.assurance == 3
    event = Event.objects.get(kind="seen")
    assert (event.by, event.details) == (official, {"office": "ID/GOV/KEMENDAGRI/DUKCAPIL"})
    assert "Tidak ditemukan" in browser.post("/akun/loket/orang/", {"code": code}).content.decode()


def test_nobody_sees_themselves_or_without_a_mandate() -> None:
    official, stranger = make_person(), make_person()
    make_officer(official, "ID/GOV/KEMENDAGRI/DUKCAPIL", "identitas")
    for who, code in (
        (official, seeing.show(official)),
        (stranger, seeing.show(official)),
        (official, "AAAA-BBBB-CCCC"),
    ):
        with pytest.raises(Refused, match="Expected"):
            seeing.confirm(who, code)


@pytest.mark.parametrize("page", ["/akun/loket/", "/akun/loket/orang/", "/akun/loket/pemulihan/", "/akun/loket/wali/"])
@pytest.mark.parametrize("role", ["", "petugas", "pimpinan"])
def test_the_counter_is_for_identity_officials_alone(browser: Browser, passkey: Passkey, page: str, role: str) -> None:
    person = make_person(passkey)
    if role:
        make_officer(person, "ID/GOV/KEMENDAGRI/DUKCAPIL", role)
    browser.sign_on(passkey)
    assert browser.get(page).status_code == 404


def test_the_counter_wants_a_fresh_passkey(browser: Browser, person: Person) -> None:
    make_officer(person, "ID/GOV/KEMENDAGRI/DUKCAPIL", "identitas")
    browser.force_login(person)
    answer = browser.post("/akun/loket/pemulihan/", {"nik": MOTHER, "address": "x@contoh.example"})
    assert answer.headers["Location"] == "/masuk/lagi/kunci/?next=%2Fakun%2Floket%2Fpemulihan%2F"
    assert MOTHER not in repr(dict(browser.session.items()))
    assert EmailAddress.objects.count() == 1
