"""What a draft would change, a line each: members and holders read it before anything takes effect."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from terpadu.model.federation import Federation

_KINDS = ("members", "nodes", "subsystems", "services", "purposes", "agreements", "keys", "authorities")


def differences(published: Federation | None, draft: Federation) -> list[str]:
    """`+` new, `-` gone, `~` changed with each field's old and new value; empty where nothing changes."""
    return [line for kind in _KINDS for line in _kind(kind, published, draft)]


def _kind(kind: str, published: Federation | None, draft: Federation) -> Iterator[str]:
    old = _by_name(getattr(published, kind) if published else ())
    new = _by_name(getattr(draft, kind))
    one = {"authorities": "authority"}.get(kind, kind[:-1])
    yield from (f"- {one} {name}" for name in old if name not in new)
    for name, fields in new.items():
        if name not in old:
            yield f"+ {one} {name}  {_short(fields)}"
        elif fields != old[name]:
            yield f"~ {one} {name}  {_changes(old[name], fields)}"


def _by_name(items: Sequence[Any]) -> dict[str, dict[str, Any]]:
    return {_name(item): _fields(item) for item in items}


def _name(item: Any) -> str:
    if isinstance(item, str):
        return f"...{''.join(item.strip().splitlines()[1:-1])[-34:]}"
    if hasattr(item, "use"):
        return f"{item.name} {item.use} {item.key[-12:]} until {item.until}"
    return str(getattr(item, "name", "") if hasattr(item, "version") else item.id)


def _fields(item: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {"pem": item} if isinstance(item, str) else msgspec.to_builtins(item)
    return fields


def _short(fields: dict[str, Any]) -> str:
    shown = {name: value for name, value in fields.items() if name not in ("id", "key", "kind", "pem")}
    return " ".join(f"{name}={_value(value)}" for name, value in shown.items())


def _changes(old: dict[str, Any], new: dict[str, Any]) -> str:
    names = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    return " ".join(f"{name}: {_value(old.get(name))} -> {_value(new.get(name))}" for name in names)


def _value(value: Any) -> str:
    return msgspec.json.encode(value).decode()
