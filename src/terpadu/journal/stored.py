"""What a journal holds, read back: each record with what lies beside it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from terpadu.errors import EvidenceBroken
from terpadu.journal.blocks import blocks_of
from terpadu.journal.entries import (
    CONTENT,
    FRAME,
    HEAD,
    LOCAL,
    RECORD,
    Local,
    Sealed,
    decode_content,
    decode_frame,
    decode_locals,
    entries,
)
from terpadu.signing import hashes

Kind = Literal["frame", "refused", "destroy", "access", "open"]


class Record(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, kw_only=True, gc=False):
    """A record line's fields (protocol section 6), declared alphabetically so that encoding gives the canonical
    line."""

    at: int
    code: str | None = None
    direction: Literal["in", "out"] | None = msgspec.field(name="dir", default=None)
    former: str | None = None
    frame: str | None = None
    head: str | None = None
    heads: tuple[str, ...] | None = None
    kind: Kind
    local: str | None = None
    n: int | None = None
    recovered: bool | None = None
    root: str | None = None
    rule: str | None = None
    size: int | None = None
    trust: str | None = None
    turn: str | None = None


_decode = msgspec.json.Decoder(Record).decode
_encode = msgspec.json.Encoder().encode


class Content(Struct, frozen=True):
    """A kept content as it lies there: key slot, leaf, encrypted bytes."""

    slot: int
    leaf: bytes
    encrypted: bytes


class Stored(Struct, kw_only=True):
    """One record and what lies beside it. `segment` is the first record of its segment."""

    index: int
    segment: int
    line: bytes
    record: Record
    local: bytes | None = None
    beside: bytes | None = None
    contents: list[Content] = []

    def locals(self) -> list[Local]:
        """The local notes of the frame's messages, in order."""
        return decode_locals(self.local) if self.local else []

    def sealed(self) -> Sealed:
        """The frame, its seal and heads. Raises `EvidenceBroken` where the record has none."""
        if self.record.kind != "frame" or self.beside is None:
            raise EvidenceBroken(f"Expected a frame beside record {self.index}; there is none.")
        return decode_frame(self.beside)

    def heads(self) -> tuple[bytes, ...]:
        """The heads that the record is about."""
        if self.record.kind == "frame":
            return self.sealed().heads
        return (self.beside,) if self.beside is not None else ()

    def destroyed(self) -> list[bytes]:
        """The leaves whose contents this record destroys."""
        return [raw(leaf) for leaf in self.record.heads or ()] if self.record.kind == "destroy" else []

    def leaves(self) -> list[bytes]:
        """Their leaves."""
        return [hashes.leaf(head) for head in self.heads()]


def read_line(line: bytes) -> Record:
    """A record line. Raises `EvidenceBroken` where it is not in its one form."""
    try:
        record = _decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise EvidenceBroken(f"Expected a record line: {error}.") from None
    if _encode(record) != line:
        raise EvidenceBroken("Expected a record line in canonical form; encoding it again gives other bytes.")
    return record


def read_payload(payload: bytes, index: int, segment: int) -> Iterator[Stored]:
    """The records of one block, the first of which is record `index`. Raises `EvidenceBroken` where entries lie out
    of order."""
    local: bytes | None = None
    found: Stored | None = None
    for kind, data in entries(payload):
        if kind == LOCAL and local is None:
            local = data
        elif kind == RECORD:
            if found is not None:
                yield found
                index += 1
            found = Stored(index=index, segment=segment, line=data, record=read_line(data), local=local, contents=[])
            local = None
        elif found is None or local is not None:
            raise EvidenceBroken("Expected a record before what lies beside it; the entries are out of order.")
        else:
            _lay_beside(found, kind, data)
    if found is None or local is not None:
        raise EvidenceBroken("Expected a record in every block, and a record after every local note.")
    yield found


def _lay_beside(found: Stored, kind: int, data: bytes) -> None:
    fits = {"frame": FRAME, "refused": HEAD}.get(found.record.kind)
    if kind == fits and found.beside is None:
        found.beside = data
    elif kind == CONTENT and found.beside is not None and fits == FRAME:
        found.contents.append(Content(*decode_content(data)))
    else:
        raise EvidenceBroken(f"Expected nothing of type {kind} beside record {found.index}.")


def read_segment(path: Path, limit: int | None = None) -> Iterator[Stored]:
    """The records of a segment, below record `limit`."""
    index = segment = int(path.name)
    for block in blocks_of(path):
        for found in read_payload(block.payload, index, segment):
            if limit is not None and found.index >= limit:
                return
            yield found
            index = found.index + 1


def read_block(path: Path, offset: int, crc: int, first: int) -> Iterator[Stored]:
    """The records of the one block at `offset`, the first of which is record `first`; `crc` is the one before it."""
    found = next(blocks_of(path, offset, crc), None)
    if found is None:
        raise EvidenceBroken(f"Expected a block at byte {offset} of segment {path.name}; run `terpadu journal check`.")
    return read_payload(found.payload, first, int(path.name))


def raw(text: str | None) -> bytes:
    """The bytes of a hash in a record; none where it is absent."""
    try:
        return base64.b64decode(text, validate=True) if text else b""
    except binascii.Error:
        raise EvidenceBroken("Expected a hash in base64 in a record.") from None
