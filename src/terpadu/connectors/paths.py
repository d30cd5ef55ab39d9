"""Paths that a system is asked by: unambiguous first, then compared with an allow-list; those of a declared question filled."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from urllib.parse import quote

from terpadu.errors import BadInput, Refused
from terpadu.model.paths import normalised, pattern

_QUERY = re.compile(r"[A-Za-z0-9\-._~!$&'()*+,;=:@/?%|\[\]]*").fullmatch
_VERB = re.compile(r"(?!CONNECT$|TRACE$)[A-Z]+").fullmatch


def check_path(raw: str) -> str:
    """The path without its query, decoded, if nobody can read it in two ways (A23). Raises Refused("endpoint")."""
    path, _, query = raw.partition("?")
    found = normalised(path)
    if found is None:
        raise Refused("endpoint", "Expected a plain path without dot or empty segments or hidden separators.")
    if _QUERY(query) is None:
        raise Refused("endpoint", "Expected a percent-encoded query, got characters that must not stand in one.")
    return found


def matcher(endpoints: Iterable[tuple[str, str]]) -> Callable[[str, str], bool]:
    """Does a method and a checked path fit one of the (method, pattern) pairs? No path is `/`, as in agreements."""
    patterns = [(method.upper(), pattern(path or "/")) for method, path in endpoints]
    if not patterns:
        raise BadInput("Expected endpoints to name at least one method and path, got none; name what may be asked.")

    def fits(verb: str, path: str) -> bool:
        return _VERB(verb) is not None and any([p.fullmatch(path) for m, p in patterns if m in ("*", verb)])

    return fits


def filled(path: str, values: dict[str, str]) -> str:
    """The path with every `{name}` replaced, percent-encoded as one segment's part. Raises Refused("content")."""
    for name, value in values.items():
        if value in ("", ".", ".."):
            raise Refused("content", f"Expected a value for {name} that can stand in a path, got none.")
        path = path.replace("{" + name + "}", quote(value, safe=""))
    return path


def names_in(path: str) -> list[str]:
    """The names in braces."""
    return re.findall(r"\{(\w+)\}", path)
