"""The published files as bytes: canonical JSON (sorted keys, no blanks), read back strictly."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from terpadu.errors import Unverified
from terpadu.model.federation import KeyEntry
from terpadu.signing import canonical

T = TypeVar("T")

_encode = msgspec.json.Encoder(order="sorted").encode


def to_bytes(value: object) -> bytes:
    """The one form of a published value."""
    raw: bytes = _encode(value)
    return raw


def from_bytes(raw: bytes, form: type[T], name: str) -> T:
    """The value of these bytes, `name` in errors. Raises `Unverified` where they are not its one form."""
    try:
        value = msgspec.json.decode(raw, type=form)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Unverified(f"Expected {name} in the published form: {error}.") from None
    if to_bytes(value) != raw:
        raise Unverified(f"Expected {name} in canonical form; encoding it again gives other bytes.")
    return value


def entry_lines(keys: tuple[KeyEntry, ...]) -> list[bytes]:
    """The registry log's entries, one canonical line each (protocol section 3)."""
    return [canonical.line(entry) for entry in keys]


def entries_file(keys: tuple[KeyEntry, ...]) -> bytes:
    """All entries, each line ended by LF: the published `registry/entries`."""
    return b"".join(line + b"\n" for line in entry_lines(keys))
