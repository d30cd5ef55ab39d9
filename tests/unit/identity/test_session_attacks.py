"""A36 and A37: sessions are renewed at each proof, end on the server at once, and no other site acts in them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import URLPattern
from django.utils import timezone

from terpadu.identity import sessions
from terpadu.identity import urls as own
from terpadu.identity.models import Event, Person
from terpadu.identity.openid.models import SignOn
from terpadu.identity.openid.signing_on import session_name
from terpadu.identity.signing_on import urls as library
from terpadu.pages.guards import guard_of
from tests.lib.authenticator import Passkey
from tests.lib.people import make_person
from tests.unit.identity.conftest import Browser
from tests.unit.identity.openid.conftest import make_client

pytestmark = pytest.mark.django_db


def copy_of(browser: Browser) -> Browser:
    """A thief with the same cookies."""
    thief = Browser()
    thief.cookies.load({name: morsel.value for name, morsel in browser.cookies.items()})
    return thief


def test_a_session_given_before_sign_on_is_worth_nothing_after(
    browser: Browser, person: Person, passkey: Passkey
) -> None:
    browser.options("/masuk/kunci/")
    planted, before = copy_of(browser), browser.session.session_key
    browser.sign_on(passkey)
    assert browser.session.session_key != before
    assert not planted.is_signed_on


def test_a_proof_renews_the_session(browser: Browser, person: Person, passkey: Passkey) -> None:
    browser.sign_on(passkey)
    thief, before = copy_of(browser), browser.session.session_key
    client, _secret = make_client()
    SignOn.objects.create(person=person, client=client, session=session_name(before), at=timezone.now(), methods=[])
    assert thief.is_signed_on
    browser.prove_again(passkey)
    assert browser.is_signed_on
    assert not thief.is_signed_on
    after = browser.session.session_key
    assert UserSession.objects.get(user=person).session_key == after
    assert SignOn.objects.get().session == session_name(after)


def test_leaving_ends_the_session_on_the_server(browser: Browser, person: Person, passkey: Passkey) -> None:
    browser.sign_on(passkey)
    thief = copy_of(browser)
    browser.post("/keluar/")
    assert not thief.is_signed_on


def test_leaving_by_a_link_only_asks(browser: Browser, person: Person, passkey: Passkey) -> None:
    browser.sign_on(passkey)
    assert "Keluar dari akun?" in browser.get("/keluar/").content.decode()
    assert browser.is_signed_on


def test_a_disabled_account_is_out_at_its_next_request(browser: Browser, person: Person, passkey: Passkey) -> None:
    browser.sign_on(passkey)
    client, _secret = make_client()
    name = session_name(browser.session.session_key)
    SignOn.objects.create(person=person, client=client, session=name, at=timezone.now(), methods=[])
    sessions.disable(person, None)
    assert not browser.is_signed_on
    assert SignOn.objects.get().ended is not None
    again = Browser()
    again.sign_on(passkey)
    assert not again.is_signed_on


def test_a_person_ends_one_session_or_all_others(browser: Browser, person: Person, passkey: Passkey) -> None:
    others = [Browser(HTTP_USER_AGENT=f"Peramban {number}") for number in range(3)]
    for one in [browser, *others]:
        one.sign_on(passkey)
    page = browser.get("/akun/sesi/").content.decode()
    assert [f"Peramban {number}" in page for number in range(3)] == [True] * 3
    assert "perangkat ini" in page
    first = UserSession.objects.get(user_agent="Peramban 0")
    browser.post(f"/akun/sesi/{first.pk}/akhiri/")
    assert [one.is_signed_on for one in others] == [False, True, True]
    browser.post("/akun/sesi/akhiri/")
    assert [one.is_signed_on for one in [browser, *others]] == [True, False, False, False]
    assert Event.objects.filter(kind="session-ended").count() == 3


def test_nobody_ends_the_session_of_another(browser: Browser, person: Person, passkey: Passkey) -> None:
    other_key, other = Passkey(), Browser()
    make_person(other_key)
    other.sign_on(other_key)
    browser.sign_on(passkey)
    foreign = UserSession.objects.exclude(user=person).get()
    assert browser.post(f"/akun/sesi/{foreign.pk}/akhiri/").status_code == 404
    assert other.is_signed_on


def test_ending_a_session_needs_a_fresh_proof(browser: Browser, person: Person) -> None:
    browser.force_login(person)
    assert browser.post("/akun/sesi/akhiri/").headers["Location"].startswith("/masuk/lagi/kunci/")


def test_cookies_are_closed_to_scripts_and_other_sites(browser: Browser, person: Person, passkey: Passkey) -> None:
    browser.sign_on(passkey)
    browser.get("/akun/")
    for name in ("sesi", "csrf"):
        cookie = browser.cookies[name]
        assert (bool(cookie["httponly"]), cookie["samesite"], cookie["path"], cookie["domain"]) == (
            True,
            "Lax",
            "/",
            "",
        )


def test_cookies_are_bound_to_the_host_under_https(tmp_path: Path) -> None:
    run = [sys.executable, "-m", "terpadu", "portal"]
    subprocess.run([*run, "init", str(tmp_path)], check=True, timeout=60, capture_output=True)
    file = tmp_path / "portal.toml"
    file.write_text('[portal]\nkeys = "keys"\naddress = "https://portal.contoh.example"\n')
    code = (
        "from terpadu.portal import config as c; print(c.SESSION_COOKIE_NAME, c.CSRF_COOKIE_NAME, c.SESSION_COOKIE_SECURE,"
        " c.CSRF_COOKIE_SECURE, c.SECURE_HSTS_SECONDS > 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "TERPADU_PORTAL": str(file)}, check=True, timeout=60,
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.stdout.split() == ["__Host-sesi", "__Host-csrf", "True", "True", "True"]


ROUTES = sorted({_filled for _filled in (
    "/" + re.sub(r"<(\w+):\w+>", lambda found: {"int": "1", "uuid": "0" * 8 + "-0000-0000-0000-" + "0" * 12}[found[1]],
                 str(one.pattern)) for one in [*library.urlpatterns, *own.urlpatterns])})  # fmt: skip


def test_every_route_has_its_guard() -> None:
    patterns: list[URLPattern] = [*library.urlpatterns, *own.urlpatterns]
    assert [str(one.pattern) for one in patterns if not guard_of(one.callback)] == []
    assert len(patterns) > 45


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize(
    "how",
    [
        {}, {"HTTP_ORIGIN": "https://jahat.example"}, {"HTTP_ORIGIN": "null"}, {"HTTP_REFERER": "https://jahat.example/x"},
        {"content_type": "text/plain"}, {"content_type": "application/json"}, {"HTTP_X_HTTP_METHOD_OVERRIDE": "GET"},
    ],
    ids=["no token", "other origin", "null origin", "other referer", "plain text", "json", "method override"],
)  # fmt: skip
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_no_other_site_posts(route: str, how: dict[str, Any], prefix: str) -> None:
    client = Client(enforce_csrf_checks=True)
    kind = how.get("content_type", "")
    body: Any = "{}" if kind else {"email": "x@contoh.example"}
    assert client.post(prefix + route, body, **how).status_code == 403


@pytest.mark.parametrize("origin", ["https://jahat.example", "null", "http://localhost:9000", "https://localhost:8000"])
def test_a_stolen_token_does_not_help_another_origin(person: Person, origin: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(person)
    client.get("/akun/")
    token = client.cookies["csrf"].value
    sent = {"csrfmiddlewaretoken": token, "code": "x"}
    assert client.post("/akun/tunjuk/", sent, HTTP_ORIGIN=origin).status_code == 403
    assert client.post("/akun/tunjuk/", sent, HTTP_ORIGIN="http://testserver").status_code in (200, 403)
    assert client.post("/akun/tunjuk/", sent).status_code == 200


@pytest.mark.parametrize("route", ROUTES)
def test_reading_a_page_changes_nothing(browser: Browser, person: Person, passkey: Passkey, route: str) -> None:
    browser.sign_on(passkey)
    before = Event.objects.count(), Person.objects.values().get()
    assert browser.get(route).status_code < 500
    assert browser.head(route).status_code < 500
    assert (Event.objects.count(), Person.objects.values().get()) == before


@pytest.mark.parametrize("verb", ["put", "patch", "delete", "trace"])
@pytest.mark.parametrize("route", ROUTES)
def test_no_other_verbs(browser: Browser, person: Person, passkey: Passkey, route: str, verb: str) -> None:
    browser.sign_on(passkey)
    before = Event.objects.count()
    assert getattr(browser, verb)(route).status_code < 500
    assert Event.objects.count() == before
