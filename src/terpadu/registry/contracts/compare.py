"""What a new version breaks, and for whom: pure, tested as a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

from terpadu.model.federation import WHOLE_BODY
from terpadu.registry.contracts.form import Contract


class Relying(NamedTuple):
    """A consumer and the fields that its agreement names."""

    agreement: str
    consumer: str
    fields: tuple[str, ...]


class Break(NamedTuple):
    """One thing that breaks: `kind` of KINDS, what, what it may have become, and the agreements that rely on it."""

    kind: str
    what: str
    became: str
    whom: tuple[Relying, ...]


KINDS = ("field-gone", "field-renamed", "field-type", "input-new", "input-type", "endpoint-gone", "effect", "subject")


def breaks(old: Contract, new: Contract, relying: Iterable[Relying]) -> list[Break]:
    """Everything that somebody who relies on `old` would notice; also what nobody relies on yet (`whom` is empty)."""
    everybody = tuple(relying)
    return [*_fields(old, new, everybody), *_inputs(old, new, everybody), *_whole(old, new, everybody)]


def breaking(found: Iterable[Break]) -> list[Break]:
    """Those that hit somebody."""
    return [one for one in found if one.whom]


def _fields(old: Contract, new: Contract, everybody: tuple[Relying, ...]) -> Iterator[Break]:
    added = [name for name in new.fields if name not in old.fields]
    for name, field in old.fields.items():
        whom = tuple(one for one in everybody if _names(one, name))
        if name not in new.fields:
            like = [other for other in added if new.fields[other].type == field.type and _alike(name, other)]
            yield Break("field-renamed" if like else "field-gone", name, like[0] if like else "", whom)
        elif new.fields[name].type != field.type:
            yield Break("field-type", name, f"{field.type} → {new.fields[name].type}", whom)


def _names(one: Relying, field: str) -> bool:
    return any(named in (field, WHOLE_BODY) or field.startswith(f"{named}.") for named in one.fields)


def _alike(one: str, other: str) -> bool:
    """The same name in other letters, a longer one, or one that looks like it."""
    first, second = (text.replace("_", "").replace("-", "").lower() for text in (one, other))
    return first in second or second in first or SequenceMatcher(None, first, second).ratio() > 0.6


def _inputs(old: Contract, new: Contract, everybody: tuple[Relying, ...]) -> Iterator[Break]:
    kept = {f"{method} {path}" for method, path in old.endpoints}
    for name, given in new.inputs.items():
        before = old.inputs.get(name)
        if before is None or (given.required and not before.required):
            if given.required and " ".join(name.split(" ")[:2]) in kept:
                yield Break("input-new", name, given.type, everybody)
        elif before.type != given.type:
            yield Break("input-type", name, f"{before.type} → {given.type}", everybody)


def _whole(old: Contract, new: Contract, everybody: tuple[Relying, ...]) -> Iterator[Break]:
    for method, path in old.endpoints:
        if (method, path) not in new.endpoints:
            yield Break("endpoint-gone", f"{method} {path}", "", everybody)
    for kind in ("effect", "subject"):
        before, after = getattr(old, kind), getattr(new, kind)
        if before != after:
            yield Break(kind, before or "-", after or "-", everybody)
