"""Writing TOML that people will edit: few words, each `EDIT` saying what only the agency knows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def system(name: str, kind: str, base: str, source: str) -> list[str]:
    """The head of a draft."""
    return [
        f"# Written by `terpadu connect` from {_comment(source)}. It loads as it is; read each line with EDIT before it is used.",
        "",
        "[system]",
        f"name = {text(_comment(name))}",
        f"kind = {text(kind)}",
        'subsystem = "ID/GOV/INSTANSI/SISTEM"  # EDIT: the name under which the federation lists this system',
        f"base = {text(base)}  # EDIT: the address as this node reaches it",
        "limits = { seconds = 10, concurrency = 8 }",
    ]


def table(*path: str) -> str:
    """A table's heading."""
    return f"[{'.'.join(map(key, path))}]"


def key(name: str) -> str:
    """A key, quoted where TOML asks for it."""
    return name if _BARE.fullmatch(name) else text(name)


def text(value: str) -> str:
    """A string in TOML's basic form (a JSON string is one)."""
    return json.dumps(value, ensure_ascii=True).replace("\x7f", "\\u007f")


def inline(values: Mapping[str, Any]) -> str:
    """An inline table."""
    return (
        "{ " + ", ".join(f"{key(name)} = {plain(value)}" for name, value in values.items()) + " }" if values else "{}"
    )


def plain(value: Any) -> str:
    """Any JSON value as TOML; what TOML cannot say (null) is left out."""
    if isinstance(value, Mapping):
        return inline({name: one for name, one in value.items() if one is not None})
    if isinstance(value, list | tuple):
        return "[" + ", ".join(plain(one) for one in value if one is not None) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return text(value) if isinstance(value, str) else json.dumps(value)


def code(name: str, taken: Iterable[str] = ()) -> str:
    """A service code out of any name: letters, digits and hyphens, never twice."""
    words = re.sub(r"[^A-Za-z0-9]+", "-", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name)).strip("-").lower() or "layanan"
    known, number, found = set(taken), 2, words
    while found in known:
        found, number = f"{words}-{number}", number + 1
    return found


def path(*names: str) -> str:
    """A JMESPath that walks plain names."""
    return ".".join(name if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name) else json.dumps(name) for name in names)


def comment(value: object) -> str:
    """Words of the source in a comment: one line, cut."""
    return _comment(str(value or ""))


def _comment(value: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in value).split())[:100]


def whole(lines: Iterable[str]) -> str:
    """The file."""
    return "\n".join(lines) + "\n"
