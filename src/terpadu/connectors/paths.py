"""Paths that may be asked for: made unambiguous first, then compared with an allow-list (attack A23)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from urllib.parse import quote, unquote_to_bytes

from terpadu.errors import BadInput, Refused

_PLAIN = re.compile(r"(?:/[A-Za-z0-9_~-][A-Za-z0-9_.~-]*)*/?").fullmatch
_QUERY = re.compile(r"[A-Za-z0-9\-._~!$&'()*+,;=:@/?%|\[\]]*").fullmatch
_SEGMENT = re.compile(r"(?:[A-Za-z0-9\-._~!$&'()*+,=:@]|%[0-9A-Fa-f]{2})+").fullmatch
_VERB = re.compile(r"(?!CONNECT$|TRACE$)[A-Z]+").fullmatch
_HIDDEN = re.compile(rb"[\x00-\x1f\x7f/\\;]|%[0-9A-Fa-f]{2}").search


def check_path(raw: str) -> str:
    """The path without its query, if nobody can read it in two ways. Raises Refused("endpoint")."""
    path, _, query = raw.partition("?")
    if _PLAIN(path) is None:
        pieces = path.split("/")
        inner = pieces[1:-1] if pieces[-1] == "" else pieces[1:]
        if pieces[0] or not all(map(_clear, inner)):
            raise Refused("endpoint", "Expected a plain path without dot or empty segments or hidden separators.")
    if _QUERY(query) is None:
        raise Refused("endpoint", "Expected a percent-encoded query, got characters that must not stand in one.")
    return path


def _clear(segment: str) -> bool:
    if _SEGMENT(segment) is None:
        return False
    decoded = unquote_to_bytes(segment)
    return decoded not in {b".", b".."} and _HIDDEN(decoded) is None


def matcher(endpoints: Iterable[tuple[str, str]]) -> Callable[[str, str], bool]:
    """Does a method and a checked path fit one of the (method, pattern) pairs? `*` within a segment, `**` across; no path
    is `/`, as in agreements."""
    patterns = [(method.upper(), re.compile(_pattern(path or "/"))) for method, path in endpoints]
    if not patterns:
        raise BadInput("Expected endpoints to name at least one method and path, got none; name what may be asked.")
    return lambda verb, path: (
        bool(_VERB(verb)) and any(m in ("*", verb) and p.fullmatch(path or "/") for m, p in patterns)
    )


def _pattern(path: str) -> str:
    parts = re.findall(r"\\.|\*\*|\*|[^\\*]+", path, re.DOTALL)
    return "".join({"**": ".*", "*": "[^/]*"}.get(part) or re.escape(part.removeprefix("\\")) for part in parts)


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
