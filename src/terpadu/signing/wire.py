"""The bytes of a frame of messages (protocol section 4, type 2): lengths first, limits checked before anything is read.

This is the one module that a compiled build may replace; the source is the same and passes the same tests.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import NamedTuple

from terpadu.errors import Unverified

MESSAGES_LIMIT = 128
FRAME_LIMIT = 4 * 1024 * 1024
FRAMES_LIMIT = 256
PATH_LIMIT = 8
PART_LIMIT = 64 * 1024
BODY_LIMIT = 64 * 1024
CONTENT_LIMIT = 16 + 4 + PART_LIMIT + BODY_LIMIT

_U16 = struct.Struct(">H")
_LENGTHS = struct.Struct(">HI")
_INDEX = struct.Struct(">HB")


class RawFrame(NamedTuple):
    """A frame taken apart, nothing of it believed: note, place and path in the turn, heads and contents in order."""

    note: bytes
    place: int
    path: tuple[bytes, ...]
    heads: tuple[bytes, ...]
    contents: tuple[bytes, ...]


def pack(note: bytes, index: int, path: Sequence[bytes], heads: Sequence[bytes], contents: Sequence[bytes]) -> bytes:
    """The body of a frame of messages."""
    pieces = [_U16.pack(len(note)), note, _INDEX.pack(index, len(path)), *path, _U16.pack(len(heads))]
    for head, content in zip(heads, contents, strict=True):
        pieces.append(_LENGTHS.pack(len(head), len(content)))
        pieces.append(head)
        pieces.append(content)
    return b"".join(pieces)


def unpack(body: bytes) -> RawFrame:
    """Take a frame apart. Raises `Unverified` where a length, a limit or the end does not fit."""
    try:
        return _unpack(body)
    except (struct.error, IndexError):
        raise Unverified("Expected a frame as long as its lengths say; it ends before them.") from None


def _unpack(body: bytes) -> RawFrame:
    (length,) = _U16.unpack_from(body, 0)
    at = 2 + length
    note = body[2:at]
    index, steps = _INDEX.unpack_from(body, at)
    at += 3
    if index >= FRAMES_LIMIT or steps > PATH_LIMIT:
        raise Unverified("Expected at most 256 frames a turn and a path of at most 8 steps.")
    path = tuple([body[at + 32 * step : at + 32 * step + 32] for step in range(steps)])
    at += 32 * steps
    (count,) = _U16.unpack_from(body, at)
    at += 2
    if not 0 < count <= MESSAGES_LIMIT:
        raise Unverified("Expected 1 to 128 messages a frame.")
    heads, contents = [], []
    for _ in range(count):
        head_length, content_length = _LENGTHS.unpack_from(body, at)
        if content_length > CONTENT_LIMIT:
            raise Unverified("Expected a content of at most 128 KiB in a frame; larger bodies go by the bulk lane.")
        at += 6
        heads.append(body[at : at + head_length])
        at += head_length
        contents.append(body[at : at + content_length])
        at += content_length
    if at != len(body):
        raise Unverified("Expected a frame as long as its lengths say; bytes are missing or left over.")
    return RawFrame(note, index, path, tuple(heads), tuple(contents))


def join_content(salt: bytes, part: bytes, body: bytes) -> bytes:
    """Content bytes: salt (16 random), the part with its length, the body."""
    return b"".join((salt, len(part).to_bytes(4, "big"), part, body))


def split_content(content: bytes) -> tuple[bytes, bytes]:
    """Part and body of content bytes. Raises `ValueError` where the lengths do not fit."""
    length = int.from_bytes(content[16:20], "big")
    if len(content) < 20 + length or length > PART_LIMIT:
        raise ValueError("the part is longer than its content")
    return content[20 : 20 + length], content[20 + length :]
