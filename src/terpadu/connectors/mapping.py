"""Declared field mapping: lets through only what the agreement names. Everything not named is removed.

A field is a dotted path to a leaf (`nama`, `alamat.kota`); lists are walked through. A name that ends at an object lets
nothing of it through: a field that the system adds tomorrow is not agreed today.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from terpadu.errors import Refused
from terpadu.model.federation import WHOLE_BODY
from terpadu.model.message import Answer

DEEPEST = 64
"""Levels of nesting; deeper is no answer of an honest system (RFC 8259 section 9 allows a limit)."""
LARGEST = 2**53 - 1
"""Integers beyond this are read differently by different readers (RFC 7493 section 2.2)."""

_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode
_key_ends = re.compile(rb'"\s*:').findall


class Cut(NamedTuple):
    """The body that may leave, and how many fields (distinct dotted names) it held and holds now."""

    body: bytes
    held: int
    released: int


def cut_answer(answer: Answer, fields: tuple[str, ...]) -> Answer:
    """The answer with the agreed fields only. Raises Refused: `fields` for emptiness, `upstream-garbage`."""
    if fields == (WHOLE_BODY,):
        return answer
    if not fields or WHOLE_BODY in fields:
        raise Refused("fields", "Expected the agreement to name fields, or the whole body alone; it names neither.")
    if answer.large is not None:
        raise Refused("fields", "Expected a body that can be cut, got a stream; agree on the whole body instead.")
    if not answer.body:
        return answer
    if not is_json(answer.headers):
        raise Refused("upstream-garbage", "Expected JSON, which alone can be cut to fields, got another content type.")
    done = cut(answer.body, fields)
    return Answer(
        status=answer.status,
        reason=answer.reason,
        headers=answer.headers,
        body=done.body,
        held=answer.held or done.held,
        released=done.released,
    )


def cut(body: bytes, fields: tuple[str, ...]) -> Cut:
    """Cut a JSON body to the named leaves. Raises Refused("upstream-garbage") for what is not I-JSON (RFC 7493)."""
    walk, names = _Walk(), _tree(fields)
    try:
        value = _decode(body)
        if type(value) is dict and _is_flat(body):
            return _cut_flat(body, value, names)
        kept = walk.any(value, names, "", 0)
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
        raise unreadable(_what(error)) from error
    if type(value) is not dict and type(value) is not list:
        raise unreadable("a bare value without field names")
    check_keys(body, walk.keys)
    return Cut(_encode(kept), len(walk.held - _NAMELESS), len(walk.released - _NAMELESS))


def _is_flat(body: bytes) -> bool:
    """Can the body hold one object and nothing below it? Most answers are so; a brace in a text only makes it a no."""
    return body.find(b"{", body.find(b"{") + 1) < 0 and b"[" not in body


def _cut_flat(body: bytes, value: dict[str, Any], names: _Name) -> Cut:
    """What the walk does, for an object without objects and lists."""
    check_keys(body, len(value))
    below, leaves = names.below, names.leaves
    kept = {key: item for key, item in value.items() if key in leaves or (item is None and key in below)}
    for item in kept.values():
        if type(item) is int:
            _sound(item)
    return Cut(_encode(kept), len(value) - ("" in value), len(kept) - ("" in kept))


def strict(body: bytes) -> Any:
    """Read JSON as I-JSON asks: keys once, UTF-8, no lone surrogates, numbers that a double holds, not too deep."""
    try:
        value = _decode(body)
        keys = len(value) if type(value) is dict and _is_flat(body) else _keys(value, 0)
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
        raise unreadable(_what(error)) from error
    check_keys(body, keys)
    return value


def check_keys(body: bytes, keys: int) -> None:
    """Does the body name no more keys than were read? Raises Refused where an object names one twice.

    Each key ends with a colon, and colons in strings can only make the count larger: equal counts are proof.
    """
    if body.count(b":") == keys or len(_key_ends(body)) == keys:
        return
    try:
        json.loads(body, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise unreadable("text that two readers read differently") from error


def leaf_names(value: Any) -> int:
    """How many distinct dotted names of leaves a decoded value holds."""
    walk = _Walk()
    walk.any(value, _UNNAMED, "", 0)
    return len(walk.held - _NAMELESS)


_UTF8 = rb';\s*charset\s*=\s*"?utf-?8"?\s*'
_JSON_TYPE = re.compile(rb"(?i)\s*application/(?:[\w.-]+\+)?json\s*(?:" + _UTF8 + rb"|;(?!\s*charset)[^;]*)*")


def is_json(headers: tuple[tuple[bytes, bytes], ...]) -> bool:
    """Does the content type say JSON (`application/json`, `application/fhir+json`, …) in UTF-8?"""
    return any([_is_json_type(value) for name, value in headers if name.lower() == b"content-type"])


@lru_cache(maxsize=256)
def _is_json_type(value: bytes) -> bool:
    return _JSON_TYPE.fullmatch(value) is not None


def unreadable(what: str) -> Refused:
    """The refusal of a body that cannot be read without doubt."""
    return Refused("upstream-garbage", f"Expected unambiguous JSON (RFC 7493), got {what}; tell the system's owner.")


class _Name:
    """A named field: may a leaf stand here, and which fields lie below."""

    __slots__ = ("below", "leaf", "leaves")

    def __init__(self) -> None:
        self.leaf = False
        self.below: dict[str, _Name] = {}
        self.leaves: set[str] = set()
        """Those below at which a leaf may stand."""


_UNNAMED = _Name()
_NOTHING = object()
_NAMELESS = {""}


@lru_cache(maxsize=1024)
def _tree(fields: tuple[str, ...]) -> _Name:
    top = _Name()
    for field in fields:
        name = top
        above, last = top, ""
        for last in field.split("."):
            above, name = name, name.below.setdefault(last, _Name())
        name.leaf = True
        above.leaves.add(last)
    return top


class _Walk:
    """One pass over a value: builds what may stay, counts names and keys."""

    __slots__ = ("held", "keys", "released")

    def __init__(self) -> None:
        self.keys = 0
        self.held: set[str] = set()
        self.released: set[str] = set()

    def object(self, value: dict[str, Any], name: _Name, path: str, depth: int) -> Any:
        """What of an object may stay: the named fields below; an unnamed one and one in a leaf's place are nothing."""
        self.keys += len(value)
        below, prefix, held, kept = name.below, path + "." if path else "", self.held, {}
        for key, item in value.items():
            kind = type(item)
            if kind is dict or kind is list:
                stays = self.any(item, below.get(key, _UNNAMED), prefix + key, depth)
                if stays is not _NOTHING:
                    kept[key] = stays
                continue
            held.add(prefix + key)
            field = below.get(key)
            if field is not None and (stays := self._scalar(item, kind, field, prefix + key)) is not _NOTHING:
                kept[key] = stays
        if not value:
            self._leaf(path, bool(below))
        return kept if below else _NOTHING

    def any(self, value: Any, name: _Name, path: str, depth: int) -> Any:
        """What of a value may stay."""
        kind = type(value)
        if kind is dict or kind is list:
            if depth >= DEEPEST:
                raise unreadable(f"more than {DEEPEST} levels")
            return (self.object if kind is dict else self.list)(value, name, path, depth + 1)
        self.held.add(path)
        return self._scalar(value, kind, name, path)

    def _scalar(self, value: Any, kind: type, name: _Name, path: str) -> Any:
        """A leaf where one is named; null also where only fields below it are."""
        if not name.leaf and (value is not None or not name.below):
            return _NOTHING
        self.released.add(path)
        return _sound(value) if kind is int else value

    def list(self, value: list[Any], name: _Name, path: str, depth: int) -> Any:
        """What of a list may stay: an empty one where something is named, never one that only looks empty."""
        kept = [stays for item in value if (stays := self.any(item, name, path, depth)) is not _NOTHING]
        if not value:
            self._leaf(path, name is not _UNNAMED)
        return kept if kept or (not value and name is not _UNNAMED) else _NOTHING

    def _leaf(self, path: str, named: bool) -> None:
        self.held.add(path)
        if named:
            self.released.add(path)


def _sound(number: int) -> int:
    if not -LARGEST <= number <= LARGEST:
        raise unreadable("an integer beyond 2^53, which readers round differently")
    return number


def _keys(value: Any, depth: int) -> int:
    if depth > DEEPEST:
        raise unreadable(f"more than {DEEPEST} levels")
    if type(value) is not dict and type(value) is not list:
        return 0
    keys = len(value) if type(value) is dict else 0
    for item in value.values() if type(value) is dict else value:
        if type(item) is dict or type(item) is list:
            keys += _keys(item, depth + 1)
    return keys


def _once(pairs: list[tuple[str, Any]]) -> None:
    if len({key for key, _ in pairs}) != len(pairs):
        raise unreadable("an object that names a key twice")


def _what(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return f"more than {DEEPEST} levels"
    return "text that is not UTF-8" if isinstance(error, UnicodeError) else "text that is no JSON"
