"""The attacks on connectors succeed where a guard is taken away: the tests that they fail are able to fail (A22, A24, A25)."""

from __future__ import annotations

import asyncio
import sqlite3
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import asyncssh
import pytest
from sqlalchemy import Connection, text

from contoh.dtsen.jalan import serve
from terpadu.connectors.files import sftp
from terpadu.connectors.soap import documents
from terpadu.connectors.sql import database, engines
from terpadu.connectors.sql.templates import Row, Template, plain
from terpadu.errors import BadInput, Refused
from tests.lib.admitting import admitted, described, said
from tests.unit.connectors import test_files, test_soap

FILE = """
[system]
name = "Uji"
kind = "sql"
subsystem = "ID/GOV/UJI/SISTEM"
base = "sqlite:///lama.db"
[service.cari]
mode = "asked"
select = "SELECT nama FROM orang WHERE nama = :nama"
bind = { nama = "question.nama" }
question = { type = "object" }
answer = { nama = "rows[].nama" }
"""


def concatenated(connection: Connection, template: Template, values: Mapping[str, Any], bounds: Any) -> list[Row]:
    """The weakened build: a value is pasted into the statement, and statements are run one after the other."""
    statement = str(template.clause.text).replace(":terpadu_most_rows", str(bounds.rows))
    for name, value in values.items():
        statement = statement.replace(f":{name}", f"'{value}'")
    return [plain(dict(row)) for row in connection.execute(text(statement.replace(":", "\\:"))).mappings()]


def asked(folder: Path, name: str) -> Any:
    async def walk() -> Any:
        connectors = described(folder, FILE)
        try:
            return said((await connectors.ask(admitted("cari", {"nama": name}, fields=("nama",)))).body)
        except Refused as refusal:
            return refusal.code
        finally:
            await connectors.close()

    return asyncio.run(walk())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = sqlite3.connect(tmp_path / "lama.db")
    made.executescript("CREATE TABLE orang (nama TEXT); INSERT INTO orang VALUES ('A'), ('B');")
    made.close()
    return tmp_path


def test_a_pasted_value_is_read_as_sql(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    attack = "x' OR '1'='1"
    assert asked(folder, attack) == "not-found"
    monkeypatch.setattr(database, "select", concatenated)
    assert asked(folder, attack) == {"nama": ["A", "B"]}


def test_without_the_read_only_locks_a_write_goes_through(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def wrote() -> str:
        bounds = engines.Bounds(seconds=5, rows=5, bytes=1000, together=1)
        opened = database.Database("Uji", engines.database_url("sqlite:///lama.db", folder), bounds)
        try:
            with opened._reader.begin() as connection:
                connection.exec_driver_sql("DELETE FROM orang")
            return "done"
        except Exception as error:
            return type(error).__name__
        finally:
            await opened.close()

    assert asyncio.run(wrote()) != "done"
    kept = engines.KINDS["sqlite"]
    monkeypatch.setitem(
        engines.KINDS, "sqlite", engines.Kind(lambda url, bounds, _: kept.open(url, bounds, True), kept.guard)
    )
    assert asyncio.run(wrote()) == "done"


def test_a_shelf_that_fetches_is_led_to_the_canary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    watching = test_soap.Canary()
    (tmp_path / "w.wsdl").write_bytes(test_soap.poisoned(watching.port)["remote schema"])

    def fetching(self: Any, address: str) -> bytes:
        if address in self._documents:
            return bytes(self._documents[address])
        with urllib.request.urlopen(address, timeout=1) as found:  # noqa: S310
            return bytes(found.read())

    def load() -> None:
        with pytest.raises((BadInput, OSError)):
            described(tmp_path, test_soap.FILE.format(base="http://127.0.0.1:1/x", wsdl="w.wsdl"), **test_soap.SECRETS)

    load()
    assert watching.hits == 0
    monkeypatch.setattr(documents.Shelf, "load", fetching)
    load()
    assert watching.hits > 0
    watching.close()


def test_trust_on_first_use_gives_the_password_to_anybody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().strip()
    (tmp_path / "dtsen").mkdir()

    async def ask(dtsen: Any) -> Any:
        connectors = described(tmp_path, test_files.file(dtsen, key=other), **test_files.SECRETS)
        try:
            return await test_files.ask(connectors, "desil", {"nik": test_files.HERO.mother.nik})
        except Refused as refusal:
            return refusal.code
        finally:
            await connectors.close()

    with serve(test_files.PEOPLE, tmp_path / "dtsen") as dtsen:
        assert asyncio.run(ask(dtsen)) == "upstream-auth"
        monkeypatch.setattr(sftp, "_host", lambda _: {"known_hosts": None})
        assert asyncio.run(ask(dtsen))[0] == 200
