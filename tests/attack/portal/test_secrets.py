"""A50, A52: what is secret or personal stands in no log, address, letter or error page, and nowhere readable in the database."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.db import connection

from tests.attack.portal.access_table import BODY, filled, lines
from tests.lib.portal_world import MARK, NIK, ROLES, World

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(300)]


def secrets() -> list[str]:
    """Keys of the portal."""
    keys = settings.KEYS
    return [keys.django, keys.seal, keys.index, keys.payments, keys.sign_on[0][40:140], keys.document[0][40:140]]


def rows(names: list[str]) -> str:
    """Everything that these tables hold, as it lies there."""
    told = []
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(f'SELECT * FROM "{name}"')  # noqa: S608 - a table of ours
            told += [b"|".join(value if isinstance(value, bytes) else str(value).encode() for value in row)
                     for row in cursor.fetchall()]  # fmt: skip
    return b"\n".join(told).decode("latin-1")


def test_nothing_personal_is_readable_in_the_database_and_the_files(world: World) -> None:
    raw = rows(connection.introspection.table_names())
    assert NIK not in raw
    found = [line for line in raw.splitlines() if f"{MARK} " in line or f"{MARK}-" in line]
    assert [line for line in found if "BANK KENARI" not in line] == []
    assert world.people["owner"].email in raw, "an address is in clear: the grep can find something"
    files = [path for path in (settings.HOME / "files").rglob("*") if path.is_file()]
    assert files
    assert not any(MARK.encode() in path.read_bytes() for path in files)


def test_without_the_seal_it_would_be_readable(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("terpadu.pages.sealed.seal", lambda value, place: str(value).encode())
    owner = world.people["owner"]
    owner.name = f"{MARK} RAHASIA"
    owner.save()
    assert f"{MARK} RAHASIA" in rows(["identity_person"])


@pytest.mark.deep
def test_a_walk_over_everything_tells_nobody(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """Every address with every role; then what was logged, mailed, or answered to who may not."""
    caplog.set_level(logging.INFO)
    addresses: list[str] = []
    for role in ROLES:
        client = world.browser(role)
        for line in lines():
            address = filled(line.path, world.values)
            addresses.append(address)
            if not (role == "owner" and line.path.endswith(("/hapus/", "/tarik/", "/cabut/"))):
                for method in line.methods:
                    getattr(client, method)(
                        address, {**BODY, "nik": NIK, "code": f"{MARK} KODE"} if method == "post" else None
                    )
    told = {"log": caplog.text, "addresses": "\n".join(addresses)}
    told["letters"] = "\n".join(f"{letter.subject}\n{letter.body}" for letter in mail.outbox)
    assert "Not Found" in caplog.text, "something was logged"
    for where, text in told.items():
        for secret in (NIK, f"{MARK} ", f"{MARK}-", *secrets()):
            assert secret not in text, f"{where} tells {secret[:12]}"


@pytest.mark.filterwarnings("ignore")
def test_an_error_page_tells_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*_: Any) -> None:
        raise RuntimeError(f"{MARK} {NIK} {settings.KEYS.seal}")

    monkeypatch.setattr("terpadu.cases.people.cases_of", fails)
    client = world.browser("owner")
    client.raise_request_exception = False
    answer = client.get(f"/urusan/{world.values['reference']}/")
    assert answer.status_code == 500
    page = answer.content.decode()
    assert not [
        secret for secret in (MARK, NIK, "Traceback", "RuntimeError", "people.py", *secrets()) if secret in page
    ]
