"""A34, A35 and A36 on builds without their check: each attack that tests/unit/identity refuses succeeds here."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpResponseRedirect
from django.test import Client as Browser

from terpadu.identity.models import Person
from terpadu.identity.openid import views
from terpadu.identity.openid.models import Client
from tests.unit.identity.openid.conftest import Party, browser, party, person  # noqa: F401 - fixtures
from tests.unit.identity.openid.test_attacks import userinfo

pytestmark = pytest.mark.django_db
EVIL = "https://jahat.example/kembali"


def test_without_exact_addresses_the_code_goes_elsewhere(party: Party, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    assert party.say_yes(redirect_uri=EVIL).status_code == 400
    monkeypatch.setattr(Client, "redirect_uri_allowed", lambda self, uri: True)
    answer = party.say_yes(redirect_uri=EVIL)
    assert answer["Location"].startswith(f"{EVIL}?code=")


def test_without_pkce_a_stolen_code_is_enough(party: Party, settings: Any) -> None:  # noqa: F811
    bare = {"code_challenge": None, "code_challenge_method": None}
    assert "code=" not in party.say_yes(**bare).get("Location", "")
    strict = settings.OAUTH2_PROVIDER
    settings.OAUTH2_PROVIDER = strict | {name: False for name in strict if "PKCE" in name}
    assert party.redeem(party.code(**bare), code_verifier=None).status_code == 200


def test_without_the_issuer_answers_can_be_mixed_up(party: Party, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    assert "iss" in party.allow()
    settings.OAUTH2_PROVIDER = settings.OAUTH2_PROVIDER | {"COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": False}
    monkeypatch.setattr(views.Authorize, "redirect", lambda self, to, application: HttpResponseRedirect(to))
    assert "iss" not in party.allow()


def test_without_the_look_for_reuse_a_thief_keeps_what_he_got(party: Party, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    monkeypatch.setattr(views, "revoke_reused", lambda *_: None)
    code = party.code()
    first = party.redeem(code).json()
    party.redeem(code)
    assert userinfo(first["access_token"]) == 200


def test_without_a_new_name_a_planted_session_is_signed_on(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    """Fixation: the thief knows the session's name from before."""

    def planted() -> tuple[str, str]:
        victim = Browser()
        session = victim.session
        session["apa"] = "saja"
        session.save()
        before = str(session.session_key)
        victim.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return before, str(victim.cookies["sesi"].value)

    before, after = planted()
    assert before != after
    monkeypatch.setattr(SessionBase, "cycle_key", lambda self: None)
    before, after = planted()
    assert before == after
