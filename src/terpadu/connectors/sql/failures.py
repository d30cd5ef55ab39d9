"""A database's way of failing, in the normal form: one table for SQLSTATE classes, one for SQLite's names.

Sentences name no statement and no value: neither may leave the agency (attack A28).
"""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from terpadu.connectors.errors import failed
from terpadu.errors import Refused

WHY: dict[str, str] = {
    "upstream-down": "the database gave no answer in time",
    "upstream-auth": "check the password of the node's role and its rights",
    "upstream-retry": "the database is busy or locked",
    "upstream-garbage": "the declared statement does not fit the database as it is now; correct connector.toml",
    "business-rule": "a constraint or a trigger",
    "mismatch": "a value of the question has a form that its column cannot hold",
}

BY_STATE: dict[str, str] = {
    "08": "upstream-down",
    "22": "mismatch",
    "23": "business-rule",
    "25": "upstream-garbage",
    "28": "upstream-auth",
    "3D": "upstream-auth",
    "40": "upstream-retry",
    "42": "upstream-garbage",
    "42501": "upstream-auth",
    "53": "upstream-retry",
    "55": "upstream-retry",
    "57": "upstream-down",
    "P0": "business-rule",
}
"""SQLSTATE, whole or its class of two letters (PostgreSQL appendix A), to the normal form."""

BY_NAME: dict[str, str] = {
    "SQLITE_BUSY": "upstream-retry",
    "SQLITE_LOCKED": "upstream-retry",
    "SQLITE_CONSTRAINT": "business-rule",
    "SQLITE_MISMATCH": "mismatch",
    "SQLITE_CANTOPEN": "upstream-down",
    "SQLITE_INTERRUPT": "upstream-down",
    "SQLITE_IOERR": "upstream-down",
    "SQLITE_FULL": "upstream-down",
    "SQLITE_PERM": "upstream-auth",
}
"""SQLite's primary result code to the normal form; anything else is a statement that does not fit."""


def normal_form(error: SQLAlchemyError, system: str) -> Refused:
    """The refusal for whatever SQLAlchemy raised."""
    code = _code(error)
    return failed(code, system, WHY[code])


def _code(error: SQLAlchemyError) -> str:
    if isinstance(error, PoolTimeout):
        return "upstream-retry"
    cause = error.orig if isinstance(error, DBAPIError) else None
    if isinstance(cause, sqlite3.Error):
        name = getattr(cause, "sqlite_errorname", "SQLITE_CANTOPEN")
        return BY_NAME.get("_".join(name.split("_")[:2]), "upstream-garbage")
    state = getattr(cause, "sqlstate", None)
    if state:
        return BY_STATE.get(state) or BY_STATE.get(state[:2], "upstream-garbage")
    return _stateless(cause)


def _stateless(cause: BaseException | None) -> str:
    """The driver failed before the server could: a value that it cannot send, or no server."""
    if cause is None:
        return "upstream-garbage"
    kind = type(cause).__name__
    if kind == "OperationalError":
        refused = any(word in str(cause).casefold() for word in ("password", "authentication", "role"))
        return "upstream-auth" if refused else "upstream-down"
    return "mismatch" if kind == "DataError" else "upstream-garbage"
