"""Effects of class `tx`: the change and its row in the inbox are one transaction, so a doubt is settled by looking.

The inbox is a table of the old database, because only there can it share the transaction. The agency makes it once; the
node never changes a schema. `check` prints the statement when the table is missing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, text

from terpadu.connectors.sql.database import select
from terpadu.connectors.sql.engines import Bounds
from terpadu.connectors.sql.templates import Row, Template, Value
from terpadu.errors import Refused

TABLE = (
    "CREATE TABLE terpadu_inbox (service TEXT NOT NULL, idem TEXT NOT NULL, same TEXT NOT NULL, answer TEXT, "
    "PRIMARY KEY (service, idem))"
)
"""What the agency's administrator runs once; the node's writing role needs INSERT, SELECT and UPDATE on it."""

_CLAIM = text("INSERT INTO terpadu_inbox (service, idem, same) VALUES (:service, :idem, :same) ON CONFLICT DO NOTHING")
_FIND = text("SELECT same, answer FROM terpadu_inbox WHERE service = :service AND idem = :idem")
_SETTLE = text("UPDATE terpadu_inbox SET answer = :answer WHERE service = :service AND idem = :idem")


def once(
    connection: Connection,
    service: str,
    key: str,
    statements: Sequence[Template],
    answer: Template | None,
    values: Mapping[str, Value],
    bounds: Bounds,
) -> list[Row]:
    """Claim the key, do the statements, keep the answer. A key that was used gives the kept answer, and no effect."""
    place = {"service": service, "idem": key}
    same = fingerprint(values)
    if connection.execute(_CLAIM, place | {"same": same}).rowcount == 0:
        return _kept(connection, place, same)
    for statement in statements:
        _effect(connection, statement, values)
    rows = select(connection, answer, _of(answer, values), bounds) if answer else []
    connection.execute(_SETTLE, place | {"answer": json.dumps(rows)})
    return rows


def find(connection: Connection, service: str, key: str, values: Mapping[str, Value]) -> list[Row] | None:
    """The kept answer of a key, or None: then nothing was done under it."""
    place = {"service": service, "idem": key}
    found = connection.execute(_FIND, place).first()
    return None if found is None else _kept(connection, place, fingerprint(values))


def fingerprint(values: Mapping[str, Value]) -> str:
    """SHA-256 (hex) of the bound values: tells a repetition from another question under the same key."""
    return hashlib.sha256(json.dumps(dict(values), sort_keys=True).encode()).hexdigest()


def _kept(connection: Connection, place: dict[str, str], same: str) -> list[Row]:
    found = connection.execute(_FIND, place).one()
    if found.same != same:
        raise Refused("idem-mismatch", "This idempotency key was used for another content; use a new key.")
    rows: list[Any] = json.loads(found.answer)
    return rows


def _effect(connection: Connection, statement: Template, values: Mapping[str, Value]) -> None:
    """A statement that changes nothing is a refusal: the caller asked for an effect."""
    if connection.execute(statement.clause, _of(statement, values)).rowcount == 0:
        raise Refused("not-found", "The declared change found no row to change, so nothing was changed.")


def _of(template: Template, values: Mapping[str, Value]) -> dict[str, Value]:
    return {name: values[name] for name in template.names}
