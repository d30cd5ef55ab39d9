"""What this node hands another of what both exchanged, so that the other can make good a loss (attacks A44, A46).

All of it the other end had before: its own frames, and those that it was sent, with the contents that are still kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from terpadu.errors import BadInput, EvidenceBroken
from terpadu.journal import compare, entries
from terpadu.journal.compare import HOUR
from terpadu.journal.entries import Sealed
from terpadu.journal.journal import Journal
from terpadu.journal.kept import beside
from terpadu.journal.stored import Stored, read_block
from terpadu.model.identifiers import NodeId

FRAMES = 256
"""Frames in one answer, at most."""
BYTES = 2 << 20
"""Bytes after which an answer takes no further frame; one frame has at most 4 MiB."""
_PLACES = """SELECT DISTINCT generation, segment, block, crc, first, record FROM message
    WHERE peer = ? AND turn >= ? AND turn < ? AND (generation, record) > (?, ?) ORDER BY generation, record LIMIT ?"""
_LEAVES = "SELECT DISTINCT turn - turn % ? AS hour, leaf FROM message WHERE peer = ? AND turn >= ? ORDER BY hour, leaf"
Cursor = tuple[int, int]
"""Generation and record of the handing journal, after which the next page begins."""
Given = tuple[Sealed, dict[bytes, bytes]]
"""A frame as it was handed over, with contents by leaf; nothing of it believed."""


def hours(journal: Journal, peer: NodeId, since: int) -> str:
    """A line `<hour> <count> <digest>` for each hour since then in which something was exchanged with the peer."""
    found = journal.index.query(_LEAVES, HOUR, peer, since)
    lines = []
    for hour, rows in groupby(found, key=lambda row: row[0]):
        leaves = [leaf for _, leaf in rows]
        lines.append(f"{hour} {len(leaves)} {compare.digest(leaves)}\n")
    return "".join(lines)


def frames(journal: Journal, peer: NodeId, hour: int, after: Cursor) -> bytes:
    """A page: the line `<generation> <record>` that the next page begins after, then entries as segments hold them.

    A frame, and behind it its contents as leaf and plain bytes. A page without a frame is the last.
    """
    pieces, size, last = list[bytes](), 0, after
    for stored, generation in _stored(journal, peer, hour, after):
        if size > BYTES:
            break
        raw = _frame(journal, stored, generation)
        pieces.append(raw)
        size, last = size + len(raw), (generation, stored.index)
    return b"%d %d\n" % last + b"".join(pieces)


def _stored(journal: Journal, peer: NodeId, hour: int, after: Cursor) -> Iterator[tuple[Stored, int]]:
    for generation, segment, block, crc, first, record in journal.index.query(
        _PLACES, peer, hour, hour + HOUR, *after, FRAMES
    ):
        path, _ = journal.place._replace(number=generation).names(segment)
        for stored in read_block(path, block, crc, first):
            if stored.index == record and stored.record.kind == "frame":
                yield stored, generation


def _frame(journal: Journal, stored: Stored, generation: int) -> bytes:
    place = journal.place._replace(number=generation)
    kept = beside(place, journal.secrets.store, stored)
    contents = (entries.entry(entries.CONTENT, leaf + content) for leaf, content in kept.items())
    return b"".join((entries.entry(entries.FRAME, stored.beside or b""), *contents))


def read_frames(page: bytes) -> tuple[Cursor, list[Given]]:
    """The same, read at the other end. Raises `EvidenceBroken` and `BadInput`."""
    line, _, rest = page.partition(b"\n")
    found: list[Given] = []
    for kind, data in entries.entries(rest):
        if kind == entries.FRAME:
            found.append((entries.decode_frame(data), {}))
        elif kind == entries.CONTENT and found and len(data) >= 32:
            found[-1][1][data[:32]] = data[32:]
        else:
            raise EvidenceBroken("Expected frames with their contents; another entry stands there.")
    return read_cursor(line.decode("ascii", "replace")), found


def read_cursor(text: str) -> Cursor:
    """`<generation> <record>`. Raises `BadInput`."""
    words = text.split(" ")
    if len(words) != 2 or not all(word.isdigit() and len(word) < 16 for word in words):
        raise BadInput("Expected the generation and the record that a page begins after.")
    return int(words[0]), int(words[1])
