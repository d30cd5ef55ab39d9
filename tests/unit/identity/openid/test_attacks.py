"""A34 and A35: what must be refused at the provider, each attack beside the honest walk that succeeds."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as Browser
from jwcrypto import jwk, jwt

from terpadu.identity.models import Person
from tests.unit.identity.openid.conftest import BACK, Party

pytestmark = pytest.mark.django_db


def userinfo(token: str) -> int:
    return Browser().get("/o/orang/", headers={"Authorization": f"Bearer {token}"}).status_code


@pytest.mark.parametrize(
    "address",
    [
        BACK + "/",
        BACK + "x",
        BACK + "?x=1",
        BACK + "/../lain",
        BACK + "#x",
        BACK.replace("https", "http"),
        BACK.replace("aplikasi.", "aplikasi.contoh.example@"),
        BACK.replace("aplikasi.contoh", "lain.contoh"),
        "https://aplikasi.contoh.example.lain.example/kembali",
        "https://aplikasi.contoh.example:444/kembali",
        "https://aplikasi.contoh.example%2elain.example/kembali",
        "https://aplikasi.contoh.example\\@lain.example/kembali",
        "//lain.contoh.example/kembali",
        "javascript:alert(1)",
        "http://localhost:1234/kembali",
        "",
    ],
)
def test_no_answer_goes_to_another_address(party: Party, address: str) -> None:
    for answer in (party.ask(redirect_uri=address), party.say_yes(redirect_uri=address)):
        assert answer.status_code == 400
        assert "Location" not in answer


def test_an_error_is_told_to_registered_addresses_only(party: Party) -> None:
    told = party.ask(scope="openid tidak-ada")
    assert told["Location"].startswith(BACK + "?error=invalid_scope")
    stray = party.ask(scope="openid tidak-ada", redirect_uri="https://lain.contoh.example/")
    assert (stray.status_code, "Location" in stray) == (400, False)


@pytest.mark.parametrize(
    "changed",
    [
        {"code_challenge": None, "code_challenge_method": None},
        {"code_challenge_method": "plain"},
        {"code_challenge_method": "S999"},
    ],
)
def test_pkce_can_not_be_left_out_or_weakened(party: Party, changed: dict[str, Any]) -> None:
    answer = party.say_yes(**changed)
    assert answer.status_code in (302, 400)
    assert "code=" not in answer.get("Location", "")


@pytest.mark.parametrize("verifier", [None, "", "x" * 64])
def test_a_code_without_its_verifier_is_worth_nothing(party: Party, verifier: str | None) -> None:
    code = party.code()
    assert party.redeem(code, code_verifier=verifier).status_code in (400, 401)


def test_a_codes_second_use_revokes_what_the_first_gave(party: Party) -> None:
    code = party.code()
    first = party.redeem(code).json()
    assert userinfo(first["access_token"]) == 200
    assert party.redeem(code).json()["error"] == "invalid_grant"
    assert userinfo(first["access_token"]) == 401
    assert party.refresh(first["refresh_token"]).status_code == 400


def test_a_code_is_for_its_client_and_its_address(party: Party, another: Callable[..., Party]) -> None:
    other = another("Lain")
    other.verifier = party.verifier
    assert other.redeem(party.code()).status_code in (400, 401)
    assert party.redeem(party.code(), redirect_uri=BACK + "x").status_code in (400, 401)
    assert party.redeem(party.code(), client_secret="salah").status_code == 401


def test_a_late_code_is_worth_nothing(party: Party) -> None:
    from datetime import timedelta

    from django.utils import timezone
    from oauth2_provider.models import get_grant_model

    code = party.code()
    get_grant_model().objects.update(expires=timezone.now() - timedelta(seconds=1))
    assert party.redeem(code).status_code == 400


def test_a_used_refresh_token_revokes_its_family(party: Party) -> None:
    first = party.redeem(party.code()).json()
    second = party.refresh(first["refresh_token"]).json()
    assert party.refresh(first["refresh_token"]).json()["error"] == "invalid_grant"
    assert party.refresh(second["refresh_token"]).json()["error"] == "invalid_grant"
    assert userinfo(second["access_token"]) == 401


def test_a_refresh_token_is_for_its_client(party: Party, another: Callable[..., Party]) -> None:
    first = party.redeem(party.code()).json()
    assert another("Lain").refresh(first["refresh_token"]).status_code in (400, 401)


@pytest.mark.parametrize("kind", ["token", "id_token", "id_token token", "code token", "code id_token", "none", ""])
def test_no_other_flow_is_open(party: Party, kind: str) -> None:
    for answer in (party.ask(response_type=kind), party.say_yes(response_type=kind)):
        assert answer.status_code in (302, 400)
        assert "access_token" not in answer.get("Location", "")
        assert "id_token=" not in answer.get("Location", "")


@pytest.mark.parametrize(
    "grant", ["password", "client_credentials", "urn:ietf:params:oauth:grant-type:device_code", "implicit", ""]
)
def test_no_other_grant_is_open(party: Party, person: Person, grant: str) -> None:
    answer = party.redeem("x", grant_type=grant, username=person.email, password="x")
    assert answer.status_code in (400, 401)


@pytest.mark.parametrize(
    "name", ["client_id", "redirect_uri", "state", "scope", "nonce", "code_challenge", "response_type", "max_age"]
)
def test_a_parameter_given_twice_is_refused(party: Party, name: str) -> None:
    query = party.query(max_age="60")
    answer = party.browser.get("/o/masuk/", {**query, name: [query[name], query[name]]})
    assert answer.status_code == 400
    assert "Location" not in answer


def test_a_token_parameter_given_twice_is_refused(party: Party) -> None:
    code = party.code()
    for name, value in (("code", code), ("code_verifier", party.verifier), ("redirect_uri", BACK)):
        assert party.redeem(code, **{name: [value, value]}).status_code == 400
    assert party.redeem(code).status_code == 200, "and the code is still good for the honest client"


def test_yes_needs_the_persons_own_click(party: Party) -> None:
    browser = Browser(enforce_csrf_checks=True)
    browser.cookies = party.browser.cookies
    assert browser.post("/o/masuk/", {**party.query(), "allow": "1"}).status_code == 403
    page = party.ask()
    assert page["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
    assert "form-action https://aplikasi.contoh.example" in page["Content-Security-Policy"].replace(" 'self'", "")


def test_a_no_is_told_and_gives_nothing(party: Party) -> None:
    answer = party.browser.post("/o/masuk/", party.query())
    assert "error=access_denied" in answer["Location"]


def test_answers_name_their_issuer_against_mix_up(party: Party) -> None:
    answer = party.browser.post("/o/masuk/", party.query())
    assert "iss=" in answer["Location"], "errors too (RFC 9207)"


def test_a_disabled_person_is_nobody(party: Party, person: Person) -> None:
    tokens, code = party.redeem(party.code()).json(), party.code()
    Person.objects.update(is_active=False)
    assert party.redeem(code).status_code == 400
    assert party.refresh(tokens["refresh_token"]).status_code == 400


def forged(party: Party, raw: str) -> dict[str, str]:
    """The same claims under signatures that prove nothing."""
    head, body, _ = raw.split(".")
    own = jwk.JWK.generate(kty="RSA", size=2048)
    public = Browser().get("/o/.well-known/jwks.json").content.decode()
    claims = base64.urlsafe_b64decode(body + "==").decode()

    def text(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    def by(key: jwk.JWK, **header: Any) -> str:
        made = jwt.JWT(header=json.dumps({"alg": "RS256", **header}), claims=claims)
        made.make_signed_token(key)
        return str(made.serialize())

    shared = jwk.JWK(kty="oct", k=base64.urlsafe_b64encode(public.encode()).rstrip(b"=").decode())
    kid = json.loads(public)["keys"][0]["kid"]
    return {
        "none": f"{text({'alg': 'none'})}.{body}.",
        "stripped": f"{head}.{body}.",
        "own key": by(own),
        "own key, our kid": by(own, kid=kid),
        "own key in jwk": by(own, jwk=json.loads(own.export_public())),
        "own key at jku": by(own, jku="https://lain.contoh.example/jwks.json"),
        "kid traversal": by(own, kid="../../../../dev/null"),
        "kid injection": by(own, kid="x' OR '1'='1"),
        "hs256 with the public key": by(shared, alg="HS256"),
        "huge": f"{head}.{'A' * 1_000_000}.x",
        "no token": "x",
    }


def test_forged_tokens_open_nothing(party: Party) -> None:
    tokens = party.redeem(party.code()).json()
    for name, token in forged(party, tokens["id_token"]).items():
        assert userinfo(token) in (401, 403), name
        answer = party.browser.get(
            "/o/keluar/", {"id_token_hint": token[:2000], "post_logout_redirect_uri": "https://aplikasi.contoh.example/selesai"}
        )
        assert answer.status_code == 400, name


def test_an_id_token_is_no_access_token_and_the_other_way_round(party: Party) -> None:
    tokens = party.redeem(party.code()).json()
    assert userinfo(tokens["id_token"]) in (401, 403)
    assert userinfo(tokens["refresh_token"]) in (401, 403)
    answer = party.browser.get("/o/keluar/", {"id_token_hint": tokens["access_token"]})
    assert answer.status_code == 400


def test_tokens_do_not_travel_in_addresses(party: Party) -> None:
    tokens = party.redeem(party.code()).json()
    assert Browser().get("/o/orang/", {"access_token": tokens["access_token"]}).status_code in (400, 401, 403)


def test_secrets_lie_only_as_digests(party: Party) -> None:
    from django.db import connection

    tokens = party.redeem(party.code()).json()
    with connection.cursor() as cursor:
        rows: list[Any] = []
        for table in connection.introspection.table_names(cursor):
            if table.startswith(("oauth2_provider", "openid")):
                cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608
                rows += cursor.fetchall()
    lying = repr(rows)
    for secret in (tokens["access_token"], tokens["refresh_token"], party.secret):
        assert secret not in lying
