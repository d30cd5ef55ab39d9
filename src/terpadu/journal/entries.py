"""Entries, which fill a block's payload exactly: u8 type, u32 length, bytes (protocol section 6).

The order of one frame's entries: its local note, its record, the frame, kept contents.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence

import msgspec
from msgspec import Struct

from terpadu.errors import EvidenceBroken
from terpadu.model.message import Frame

RECORD, FRAME, LOCAL, CONTENT, HEAD = 1, 2, 3, 4, 5

_ENTRY = struct.Struct(">BI")
_SLOT = struct.Struct(">I")
_U16 = [number.to_bytes(2, "big") for number in range(1 << 16)]
_encode = msgspec.json.Encoder().encode


class Local(Struct, frozen=True, array_like=True, gc=False):
    """One message's local note: rule (or code where it was refused), keyed person, keyed content, days to keep ("":
    none)."""

    rule: str
    who: bytes | None
    same: bytes | None
    kept: str


class Sealed(Struct, frozen=True):
    """A frame as it lies beside its record: enough to prove each of its messages again."""

    sender: str
    receiver: str
    note: bytes
    index: int
    path: tuple[bytes, ...]
    heads: tuple[bytes, ...]


_decode_locals = msgspec.json.Decoder(list[Local]).decode


def entry(kind: int, data: bytes) -> bytes:
    """One entry's bytes."""
    return _ENTRY.pack(kind, len(data)) + data


def entries(payload: bytes) -> Iterator[tuple[int, bytes]]:
    """The entries of a payload. Raises `EvidenceBroken` where they do not fill it exactly."""
    offset, size = 0, len(payload)
    while offset < size:
        if offset + _ENTRY.size > size:
            raise EvidenceBroken("Expected entries that fill their block exactly; bytes are left over.")
        kind, length = _ENTRY.unpack_from(payload, offset)
        offset += _ENTRY.size
        if offset + length > size:
            raise EvidenceBroken("Expected entries that fill their block exactly; the last is cut.")
        yield kind, payload[offset : offset + length]
        offset += length


def encode_locals(locals_: Sequence[Local]) -> bytes:
    """The local notes of a frame's messages, in their order: a JSON list of lists, hashes in base64."""
    return _encode(locals_)


def decode_locals(raw: bytes) -> list[Local]:
    """The local notes. Raises `EvidenceBroken` where they are not readable."""
    try:
        return _decode_locals(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise EvidenceBroken(f"Expected local notes beside a record: {error}.") from None


def encode_frame(frame: Frame) -> bytes:
    """A frame without contents: names, note, index and path, heads."""
    seal, messages = frame.seal, frame.messages
    sender, receiver = seal.sender.encode(), seal.receiver.encode()
    parts = [
        *(bytes((len(sender),)), sender, bytes((len(receiver),)), receiver),
        *(_U16[len(seal.note)], seal.note, _U16[seal.index], bytes((len(seal.path),)), *seal.path),
        _U16[len(messages)],
    ]
    for message in messages:
        raw = message.raw
        parts.append(_U16[len(raw)])
        parts.append(raw)
    return b"".join(parts)


def decode_frame(raw: bytes) -> Sealed:
    """A stored frame. Raises `EvidenceBroken` where it is not readable to its last byte."""
    reader = _Reader(raw)
    sender, receiver = reader.take(reader.number(1)), reader.take(reader.number(1))
    note, index = reader.take(reader.number(2)), reader.number(2)
    path = tuple(reader.take(32) for _ in range(reader.number(1)))
    heads = tuple(reader.take(reader.number(2)) for _ in range(reader.number(2)))
    if reader.offset != len(raw):
        raise EvidenceBroken("Expected a stored frame to end with its last head; bytes are left over.")
    return Sealed(sender.decode("ascii", "replace"), receiver.decode("ascii", "replace"), note, index, path, heads)


class _Reader:
    """Takes a stored frame apart from left to right."""

    __slots__ = ("_raw", "offset")

    def __init__(self, raw: bytes) -> None:
        self._raw, self.offset = raw, 0

    def take(self, length: int) -> bytes:
        """The next bytes."""
        end = self.offset + length
        if end > len(self._raw):
            raise EvidenceBroken("Expected a whole stored frame; it is cut.")
        piece = self._raw[self.offset : end]
        self.offset = end
        return piece

    def number(self, length: int) -> int:
        """The next big-endian integer."""
        return int.from_bytes(self.take(length), "big")


def content_entry(slot: int, leaf: bytes, encrypted: bytes) -> bytes:
    """A kept content: key slot, leaf, AES-256-GCM."""
    return entry(CONTENT, _SLOT.pack(slot) + leaf + encrypted)


def decode_content(raw: bytes) -> tuple[int, bytes, bytes]:
    """Key slot, leaf and encrypted bytes. Raises `EvidenceBroken` where it is too short."""
    if len(raw) < 36:
        raise EvidenceBroken("Expected a kept content with its slot and leaf; it is cut.")
    return _SLOT.unpack_from(raw)[0], raw[4:36], raw[36:]
