"""A person who is signed on, a registered client, and an own client of the protocol that can also behave badly."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client as Browser
from jwcrypto import jwk, jwt
from oauth2_provider.generators import generate_client_secret

from terpadu.identity.models import Person
from terpadu.identity.openid.models import Client

BACK = "https://aplikasi.contoh.example/kembali"


def make_client(name: str = "Aplikasi", **more: Any) -> tuple[Client, str]:
    """A confidential client and its secret, as drawn."""
    secret = generate_client_secret()
    values: dict[str, Any] = {
        "name": name, "redirect_uris": BACK, "client_type": "confidential", "client_secret": secret, "algorithm": "RS256",
        "authorization_grant_type": "authorization-code", "sector": f"{name.lower()}.contoh.example",
        "post_logout_redirect_uris": "https://aplikasi.contoh.example/selesai",
    }  # fmt: skip
    return Client.objects.create(**{**values, **more}), secret


class Party:
    """A relying party: builds requests, changes them at will, reads answers."""

    def __init__(self, browser: Browser, client: Client, secret: str) -> None:
        self.browser, self.client, self.secret = browser, client, secret
        self.verifier = secrets.token_urlsafe(48)

    def query(self, **more: Any) -> dict[str, Any]:
        challenge = base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()
        values = {
            "client_id": self.client.client_id, "redirect_uri": BACK, "response_type": "code", "scope": "openid profile",
            "state": "keadaan", "nonce": "sekali", "code_challenge": challenge, "code_challenge_method": "S256",
        }  # fmt: skip
        return {name: value for name, value in {**values, **more}.items() if value is not None}

    def ask(self, **more: Any) -> Any:
        """The authorization request."""
        return self.browser.get("/o/masuk/", self.query(**more))

    def say_yes(self, **more: Any) -> Any:
        """The person's yes, as the browser sends it."""
        return self.browser.post("/o/masuk/", {**self.query(**more), "allow": "1"})

    def allow(self, **more: Any) -> dict[str, str]:
        """The person says yes; gives the parameters of the answer."""
        answer = self.say_yes(**more)
        assert answer.status_code == 302, answer.content[:600]
        return {name: values[0] for name, values in parse_qs(urlsplit(answer["Location"]).query).items()}

    def code(self, **more: Any) -> str:
        return self.allow(**more)["code"]

    def redeem(self, used: str, **more: Any) -> Any:
        """The token request."""
        values = {
            "grant_type": "authorization_code", "code": used, "redirect_uri": BACK, "code_verifier": self.verifier,
            "client_id": self.client.client_id, "client_secret": self.secret,
        }  # fmt: skip
        given = {name: one for name, one in {**values, **more}.items() if one is not None}
        return Browser(enforce_csrf_checks=True).post("/o/token/", given)

    def refresh(self, token: str, **more: Any) -> Any:
        values = {
            "grant_type": "refresh_token", "refresh_token": token, "client_id": self.client.client_id,
            "client_secret": self.secret,
        }  # fmt: skip
        return Browser(enforce_csrf_checks=True).post("/o/token/", {**values, **more})

    def claims(self, id_token: str) -> dict[str, Any]:
        """Verified with the published keys."""
        import json

        keys = jwk.JWKSet.from_json(Browser().get("/o/.well-known/jwks.json").content.decode())
        found: dict[str, Any] = json.loads(jwt.JWT(jwt=id_token, key=keys, algs=["RS256"]).claims)
        return found


@pytest.fixture
def person() -> Person:
    found = Person(email="uji@contoh.example", name="UJI REKAAN", assurance=2)
    found.set_nik("9901010101010001")
    found.set_unusable_password()
    found.save()
    return found


@pytest.fixture
def browser(person: Person) -> Browser:
    found = Browser()
    found.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    UserSession.objects.create(user=person, session_key=found.session.session_key, ip="127.0.0.1", user_agent="uji")
    return found


@pytest.fixture
def party(browser: Browser) -> Party:
    return Party(browser, *make_client())


@pytest.fixture
def another(browser: Browser) -> Callable[..., Party]:
    """More clients."""
    return lambda name, **more: Party(browser, *make_client(name, **more))
