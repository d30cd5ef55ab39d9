"""A lost phone: codes, a second key, and two officials; never one person alone, never at once, never in silence."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core import mail
from django.utils import timezone

from terpadu.errors import BadInput, Refused
from terpadu.identity.models import Event, Person, Recovery
from terpadu.identity.recovery import rules
from tests.lib.authenticator import Passkey
from tests.lib.people import make_officer, make_person
from tests.unit.identity.conftest import Browser, mailed_code
from tests.unit.identity.register import MOTHER

pytestmark = pytest.mark.django_db
OFFICE, NEW = "ID/GOV/KEMENDAGRI/DUKCAPIL", "baru@contoh.example"


@pytest.fixture
def lost(passkey: Passkey) -> Person:
    person = make_person(passkey, nik=MOTHER)
    EmailAddress.objects.create(user=person, email="kedua@contoh.example", verified=True)
    return person


@pytest.fixture
def officials() -> tuple[Person, Person]:
    return make_person(offices=[(OFFICE, "identitas")]), make_person(offices=[(OFFICE, "identitas")])


def letter(code: str, to: str) -> str:
    """The long code of the newest letter to an address whose subject begins so."""
    found = [one for one in mail.outbox if one.to == [to] and str(one.subject).startswith(code)]
    match = re.search(r"^(?:[A-Z0-9]{4}-){4}[A-Z0-9]{4}$", str(found[-1].body), re.MULTILINE)
    assert match
    return match[0]


def waited(recovery: Recovery) -> None:
    """As if the waiting time had passed."""
    Recovery.objects.filter(pk=recovery.pk).update(ready=timezone.now() - timedelta(seconds=1))


def test_two_officials_and_a_wait_give_a_new_passkey_and_end_the_old_ones(
    lost: Person, officials: tuple[Person, Person], passkey: Passkey
) -> None:
    elsewhere = Browser()
    elsewhere.sign_on(passkey)
    recovery = rules.begin(officials[0], MOTHER, NEW)
    rules.confirm(officials[1], recovery, MOTHER)
    code = letter("Kode pemulihan", NEW)
    browser, fresh = Browser(), Passkey()
    assert "Masa tunggu" in browser.post("/pemulihan/", {"code": code}).content.decode()
    waited(recovery)
    assert browser.post("/pemulihan/", {"code": code}).headers["Location"] == "/pemulihan/kunci/"
    made = fresh.made(browser.options("/pemulihan/kunci/"))
    assert browser.give("/pemulihan/kunci/", made, name="Baru").headers["Location"] == "/akun/mulai/"
    assert browser.is_signed_on
    assert not elsewhere.is_signed_on
    assert Authenticator.objects.filter(user=lost).count() == 1
    assert Browser().sign_on(passkey).headers["Location"] != "/"
    lost.refresh_from_db()
    assert lost.email == NEW
    kinds = list(
        Event.objects.filter(person=lost, kind__startswith="recovery").order_by("pk").values_list("kind", "by")
    )
    assert kinds == [
        ("recovery-opened", officials[0].pk), ("recovery-confirmed", officials[1].pk), ("recovery-finished", lost.pk)
    ]  # fmt: skip
    told = {(one.to[0], str(one.subject)) for one in mail.outbox}
    for address in ("kedua@contoh.example", NEW):
        assert (address, "Akun Anda dipulihkan") in told
    assert "kode ini tidak berlaku" in Browser().post("/pemulihan/", {"code": code}).content.decode().lower()


def test_every_known_address_hears_of_it_and_one_code_cancels_it(
    lost: Person, officials: tuple[Person, Person]
) -> None:
    recovery = rules.begin(officials[0], MOTHER, NEW)
    assert {one.to[0] for one in mail.outbox} == {lost.email, "kedua@contoh.example"}
    answer = Browser().post("/pemulihan/batal/", {"code": letter("Pemulihan akun Anda dibuka", lost.email).lower()})
    assert answer.headers["Location"] == "/masuk/"
    with pytest.raises(Refused, match="waits for a second"):
        rules.confirm(officials[1], recovery, MOTHER)
    assert Event.objects.filter(kind="recovery-cancelled").count() == 1


def test_a_cancelled_recovery_gives_nothing_even_after_the_wait(lost: Person, officials: tuple[Person, Person]) -> None:
    recovery = rules.begin(officials[0], MOTHER, NEW)
    rules.confirm(officials[1], recovery, MOTHER)
    waited(recovery)
    browser = Browser()
    browser.post("/pemulihan/", {"code": letter("Kode pemulihan", NEW)})
    options = browser.options("/pemulihan/kunci/")
    rules.cancel(recovery, lost)
    answer = browser.give("/pemulihan/kunci/", Passkey().made(options), name="x")
    assert answer.headers["Location"] == "/pemulihan/"
    assert Authenticator.objects.filter(user=lost).count() == 1


def test_the_owner_who_is_signed_on_cancels_it(
    lost: Person, officials: tuple[Person, Person], passkey: Passkey
) -> None:
    rules.begin(officials[0], MOTHER, NEW)
    browser = Browser()
    browser.sign_on(passkey)
    assert "Ada pemulihan akun yang berjalan" in browser.get("/akun/").content.decode()
    assert browser.post("/akun/pemulihan/batal/").status_code == 302
    assert rules.running(lost) is None
    assert browser.post("/akun/pemulihan/batal/").status_code == 404


def test_one_official_is_never_enough(lost: Person, officials: tuple[Person, Person]) -> None:
    recovery = rules.begin(officials[0], MOTHER, NEW)
    with pytest.raises(Refused, match="different official"):
        rules.confirm(officials[0], recovery, MOTHER)
    with pytest.raises(Refused, match="NIK of the account"):
        rules.confirm(officials[1], recovery, "9901010101010001")
    Recovery.objects.update(ready=timezone.now())
    with pytest.raises(Refused, match="Expected the code"):
        rules.ready("")
    assert rules.waiting(officials[0]) == []
    assert rules.waiting(officials[1]) == [recovery]


def test_officials_without_the_mandate_or_for_themselves_do_nothing(
    lost: Person, officials: tuple[Person, Person]
) -> None:
    for role in ("petugas", "pimpinan"):
        with pytest.raises(Refused, match="identity mandate"):
            rules.begin(make_person(offices=[(OFFICE, role)]), MOTHER, NEW)
    make_officer(lost, OFFICE, "identitas")
    with pytest.raises(Refused, match="nobody recovers their own"):
        rules.begin(lost, MOTHER, NEW)
    recovery = rules.begin(officials[0], MOTHER, NEW)
    with pytest.raises(Refused, match="not the person"):
        rules.confirm(lost, recovery, MOTHER)
    with pytest.raises(Refused, match="one is open already"):
        rules.begin(officials[1], MOTHER, NEW)
    with pytest.raises(Refused, match="there is none"):
        rules.begin(officials[1], "9901010101019999", NEW)


def test_an_address_of_another_person_is_refused_and_one_of_an_empty_account_moves(
    lost: Person, officials: tuple[Person, Person]
) -> None:
    other, empty = make_person(), make_person(nik="", assurance=1)
    with pytest.raises(Refused, match="no other account"):
        rules.begin(officials[0], MOTHER, other.email)
    recovery = rules.begin(officials[0], MOTHER, empty.email)
    rules.confirm(officials[1], recovery, MOTHER)
    waited(recovery)
    rules.finish(recovery)
    empty.refresh_from_db()
    assert not empty.is_active
    assert EmailAddress.objects.get(email=recovery.address).user == lost


def test_a_recovery_ends_by_itself(lost: Person, officials: tuple[Person, Person]) -> None:
    recovery = rules.begin(officials[0], MOTHER, NEW)
    rules.confirm(officials[1], recovery, MOTHER)
    Recovery.objects.update(ready=timezone.now(), ends=timezone.now())
    with pytest.raises(Refused, match="may have ended"):
        rules.ready(letter("Kode pemulihan", NEW))
    assert rules.begin(officials[0], MOTHER, NEW).runs()
    assert Recovery.objects.count() == 2


def test_codes_of_letters_cannot_be_guessed_for_long(lost: Person) -> None:
    browser = Browser()
    pages = [browser.post("/pemulihan/", {"code": f"AAAA-AAAA-AAAA-AAAA-{number:04}"}) for number in range(21)]
    assert "tidak berlaku" in pages[19].content.decode()
    assert "Terlalu banyak" in pages[20].content.decode()


def test_a_recovery_code_signs_on_once_after_the_code_by_mail(lost: Person, passkey: Passkey) -> None:
    browser = Browser()
    browser.sign_on(passkey)
    assert browser.post("/akun/kode-pemulihan/baru/").headers["Location"] == "/akun/kode-pemulihan/"
    codes = re.findall(r"<code>(\d{10})</code>", browser.get("/akun/kode-pemulihan/").content.decode())
    assert len(codes) == 10
    again = browser.get("/akun/kode-pemulihan/").content.decode()
    assert not re.search(r"\d{10}", again.replace(str(lost.pk), ""))
    file = browser.post("/akun/kode-pemulihan/unduh/", {"code": [*codes, "<script>"]})
    assert (file["Content-Disposition"], file.content.decode().split()[-10:]) == (
        'attachment; filename="kode-pemulihan.txt"', codes
    )  # fmt: skip
    for number in range(2):
        other = Browser()
        other.post("/masuk/kode/", {"email": lost.email})
        other.post("/masuk/kode/surel/", {"code": mailed_code(), "action": "verify"})
        other.post("/masuk/faktor-kedua/", {"code": codes[0]})
        assert other.is_signed_on == (number == 0)
    assert Event.objects.filter(kind="code-used").count() == 1
    assert codes[1] not in repr(list(Authenticator.objects.values()))


def test_events_stay_as_written() -> None:
    event = Event.objects.create(kind="seen")
    for change in (event.save, event.delete, Event.objects.all().delete, lambda: Event.objects.update(kind="x")):
        with pytest.raises(BadInput, match="Expected"):
            change()
