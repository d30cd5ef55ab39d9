"""A48 at the provider: what has an end ends at it, a clock that was put back renews nothing, and years have no end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone
from oauth2_provider.models import AbstractAccessToken, AbstractGrant

from terpadu.identity.models import Person
from tests.unit.identity.openid.conftest import Party, browser, party, person  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db
Move = Callable[[float], None]
CODE, ACCESS, REFRESH = 60, 600, 8 * 3600
"""Seconds that each lives: the code by the toolkit's default, the others by portal/openid.py."""


@pytest.fixture
def move(monkeypatch: pytest.MonkeyPatch) -> Move:
    """Put the server's clock so many seconds from now, on or back."""
    real = timezone.now

    def moved(seconds: float) -> None:
        monkeypatch.setattr(timezone, "now", lambda: real() + timedelta(seconds=seconds))

    return moved


def opens(tokens: dict[str, Any]) -> bool:
    """Does the access token open anything?"""
    answer = Browser().get("/o/orang/", headers={"Authorization": f"Bearer {tokens['access_token']}"})
    return answer.status_code == 200


@pytest.mark.parametrize(("seconds", "counts"), [(CODE - 2, True), (CODE + 1, False)])
def test_a_code_ends_at_its_second(party: Party, move: Move, seconds: int, counts: bool) -> None:  # noqa: F811
    code = party.code()
    move(seconds)
    assert (party.redeem(code).status_code == 200) is counts


@pytest.mark.parametrize(("seconds", "counts"), [(ACCESS - 2, True), (ACCESS + 1, False)])
def test_an_access_token_ends_at_its_second(party: Party, move: Move, seconds: int, counts: bool) -> None:  # noqa: F811
    tokens = party.redeem(party.code()).json()
    move(seconds)
    assert opens(tokens) is counts


def test_a_refresh_token_ends_and_nobody_stays_for_ever(party: Party, move: Move) -> None:  # noqa: F811
    tokens = party.redeem(party.code()).json()
    move(ACCESS + REFRESH + 1)
    assert party.refresh(tokens["refresh_token"]).status_code == 400
    assert not opens(tokens)


@pytest.mark.parametrize("seconds", [-300, -86_400])
def test_a_clock_put_back_gives_no_second_use(party: Party, move: Move, seconds: int) -> None:  # noqa: F811
    code = party.code()
    tokens = party.redeem(code).json()
    move(seconds)
    assert party.redeem(code).status_code == 400, "a used code stays used"
    assert not opens(tokens), "and its second use revoked what the first gave"
    assert party.refresh(tokens["refresh_token"]).status_code == 400


@pytest.mark.parametrize("seconds", [-300, -86_400])
def test_what_was_revoked_stays_revoked_on_a_clock_put_back(party: Party, move: Move, seconds: int) -> None:  # noqa: F811
    first = party.redeem(party.code()).json()
    second = party.refresh(first["refresh_token"]).json()
    move(seconds)
    assert party.refresh(first["refresh_token"]).status_code == 400
    assert not opens(second)


@pytest.mark.parametrize(("ahead", "fresh"), [(-30, True), (30, True), (90, False), (86_400, False), (-90, False)])
def test_a_proof_from_the_future_is_none(party: Party, person: Person, ahead: int, fresh: bool) -> None:  # noqa: F811
    """Signed on, then the clock was put back: the proof would stay fresh for as long as the clock was wrong."""
    Person.objects.update(last_login=timezone.now() + timedelta(seconds=ahead))
    assert (party.ask(max_age="60").status_code == 200) is fresh


@pytest.mark.parametrize("year", [2038, 2106, 9998])
def test_an_id_token_has_its_times_in_any_year(party: Party, person: Person, move: Move, year: int) -> None:  # noqa: F811
    """2038 and 2106 are where seconds stop to fit into 32 bits."""
    wanted = datetime(year, 2, 8, 12, tzinfo=UTC)
    move((wanted - datetime.now(UTC)).total_seconds())
    party.browser.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    code = party.code()
    claims = party.claims(party.redeem(code).json()["id_token"])
    assert abs(claims["exp"] - wanted.timestamp() - ACCESS) < 30
    assert claims["auth_time"] < claims["exp"]


@pytest.mark.parametrize("kind", [AbstractGrant, AbstractAccessToken])
def test_without_the_clock_nothing_would_end(
    party: Party, move: Move, monkeypatch: pytest.MonkeyPatch, kind: Any  # noqa: F811
) -> None:
    """The weakened build."""
    monkeypatch.setattr(kind, "is_expired", lambda self: False)
    if kind is AbstractGrant:
        code = party.code()
        move(CODE + 1)
        assert party.redeem(code).status_code == 200
    else:
        tokens = party.redeem(party.code()).json()
        move(ACCESS + 1)
        assert opens(tokens)


def test_without_the_tolerance_a_proof_from_the_future_stays_fresh(
    party: Party, monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:
    monkeypatch.setattr("terpadu.identity.openid.signing_on.TOLERANCE", 10**9)
    Person.objects.update(last_login=timezone.now() + timedelta(days=1))
    assert party.ask(max_age="60").status_code == 200
