"""Statements as the agency declared them. A caller's value reaches the database bound to a name, in no other way."""

from __future__ import annotations

import base64
import datetime
import decimal
import math
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from msgspec import Struct
from sqlalchemy import TextClause, text

from terpadu.errors import BadInput, Refused

Value = str | int | float | bool | None
"""What a caller's value may be: a JSON scalar."""
Row = dict[str, Any]

MOST = "terpadu_most_rows"
"""The bound name of the row limit."""
_READS = re.compile(r"\s*(select|with|values)\b", re.IGNORECASE)
_WRITES = re.compile(r"\s*(insert|update|delete|merge)\b", re.IGNORECASE)


class Template(Struct, frozen=True):
    """One statement with its bound names."""

    clause: TextClause
    names: frozenset[str]


def reading(statement: str, where: str) -> Template:
    """A SELECT (or WITH … SELECT), alone. `where` says which key of which file, for the sentence.

    It runs as a sub-query with a limit: the database itself stops there, and what changes data cannot be a sub-query.
    """
    bare = one_select(statement, where)
    return _template(bare, f"SELECT * FROM (\n{bare}\n) AS terpadu LIMIT :{MOST}")  # noqa: S608 the agency's own words


def one_select(statement: str, where: str) -> str:
    """The statement without its last semicolon. Raises BadInput for anything but one SELECT."""
    return _alone(statement, _READS, "one SELECT", where)


def writing(statement: str, where: str) -> Template:
    """An INSERT, UPDATE, DELETE or MERGE, alone."""
    bare = _alone(statement, _WRITES, "one INSERT, UPDATE or DELETE", where)
    return _template(bare, bare)


def _alone(statement: str, form: re.Pattern[str], expected: str, where: str) -> str:
    bare = statement.strip().rstrip(";")
    if not form.match(bare) or ";" in _without_strings(bare):
        raise BadInput(f"{where}: expected {expected} as a statement, got {bare[:40]!r}; write one statement, no more.")
    return bare


def _template(bare: str, whole: str) -> Template:
    return Template(text(whole), frozenset(text(bare).compile().params))


def _without_strings(statement: str) -> str:
    return re.sub(r"'[^']*'|\"[^\"]*\"", "", statement)


def check_names(bound: Iterable[str], templates: Iterable[Template], where: str) -> None:
    """Every `:name` has a value and every value is used; otherwise the file is wrong."""
    used = frozenset[str]().union(*(template.names for template in templates))
    if used != set(bound):
        raise BadInput(
            f"{where}: the statement uses {_listed(used)} and the bound values are {_listed(bound)}; "
            "both must be the same (a colon inside a text is written \\:)."
        )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f":{name}" for name in sorted(names)) or "no name"


def bindable(values: Mapping[str, Any]) -> dict[str, Value]:
    """The values that may be bound: JSON scalars in the range that databases hold. Anything else is a mismatch."""
    for name, value in values.items():
        if not _fits(value):
            raise Refused("mismatch", f"Expected a text or a number for {name!r}, got {_shape(value)}; correct it.")
    return dict(values)


def _fits(value: object) -> bool:
    match value:
        case None | bool():
            return True
        case int():
            return -(2**63) <= value < 2**63
        case float():
            return math.isfinite(value)
        case str():
            return "\0" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)
    return False


def _shape(value: object) -> str:
    return "a number out of range" if isinstance(value, int | float) else f"something else ({type(value).__name__})"


def plain(row: Mapping[str, Any]) -> Row:
    """A row in JSON's terms: dates in ISO form, exact decimals as text, bytes in base64."""
    return {name: _plain(value) for name, value in row.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return plain(value)
    for kinds, form in _FORMS.items():
        if isinstance(value, kinds):
            return form(value)
    return value if isinstance(value, str | int | float | None) else str(value)


def _number(value: decimal.Decimal) -> int | str:
    return int(value) if value == value.to_integral_value() and abs(value) < 2**53 else str(value)


_FORMS: dict[tuple[type, ...], Callable[[Any], Any]] = {
    (datetime.date, datetime.time): lambda value: value.isoformat(),
    (decimal.Decimal,): _number,
    (bytes, memoryview): lambda value: base64.b64encode(bytes(value)).decode(),
}
