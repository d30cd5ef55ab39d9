"""A35: one code, one refresh token, many hands at the same time: one of them wins, and what came of reuse counts no longer.

On SQLite (a file, as it is served) and on PostgreSQL; allauth's own provider let ten of ten through on the latter.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections

from terpadu.identity.openid.models import Given
from tests.lib.postgres import own_database
from tests.unit.identity.openid.conftest import Party, browser, make_client, person  # noqa: F401 - fixtures

HANDS = 10
IN_CHILD = "TERPADU_RACES"
ROUNDS = 3


def at_once(call: Callable[[], Any]) -> list[int]:
    """Status codes of the same call from many threads."""

    def one(_: int) -> int:
        try:
            return int(call().status_code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(HANDS) as pool:
        return list(pool.map(one, range(HANDS)))


@pytest.mark.skipif(IN_CHILD in os.environ, reason="this is the child")
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_on_both_databases(kind: str, tmp_path: Path) -> None:
    if kind == "sqlite":
        _run(f"sqlite:///{tmp_path}/uji.db")
    else:
        with own_database() as address:
            _run(address)


def _run(database: str) -> None:
    environment = {**os.environ, IN_CHILD: "1", "TERPADU_PORTAL_DATABASE": database}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", __file__, "tests/unit/identity/openid"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=110)
    assert done.returncode == 0, done.stdout[-4000:]


child = pytest.mark.skipif(IN_CHILD not in os.environ, reason="runs in a child with a database of its own")


@child
@pytest.mark.django_db(transaction=True)
def test_a_code_counts_once(browser: Any) -> None:  # noqa: F811
    party = Party(browser, *make_client())
    for _ in range(ROUNDS):
        code = party.code()
        found = at_once(lambda code=code: party.redeem(code))  # type: ignore[misc]
        assert found.count(200) == 1, (connection.vendor, found)
        assert set(found) <= {200, 400}, found
    assert Given.objects.count() == ROUNDS, "the losers left nothing behind"


@child
@pytest.mark.django_db(transaction=True)
def test_a_refresh_token_counts_once_and_reuse_ends_the_family(browser: Any) -> None:  # noqa: F811
    party = Party(browser, *make_client())
    for _ in range(ROUNDS):
        first = party.redeem(party.code()).json()
        found = at_once(lambda token=first["refresh_token"]: party.refresh(token))  # type: ignore[misc]
        assert found.count(200) <= 1, (connection.vendor, found)
        assert set(found) <= {200, 400}, found
        assert party.refresh(first["refresh_token"]).status_code == 400
