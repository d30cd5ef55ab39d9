"""One sign-on from request to logout, as the specifications say it."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from terpadu.identity.models import Person
from terpadu.identity.openid import logout
from terpadu.identity.openid.models import Given, Notice, SignOn
from tests.unit.identity.openid.conftest import Party

pytestmark = pytest.mark.django_db


def test_a_sign_on_says_who_when_and_how(party: Party, person: Person, settings: Any) -> None:
    answer = party.allow()
    assert answer["state"] == "keadaan"
    assert answer["iss"] == settings.OAUTH2_PROVIDER["OIDC_ISS_ENDPOINT"]
    tokens = party.redeem(answer["code"]).json()
    claims = party.claims(tokens["id_token"])
    assert (claims["iss"], claims["aud"], claims["nonce"]) == (answer["iss"], party.client.client_id, "sekali")
    assert (claims["acr"], claims["name"]) == ("urn:terpadu:assurance:2", "UJI REKAAN")
    assert "email" not in claims, "what was not asked for is not told"
    assert abs(claims["auth_time"] - time.time()) < 60
    assert str(person.pk) not in str(claims)
    assert person.nik not in str(claims)
    told = Browser().get("/o/orang/", headers={"Authorization": f"Bearer {tokens['access_token']}"}).json()
    assert (told["sub"], told["acr"]) == (claims["sub"], claims["acr"])


def test_two_sectors_know_two_names_one_sector_one(party: Party, another: Callable[..., Party]) -> None:
    same, other = another("Kembar", sector=party.client.sector), another("Lain")
    names = [one.claims(one.redeem(one.code()).json()["id_token"])["sub"] for one in (party, same, other)]
    assert names[0] == names[1] != names[2]


def test_discovery_says_what_is_true(party: Party) -> None:
    said = Browser().get("/o/.well-known/openid-configuration").json()
    assert said["issuer"].endswith("/o")
    assert said["response_types_supported"] == ["code"]
    assert said["subject_types_supported"] == ["pairwise"]
    assert said["code_challenge_methods_supported"] == ["S256"]
    assert said["authorization_response_iss_parameter_supported"] is True
    assert {"acr", "amr", "auth_time", "sub"} <= set(said["claims_supported"])


def test_a_refresh_rotates_and_keeps_the_name(party: Party) -> None:
    first = party.redeem(party.code()).json()
    second = party.refresh(first["refresh_token"]).json()
    assert second["refresh_token"] != first["refresh_token"]
    assert party.claims(second["id_token"])["sub"] == party.claims(first["id_token"])["sub"]


def test_who_is_not_signed_on_is_told_without_a_page(party: Party) -> None:
    party.browser.logout()
    answer = party.ask(prompt="none")
    assert answer["Location"].startswith("https://aplikasi.contoh.example/kembali?error=login_required")
    assert "/masuk/" in party.ask()["Location"] or "login" in party.ask()["Location"]


@pytest.mark.parametrize("wish", [{"prompt": "login"}, {"max_age": "0"}])
def test_a_wish_for_a_fresh_proof_leads_to_one(party: Party, person: Person, wish: dict[str, str]) -> None:
    if "max_age" in wish:
        Person.objects.update(last_login=timezone.now() - timedelta(minutes=5))
    answer = party.ask(**wish)
    assert answer.status_code == 302
    assert not answer["Location"].startswith("https://aplikasi"), "never answered from the old session"
    following = party.ask(**{name: value for name, value in wish.items() if name == "max_age"})
    assert following.status_code == 302, "going on without a new proof leads there again"
    party.browser.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    assert party.ask(max_age="60").status_code == 200


def test_nothing_is_agreed_to_silently(party: Party) -> None:
    assert "error=consent_required" in party.ask(prompt="none")["Location"]
    party.redeem(party.code())
    assert "code=" in party.ask(prompt="none")["Location"], "what was agreed to goes on silently"


def test_a_fresh_proof_can_not_be_asked_silently(party: Party) -> None:
    Person.objects.update(last_login=timezone.now() - timedelta(minutes=5))
    answer = party.ask(prompt="none", max_age="60")
    assert "error=login_required" in answer["Location"]


def test_leaving_ends_tokens_and_tells_the_client(party: Party, monkeypatch: Any) -> None:
    party.client.logout_address = "https://aplikasi.contoh.example/keluar"
    party.client.save()
    heard: list[str] = []
    monkeypatch.setattr(logout, "_told", lambda sign_on: heard.append(logout.logout_token(sign_on)) is None)
    tokens = party.redeem(party.code()).json()
    sub = party.claims(tokens["id_token"])["sub"]
    party.browser.logout()
    assert not SignOn.objects.filter(ended=None).exists()
    assert party.refresh(tokens["refresh_token"]).status_code == 400
    assert Browser().get("/o/orang/", headers={"Authorization": f"Bearer {tokens['access_token']}"}).status_code == 401
    said = party.claims(heard[0])
    assert (said["sub"], said["aud"], list(said["events"])) == (sub, party.client.client_id, [logout.EVENT])
    assert "nonce" not in said
    assert Notice.objects.get().delivered


def test_a_client_that_is_down_hears_it_later(party: Party, monkeypatch: Any) -> None:
    party.client.logout_address = "http://127.0.0.1:9/keluar"
    party.client.save()
    party.code()
    party.browser.logout()
    assert Notice.objects.get().delivered is None
    monkeypatch.setattr(logout, "_told", lambda sign_on: True)
    assert logout.deliver_waiting() == 0
    assert Notice.objects.get().tries == 2


def test_a_session_that_ran_out_ends_its_sign_ons(party: Party) -> None:
    party.code()
    assert logout.end_orphans() == 0
    party.browser.session.flush()
    assert logout.end_orphans() == 1
    assert logout.end_orphans() == 0, "and once"


def test_whoever_has_no_sign_on_is_not_read_for_it(party: Party, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        assert logout.end_orphans() == 0


def test_what_came_of_which_sign_on_is_known(party: Party) -> None:
    party.redeem(party.code())
    assert Given.objects.get().sign_on == SignOn.objects.get()


def test_a_client_can_ask_to_leave_and_comes_back_to_its_own_page_only(party: Party) -> None:
    id_token = party.redeem(party.code()).json()["id_token"]
    there = "https://aplikasi.contoh.example/selesai"
    wish = {"id_token_hint": id_token, "post_logout_redirect_uri": there}
    assert party.browser.get("/o/keluar/", wish).status_code == 200, "the person is asked"
    answer = party.browser.post("/o/keluar/", {**wish, "allow": "1"})
    assert answer["Location"].startswith(there)
    assert "_auth_user_id" not in party.browser.session
    stray = party.browser.get("/o/keluar/", {**wish, "post_logout_redirect_uri": "https://lain.contoh.example/"})
    assert stray.status_code == 400


def test_what_is_asked_for_stands_in_the_language_that_the_client_asks_for(party: Party) -> None:
    for wish, words in (({}, "alamat surel Anda"), ({"ui_locales": "en id"}, "your e-mail address")):
        assert words in party.ask(scope="openid email", **wish).content.decode()
    assert '<html lang="id">' in party.ask().content.decode(), "the next page is in its own language again"
