"""A36b: every lie about a passkey is refused, beside the honest use that succeeds. The authenticator is our own, in software."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator

from terpadu.identity.models import Event, Person
from tests.lib.authenticator import PRESENT, VERIFIED, Passkey, b64
from tests.lib.people import make_person
from tests.unit.identity.conftest import Browser

pytestmark = pytest.mark.django_db

LIES: dict[str, dict[str, Any]] = {
    "other origin": {"origin": "http://localhost.lain.example"},
    "other port": {"origin": "http://localhost:9000"},
    "other scheme": {"origin": "https://localhost:8000"},
    "subdomain": {"origin": "http://a.localhost:8000"},
    "origin with a path": {"origin": "http://localhost:8000/"},
    "no origin": {"origin": ""},
    "in a frame of another site": {"cross": True},
    "other relying party": {"rp": "lain.example"},
    "relying party above": {"rp": "host"},
    "not verified": {"flags": PRESENT},
    "not present": {"flags": VERIFIED},
    "no flag": {"flags": 0},
    "made, not used": {"type": "webauthn.create"},
    "another challenge": {"challenge": b64(b"lain" * 8)},
    "no challenge": {"challenge": ""},
    "no such person": {"user": b"0" * 32},
    "no person": {"user": b""},
    "garbage for a person": {"user": b"\xff\xfe"},
    "unknown key": {"id": b"tidak dikenal"},
    "no signature": {"signature": b""},
    "another signature": {"signature": b"0" * 70},
}


def test_the_honest_use_succeeds(browser: Browser, person: Person, passkey: Passkey) -> None:
    assert browser.sign_on(passkey).headers["Location"] == "/"
    assert browser.is_signed_on


@pytest.mark.parametrize("lie", LIES)
def test_sign_on(browser: Browser, person: Person, passkey: Passkey, lie: str) -> None:
    assert browser.sign_on(passkey, **LIES[lie]).headers["Location"] == "/masuk/"
    assert not browser.is_signed_on


@pytest.mark.parametrize("lie", [name for name in LIES if "person" not in name])  # the session names the person
def test_proving_again(browser: Browser, person: Person, passkey: Passkey, lie: str) -> None:
    browser.force_login(person)
    browser.prove_again(passkey, **LIES[lie])
    assert browser.get("/akun/kunci/tambah/").status_code == 302
    browser.prove_again(passkey)
    assert browser.get("/akun/kunci/tambah/").status_code == 200


@pytest.mark.parametrize("lie", [name for name in LIES if "person" not in name and name not in
                                 ("unknown key", "no signature", "another signature", "made, not used")])  # fmt: skip
@pytest.mark.parametrize("first", [True, False])
def test_registration(browser: Browser, person: Person, passkey: Passkey, lie: str, first: bool) -> None:
    path = "/daftar/kunci/" if first else "/akun/kunci/tambah/"
    if first:
        from tests.unit.identity.test_signing_on import mailed_code

        browser.post("/daftar/", {"email": "baru@contoh.example"})
        browser.post("/daftar/kode/", {"code": mailed_code(), "action": "verify"})
    else:
        browser.sign_on(passkey)
    before, new = Authenticator.objects.count(), Passkey()
    browser.give(path, new.made(browser.options(path), **LIES[lie]), name="x")
    assert Authenticator.objects.count() == before
    assert browser.give(path, new.made(browser.options(path)), name="x").status_code == 302
    assert Authenticator.objects.filter(type="webauthn").count() == before + 1


def test_a_used_challenge_is_not_used_again(browser: Browser, person: Person, passkey: Passkey) -> None:
    answer = passkey.used(browser.options("/masuk/kunci/"))
    browser.give("/masuk/kunci/", answer)
    browser.post("/keluar/")
    assert not browser.is_signed_on
    browser.give("/masuk/kunci/", answer)
    assert not browser.is_signed_on


def test_an_answer_counts_only_in_the_session_that_asked(browser: Browser, person: Person, passkey: Passkey) -> None:
    answer, thief = passkey.used(browser.options("/masuk/kunci/")), Browser()
    thief.give("/masuk/kunci/", answer)
    thief.options("/masuk/kunci/")
    thief.give("/masuk/kunci/", answer)
    assert not thief.is_signed_on


def test_the_key_of_another_person_opens_only_their_account(browser: Browser, person: Person, passkey: Passkey) -> None:
    other_key = Passkey()
    other = make_person(other_key)
    assert browser.sign_on(other_key, user=person.pk.hex.encode()).headers["Location"] == "/masuk/"
    assert browser.sign_on(passkey, user=other.pk.hex.encode()).headers["Location"] == "/masuk/"
    browser.force_login(person)
    browser.prove_again(other_key)
    assert browser.get("/akun/kunci/tambah/").status_code == 302


@pytest.mark.parametrize(("counter", "good"), [(6, True), (7, True), (5, False), (4, False), (0, False)])
def test_a_counter_goes_forward(browser: Browser, counter: int, good: bool) -> None:
    passkey = Passkey(counter=5)
    person = make_person(passkey)
    browser.sign_on(passkey, counter=counter)
    assert browser.is_signed_on == good
    assert Event.objects.filter(kind="passkey-copied", person=person).exists() != good


def test_a_copied_key_is_refused_after_the_original_was_used(browser: Browser) -> None:
    passkey = Passkey(counter=1)
    make_person(passkey)
    Browser().sign_on(passkey)
    Browser().sign_on(passkey)
    browser.sign_on(passkey, counter=2)
    assert not browser.is_signed_on


def test_a_removed_key_opens_nothing(browser: Browser, person: Person, passkey: Passkey) -> None:
    second = Passkey()
    browser.sign_on(passkey)
    browser.give("/akun/kunci/tambah/", second.made(browser.options("/akun/kunci/tambah/")), name="Dua")
    key = Authenticator.objects.filter(user=person, type="webauthn").earliest("pk")
    assert browser.post(f"/akun/kunci/{key.pk}/hapus/").status_code == 302
    thief, owner = Browser(), Browser()
    thief.sign_on(passkey)
    owner.sign_on(second)
    assert (thief.is_signed_on, owner.is_signed_on) == (False, True)


def _cut(name: str) -> Callable[[dict[str, Any]], object]:
    return lambda answer: {key: value for key, value in answer.items() if key != name}


GARBAGE: list[Callable[[dict[str, Any]], object]] = [
    *map(_cut, ("rawId", "response")),
    lambda answer: {**answer, "response": {}},
    lambda answer: {**answer, "response": []},
    lambda answer: {**answer, "response": {**answer["response"], "clientDataJSON": "!!!"}},
    lambda answer: {**answer, "response": {**answer["response"], "clientDataJSON": b64(b"[]")}},
    lambda answer: {**answer, "response": {**answer["response"], "clientDataJSON": b64(b'{"type":1}')}},
    lambda answer: {**answer, "response": {**answer["response"], "authenticatorData": ""}},
    lambda answer: {**answer, "response": {**answer["response"], "authenticatorData": b64(b"kurang")}},
    lambda answer: [], lambda answer: 7, lambda answer: None, lambda answer: "x", lambda answer: {}, lambda answer: [answer],
]  # fmt: skip


@pytest.mark.parametrize("spoil", GARBAGE)
def test_garbage_is_refused_without_a_fault(
    browser: Browser, person: Person, passkey: Passkey, spoil: Callable[[dict[str, Any]], object]
) -> None:
    browser.give("/masuk/kunci/", spoil(passkey.used(browser.options("/masuk/kunci/"))))
    assert not browser.is_signed_on
    browser.force_login(person)
    browser.give("/masuk/lagi/kunci/", spoil(passkey.used(browser.options("/masuk/lagi/kunci/"))))
    assert browser.get("/akun/kunci/tambah/").status_code == 302


@pytest.mark.parametrize("user", [None, 7, [], ""])
def test_sign_on_without_a_person(browser: Browser, person: Person, passkey: Passkey, user: object) -> None:
    answer = passkey.used(browser.options("/masuk/kunci/"))
    browser.give("/masuk/kunci/", {**answer, "response": {**answer["response"], "userHandle": user}})
    assert not browser.is_signed_on


def test_no_text_that_is_no_json(browser: Browser) -> None:
    for text in ("", "{", "[" * 2000, json.dumps({"id": "x" * 100_000})):
        assert browser.post("/masuk/kunci/", {"credential": text}).status_code in (302, 429)
    assert not browser.is_signed_on
