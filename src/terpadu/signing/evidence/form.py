"""The text of an evidence file, taken apart and put together again (protocol section 7).

A file has one form: what is read is written again and must give the same bytes, so every character counts.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence

from msgspec import Struct

from terpadu.signing.evidence.broken import broken
from terpadu.signing.hashes import b64

FORM = b"terpadu.evidence/1"
PROOF = b"c2sp.org/tlog-proof@v1"
SIDES = ("request", "request-end", "reply", "reply-end", "query", "status")
CONTENTS = ("request", "reply")
_LIMIT = 8 << 20


class Side(Struct, frozen=True, kw_only=True):
    """A head under its seal. `index` is its place among the frame's `leaves`, `place` the frame's in the turn."""

    name: str
    head: bytes
    receiver: str
    index: int
    leaves: tuple[bytes, ...]
    place: int
    path: tuple[bytes, ...]
    note: bytes


class Entry(Struct, frozen=True, kw_only=True):
    """A record with its tlog-proof: index and path under a checkpoint (a note, with cosignatures)."""

    record: bytes
    index: int
    path: tuple[bytes, ...]
    checkpoint: bytes


class Key(Struct, frozen=True, kw_only=True):
    """A key entry's canonical line and its place in the registry's log."""

    line: bytes
    index: int
    path: tuple[bytes, ...]


class Evidence(Struct, frozen=True, kw_only=True):
    """All sections. `registry` is the checkpoint note of INSTANCE/registry; `contents` pairs of name and content
    bytes."""

    sides: tuple[Side, ...]
    entries: tuple[Entry, ...]
    keys: tuple[Key, ...]
    registry: bytes
    contents: tuple[tuple[str, bytes], ...] = ()

    def side(self, name: str) -> Side | None:
        """The head with its seal of that name."""
        return next((side for side in self.sides if side.name == name), None)


def render(evidence: Evidence) -> bytes:
    """The one text of this evidence."""
    sections = [
        FORM + b"\n",
        *map(_side_text, evidence.sides),
        *map(_entry_text, evidence.entries),
        *map(_key_text, evidence.keys),
        b"== registry\n" + evidence.registry,
        *(f"== content {name}\n{b64(content)}\n".encode() for name, content in evidence.contents),
    ]
    return b"".join(sections)


def _hashes(hashes: Sequence[bytes]) -> str:
    return "".join(f"{b64(one)}\n" for one in hashes)


def _side_text(side: Side) -> bytes:
    seal = (
        f"== seal {side.name}\nmessages {len(side.leaves)} {side.index} {side.receiver}\n{_hashes(side.leaves)}"
        f"frame {side.place}\n{_hashes(side.path)}\n"
    )
    return f"== head {side.name}\n".encode() + side.head + b"\n" + seal.encode() + side.note


def _entry_text(entry: Entry) -> bytes:
    proof = f"\nindex {entry.index}\n{_hashes(entry.path)}\n".encode()
    return b"== journal\nrecord " + entry.record + b"\n" + PROOF + proof + entry.checkpoint


def render_entries(entries: Sequence[Entry]) -> bytes:
    """Records with their proofs alone: what one node hands another, to be laid beside its own."""
    return b"".join(map(_entry_text, entries))


def parse_entries(text: bytes) -> tuple[Entry, ...]:
    """The same, read. Raises `Broken` where it is not in its one form."""
    lines, entries = _Lines(text), []
    try:
        while lines.skip(b"== journal"):
            entries.append(_read_entry(lines))
        lines.expect_end()
    except (ValueError, binascii.Error):
        raise broken(1, f"Expected records with their proofs; line {lines.number} is not in that form.") from None
    if render_entries(entries) != text:
        raise broken(1, "Expected every line in its one form; written again the records have other bytes.")
    return tuple(entries)


def _key_text(key: Key) -> bytes:
    return b"== key\n" + key.line + f"\nindex {key.index}\n{_hashes(key.path)}".encode()


def parse(text: bytes) -> Evidence:
    """Check 1, the form: known sections in their order, none twice, every line canonical. Raises `Broken`."""
    if len(text) > _LIMIT:
        raise broken(1, "Expected an evidence file of at most 8 MiB.")
    lines = _Lines(text)
    try:
        evidence = _read(lines)
    except (ValueError, binascii.Error):
        raise broken(1, f"Expected the form {FORM.decode()}; line {lines.number} is not in it.") from None
    if render(evidence) != text:
        raise broken(1, "Expected every line in its one form; written again the file has other bytes.")
    return evidence


def _read(lines: _Lines) -> Evidence:
    lines.expect(FORM)
    sides = tuple(_read_side(lines, name) for name in SIDES if lines.skip(f"== head {name}".encode()))
    entries, keys = [], []
    while lines.skip(b"== journal"):
        entries.append(_read_entry(lines))
    while lines.skip(b"== key"):
        keys.append(Key(line=lines.next(), index=lines.integer(b"index"), path=lines.hashes()))
    lines.expect(b"== registry")
    registry = lines.note(3)
    shown = [name for name in CONTENTS if lines.skip(f"== content {name}".encode()) and lines.keep()]
    lines.expect_end()
    return Evidence(
        sides=sides,
        entries=tuple(entries),
        keys=tuple(keys),
        registry=registry,
        contents=tuple(zip(shown, map(_content, lines.kept), strict=True)),
    )


def _content(line: bytes) -> bytes:
    return base64.b64decode(line, validate=True)


def _read_side(lines: _Lines, name: str) -> Side:
    head = lines.next()
    lines.expect(f"== seal {name}".encode())
    word, count, index, receiver = lines.next().decode("ascii").split(" ")
    leaves = lines.hashes()
    place = lines.integer(b"frame")
    path = lines.hashes()
    lines.expect(b"")
    if word != "messages" or int(count) != len(leaves):
        raise ValueError
    return Side(
        name=name,
        head=head,
        receiver=receiver,
        index=int(index),
        leaves=leaves,
        place=place,
        path=path,
        note=lines.note(6),
    )


def _read_entry(lines: _Lines) -> Entry:
    word, _, record = lines.next().partition(b" ")
    if word != b"record":
        raise ValueError
    lines.expect(PROOF)
    index, path = lines.integer(b"index"), lines.hashes()
    lines.expect(b"")
    return Entry(record=record, index=index, path=path, checkpoint=lines.note(3))


class _Lines:
    """Reads the file line by line. Raises `ValueError` where a line is not what stands there in the form."""

    def __init__(self, text: bytes) -> None:
        self._lines = text.split(b"\n")
        if self._lines.pop() != b"":
            self._lines = [b""]
        self.number = 0
        self.kept: list[bytes] = []

    def _peek(self) -> bytes | None:
        return self._lines[self.number] if self.number < len(self._lines) else None

    def next(self) -> bytes:
        """The next line."""
        if self.number >= len(self._lines):
            raise ValueError
        self.number += 1
        return self._lines[self.number - 1]

    def skip(self, line: bytes) -> bool:
        """Go over this line, if it is the next."""
        found = self._peek() == line
        self.number += found
        return found

    def expect(self, line: bytes) -> None:
        """This line."""
        if not self.skip(line):
            raise ValueError

    def expect_end(self) -> None:
        """Nothing more."""
        if self._peek() is not None:
            raise ValueError

    def keep(self) -> bool:
        """Lay the next line aside."""
        self.kept.append(self.next())
        return True

    def integer(self, word: bytes) -> int:
        """The integer after a word."""
        found, *rest = self.next().split(b" ")
        if found != word or len(rest) != 1 or not rest[0].isdigit():
            raise ValueError
        return int(rest[0])

    def hashes(self) -> tuple[bytes, ...]:
        """The lines of base64 that follow, 32 bytes each."""
        found = []
        while (line := self._peek()) is not None and len(line) == 44 and b" " not in line:
            found.append(base64.b64decode(line, validate=True))
            self.number += 1
        if any(len(one) != 32 for one in found):
            raise ValueError
        return tuple(found)

    def note(self, length: int) -> bytes:
        """A signed note whose text has `length` lines, with all its signature lines."""
        text = [self.next() for _ in range(length)]
        self.expect(b"")
        signatures = [self.next()]
        while (line := self._peek()) is not None and line.startswith("— ".encode()):
            signatures.append(self.next())
        return b"\n".join((*text, b"", *signatures, b""))
