"""Registration and sign-on, through the pages."""

from __future__ import annotations

import re
import statistics
import time

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache

from terpadu.identity.models import Event, Person
from terpadu.identity.signing_on import even
from tests.lib.authenticator import Passkey
from tests.unit.identity.conftest import Browser, mailed_code

pytestmark = pytest.mark.django_db(databases=["default"])


def register(browser: Browser, email: str, passkey: Passkey) -> None:
    assert browser.post("/daftar/", {"email": email}).headers["Location"] == "/daftar/kode/"
    answer = browser.post("/daftar/kode/", {"code": mailed_code(), "action": "verify"})
    assert answer.headers["Location"] == "/daftar/kunci/", answer.content
    made = passkey.made(browser.options("/daftar/kunci/"))
    assert browser.give("/daftar/kunci/", made, name="Ponsel").headers["Location"] == "/akun/mulai/"


def test_registers_with_a_passkey_and_signs_on_with_it(browser: Browser, passkey: Passkey) -> None:
    register(browser, "baru@contoh.example", passkey)
    person = Person.objects.get(email="baru@contoh.example")
    assert (person.assurance, person.has_usable_password()) == (1, False)
    assert [one.kind for one in Event.objects.order_by("pk")] == ["registered", "factor-added", "signed-on"]
    another = Browser()
    assert another.sign_on(passkey).headers["Location"] == "/"
    assert another.is_signed_on


def test_an_account_without_a_key_makes_one_before_anything_else(browser: Browser, passkey: Passkey) -> None:
    browser.post("/daftar/", {"email": "putus@contoh.example"})
    browser.post("/daftar/kode/", {"code": mailed_code(), "action": "verify"})
    later = Browser()
    later.post("/masuk/kode/", {"email": "putus@contoh.example"})
    answer = later.post("/masuk/kode/surel/", {"code": mailed_code(), "action": "verify"})
    assert answer.headers["Location"] == "/daftar/kunci/"
    assert not later.is_signed_on


def test_a_code_by_mail_needs_a_second_factor(browser: Browser, person: Person, passkey: Passkey) -> None:
    browser.post("/masuk/kode/", {"email": person.email})
    answer = browser.post("/masuk/kode/surel/", {"code": mailed_code(), "action": "verify"})
    assert answer.headers["Location"] == "/masuk/faktor-kedua/"
    assert not browser.is_signed_on
    browser.give("/masuk/faktor-kedua/", passkey.used(browser.options("/masuk/faktor-kedua/")))
    assert browser.is_signed_on


def test_a_sign_on_that_is_half_way_is_given_up(browser: Browser, person: Person) -> None:
    browser.post("/masuk/kode/", {"email": person.email})
    assert browser.get("/masuk/").headers["Location"] == "/masuk/kode/surel/"
    assert "Mulai dari awal" in browser.get("/masuk/kode/surel/").content.decode()
    assert browser.post("/keluar/", {"next": "/masuk/"}).headers["Location"] == "/masuk/"
    assert browser.get("/masuk/").status_code == 200


def test_the_last_key_stays(browser: Browser, person: Person, passkey: Passkey) -> None:
    browser.sign_on(passkey)
    key = Authenticator.objects.get(user=person)
    assert browser.post(f"/akun/kunci/{key.pk}/hapus/").headers["Location"] == "/akun/keamanan/"
    assert Authenticator.objects.filter(pk=key.pk).exists()


def test_known_and_unknown_addresses_get_the_same_answers(browser: Browser, person: Person) -> None:
    seen = []
    for email in (person.email, "tidak-ada@contoh.example"):
        client = Browser()
        first = client.post("/masuk/kode/", {"email": email})
        page = client.get("/masuk/kode/surel/").content.decode().replace(email, "…")
        wrong = client.post("/masuk/kode/surel/", {"code": "AAA-AAA", "action": "verify"}).content.decode()
        register = Browser().post("/daftar/", {"email": email})
        seen.append((first.status_code, first.headers["Location"], _plain(page), _plain(wrong.replace(email, "…")),
                     register.status_code, register.headers["Location"]))  # fmt: skip
    assert seen[0] == seen[1]
    assert len(mail.outbox) == 4


@pytest.mark.parametrize("path", ["/daftar/", "/masuk/", "/masuk/kode/"])
def test_known_and_unknown_addresses_take_the_same_time(
    person: Person, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Medians of nine each, within 15 ms; without the even step registering differs by more than that."""
    monkeypatch.setattr(even, "STEP", 0.25)
    times: dict[str, list[float]] = {"known": [], "unknown": []}
    for number in range(9):
        for kind, email in (("known", person.email), ("unknown", f"tidak-ada-{number}@contoh.example")):
            cache.clear()
            start = time.perf_counter()
            Browser().post(path, {"email": email, "login": email})
            times[kind].append(time.perf_counter() - start)
    known, unknown = (statistics.median(each) for each in times.values())
    assert abs(known - unknown) < 0.015, (known, unknown)
    assert len(mail.outbox) == 18


def _plain(page: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)
