"""Canonical JSON (RFC 8785), narrowed: ASCII without backslash, strings, integers and `true` only (protocol section 2).

The reader decodes, encodes again and compares bytes, so that one head has one form. Structs declare their fields in the
alphabetical order of their wire names; plain dictionaries are sorted here.
"""

from __future__ import annotations

from typing import Any

import msgspec

from terpadu.errors import Refused
from terpadu.model.heads import EndHead, Head, QueryHead, ReplyHead, RequestHead

HEAD_LIMIT = 2048

_encode = msgspec.json.Encoder().encode
_encode_sorted = msgspec.json.Encoder(order="sorted").encode
_DECODERS: dict[bytes, msgspec.json.Decoder[Any]] = {
    b"req": msgspec.json.Decoder(RequestHead),
    b"rep": msgspec.json.Decoder(ReplyHead),
    b"end": msgspec.json.Decoder(EndHead),
    b"que": msgspec.json.Decoder(QueryHead),
}
_KIND = b'"kind":"'


def encode_head(head: Head) -> bytes:
    """One line of signed JSON. Raises `Refused("bad-request")` where a value does not fit the narrowed form."""
    raw: bytes = _encode(head)
    if len(raw) > HEAD_LIMIT or not raw.isascii() or b"\\" in raw:
        raise Refused("bad-request", "Expected names of plain ASCII that fit a head of 2,048 bytes; shorten or rename.")
    return raw


def decode_head(raw: bytes) -> Head:
    """The head of these bytes, if they are its one canonical form. Raises `Refused("content")`."""
    start = raw.find(_KIND) + len(_KIND)
    decoder = _DECODERS.get(raw[start : start + 3])
    if decoder is None or len(raw) > HEAD_LIMIT:
        raise Refused("content", "Expected a head of a known kind in at most 2,048 bytes.")
    try:
        head: Head = decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refused("content", f"Expected a head as the protocol writes it: {error}.") from None
    if _encode(head) != raw or not raw.isascii() or b"\\" in raw or (b":false" in raw and _says_false(head)):
        raise Refused("content", "Expected a head in canonical form; encoding it again gives other bytes.")
    return head


def _says_false(head: Head) -> bool:
    """A flag is `true` or absent; a spelled-out `false` would be a second form."""
    return getattr(head, "stream", None) is False or getattr(head, "more", None) is False


def line(value: object) -> bytes:
    """A record or registry entry as one canonical line: keys sorted, no blanks. Raises `ValueError` outside the form."""
    raw: bytes = _encode_sorted(value)
    if not raw.isascii() or b"\\" in raw:
        raise ValueError("a canonical line holds plain ASCII without backslash only")
    return raw


def parse_line(raw: bytes) -> dict[str, Any]:
    """The object of a canonical line. Raises `ValueError` where the bytes are not its one form."""
    try:
        value = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"not JSON: {error}") from None
    if not isinstance(value, dict) or line(value) != raw:
        raise ValueError("not a canonical line")
    return value
