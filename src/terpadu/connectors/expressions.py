"""JMESPath as the files use it, with the few functions that the ministries' dialects need."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from typing import Any

import jmespath
from jmespath import functions
from jmespath.exceptions import JMESPathError
from jmespath.parser import ParsedResult

from terpadu.errors import BadInput


class _Dialects(functions.Functions):
    """Our functions. Each takes null and gives null, so that an absent field stays absent."""

    @functions.signature({"types": ["string", "null"]})
    def _func_plain(self, text: str | None) -> str | None:
        """Case folded, runs of blanks made one: "IP Client  Tidak terdaftar" -> "ip client tidak terdaftar"."""
        return None if text is None else " ".join(text.casefold().split())

    @functions.signature({"types": ["string", "null"]})
    def _func_iso_date(self, text: str | None) -> str | None:
        """DD-MM-YYYY -> YYYY-MM-DD; what is no such date becomes null."""
        return _date(text, "%d-%m-%Y", "%Y-%m-%d")

    @functions.signature({"types": ["string", "null"]})
    def _func_dmy_date(self, text: str | None) -> str | None:
        """YYYY-MM-DD -> DD-MM-YYYY; what is no such date becomes null."""
        return _date(text, "%Y-%m-%d", "%d-%m-%Y")

    @functions.signature({"types": ["object"]}, {"types": ["string", "number", "null"]})
    def _func_pick(self, table: dict[str, Any], key: Any) -> Any:
        """The entry of a table of codes; an unknown code becomes null."""
        return table.get(str(key))

    @functions.signature({"types": ["array", "null"]}, {"types": ["string"]}, {"types": ["string", "null"]})
    def _func_where(self, rows: list[Any] | None, name: str, text: str | None) -> list[Any]:
        """The objects of a list whose field is that text; a filter that may look outside its list."""
        return [row for row in rows or () if isinstance(row, dict) and text is not None and row.get(name) == text]

    @functions.signature({"types": ["string", "null"]}, {"types": ["string"]})
    def _func_first_match(self, text: str | None, pattern: str) -> str | None:
        """The first group of a regular expression, or the whole match."""
        found = re.search(pattern, text) if text is not None else None
        return None if found is None else found.group(1 if found.re.groups else 0)


def _date(text: str | None, given: str, wanted: str) -> str | None:
    try:
        return None if text is None else datetime.strptime(text.strip(), given).strftime(wanted)
    except ValueError:
        return None


_OPTIONS = jmespath.Options(custom_functions=_Dialects())


@lru_cache(maxsize=4096)
def compiled(expression: str) -> ParsedResult:
    """Parse once. Raises BadInput with the place of the fault."""
    try:
        return jmespath.compile(expression)
    except JMESPathError as error:
        why = " ".join(str(error).split())
        raise BadInput(f"Expected a JMESPath expression, got {expression!r}: {why}.") from error


def value(expression: str, of: Any) -> Any:
    """What the expression finds, None for nothing. A function given the wrong type finds nothing too: an old system's
    reply may have any form."""
    try:
        return compiled(expression).search(of, _OPTIONS)
    except JMESPathError:
        return None


def holds(expression: str, of: Any) -> bool:
    """Is the expression true as JMESPath counts truth (not null, false, "", [] or {})? An empty one never is."""
    found = value(expression, of) if expression else None
    return found is not None and found is not False and found not in ("", [], {})
