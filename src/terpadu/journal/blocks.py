"""Blocks: u32 length, u32 CRC-32 seeded with the previous block's, payload; length 0 ends a segment (protocol section
6).

The CRC finds what a disk tore or lost; what a person altered is found by the tree above the records.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_HEADER = struct.Struct(">II")
HEADER = _HEADER.size


class Block(NamedTuple):
    """A block that fits: where it ends in its segment, its CRC and its payload."""

    end: int
    crc: int
    payload: bytes


def block(payload: bytes, previous: int) -> tuple[bytes, int]:
    """A block's bytes and its CRC; `previous` is the CRC before it, 0 at the start of a segment."""
    crc = zlib.crc32(payload, previous)
    return _HEADER.pack(len(payload), crc) + payload, crc


def blocks(data: bytes, start: int = 0, previous: int = 0) -> Iterator[Block]:
    """The blocks of a segment while they fit."""
    offset, limit = start, len(data) - HEADER
    while offset <= limit:
        length, crc = _HEADER.unpack_from(data, offset)
        end = offset + HEADER + length
        if length == 0 or end > len(data):
            return
        payload = data[offset + HEADER : end]
        if zlib.crc32(payload, previous) != crc:
            return
        yield Block(end, crc, payload)
        offset, previous = end, crc


def blocks_of(path: Path, start: int = 0, previous: int = 0) -> Iterator[Block]:
    """The blocks of a segment's file from an offset on, read one by one; `previous` is the CRC before the first."""
    with path.open("rb") as file:
        file.seek(start)
        while len(header := file.read(HEADER)) == HEADER:
            length, crc = _HEADER.unpack(header)
            payload = file.read(length)
            if length == 0 or len(payload) != length or zlib.crc32(payload, previous) != crc:
                return
            yield Block(file.tell(), crc, payload)
            previous = crc


def broken_inside(data: bytes, end: int) -> bool:
    """Does a sound block follow the first that does not fit? A power cut tears the last one only: this is no torn
    tail."""
    if end + HEADER > len(data):
        return False
    length, crc = _HEADER.unpack_from(data, end)
    after = end + HEADER + length
    return length > 0 and next(blocks(data, after, crc), None) is not None


def is_blank(data: bytes, end: int) -> bool:
    """Is everything from `end` on zero, as a segment is made?"""
    return not data[end:].strip(b"\0")
