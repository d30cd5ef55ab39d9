"""The tree over the records in tiles of 256 hashes (C2SP tlog-tiles): cheap to grow, and every proof comes from a few
tiles.

Full tiles and entry bundles are files, which can be made again from the records; what is not full yet is in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from pathlib import Path

from terpadu.errors import EvidenceBroken
from terpadu.signing.hashes import EMPTY, inner, record

WIDTH = 256
_HEIGHT = 8
Put = Callable[[Path, bytes], None]


def tile_name(number: int) -> str:
    """A tile's number as a path: 1234067 is `x001/x234/067`."""
    name = f"{number % 1000:03}"
    while number >= 1000:
        number //= 1000
        name = f"x{number % 1000:03}/{name}"
    return name


def _pairs(hashes: Sequence[bytes]) -> list[bytes]:
    return [inner(left, right) for left, right in zip(hashes[::2], hashes[1::2], strict=True)]


def _subtree(hashes: Sequence[bytes]) -> bytes:
    """Root over a power of two of hashes."""
    while len(hashes) > 1:
        hashes = _pairs(hashes)
    return hashes[0]


class Tiles:
    """A tree that grows by record lines. One thread appends; others may read what was appended before."""

    def __init__(self, directory: Path, put: Put) -> None:
        self._directory, self.put = directory, put
        self._edges: list[tuple[int, list[bytes]]] = [(0, [])]
        self._bundle: list[bytes] = []
        self._read = lru_cache(maxsize=1024)(self._read_tile)
        self.size = 0

    def append(self, line: bytes) -> None:
        """Add one record."""
        self._bundle.append(line)
        self._push(0, record(line))
        self.size += 1

    def adopt(self, leaves: Iterable[bytes]) -> None:
        """Add records whose tiles are files already, by their leaf hashes; those of the last tile must not be among
        them."""
        for leaf in leaves:
            self._push(0, leaf)
            self.size += 1

    def _push(self, level: int, node: bytes) -> None:
        if level == len(self._edges):
            self._edges.append((0, []))
        number, hashes = self._edges[level]
        hashes.append(node)
        if len(hashes) == WIDTH:
            self._full(level, number, hashes)

    def _full(self, level: int, number: int, hashes: list[bytes]) -> None:
        self.put(self._directory / str(level) / tile_name(number), b"".join(hashes))
        if level == 0 and len(self._bundle) == WIDTH:
            bundle = b"".join(len(line).to_bytes(2, "big") + line for line in self._bundle)
            self.put(self._directory / "entries" / tile_name(number), bundle)
        if level == 0:
            self._bundle = []
        self._edges[level] = (number + 1, [])
        self._push(level + 1, _subtree(hashes))

    def root(self, size: int | None = None) -> bytes:
        """The root over the first `size` records (all: None)."""
        wanted = self.size if size is None else size
        return self._range(0, wanted) if wanted else EMPTY

    def leaf(self, index: int) -> bytes:
        """The leaf hash of a record."""
        return self._node(0, index)

    def path(self, index: int, size: int) -> tuple[bytes, ...]:
        """Inclusion path of record `index` in the tree of `size` (RFC 9162 section 2.1.3.1), from the leaf upward."""
        if not 0 <= index < size <= self.size:
            raise EvidenceBroken(f"Expected a record below {size} in a journal of {self.size}; got {index}.")
        low, high, steps = 0, size, []
        while high - low > 1:
            cut = low + (1 << ((high - low - 1).bit_length() - 1))
            if index < cut:
                steps.append(self._range(cut, high))
                high = cut
            else:
                steps.append(self._range(low, cut))
                low = cut
        return tuple(reversed(steps))

    def consistency(self, old: int, size: int) -> tuple[bytes, ...]:
        """Proof that the tree of `size` continues that of `old` (RFC 9162 section 2.1.4.1)."""
        return () if old in (0, size) else self._continues(old, 0, size, whole=True)

    def _continues(self, old: int, low: int, high: int, whole: bool) -> tuple[bytes, ...]:
        if old == high:
            return () if whole else (self._range(low, high),)
        cut = low + (1 << ((high - low - 1).bit_length() - 1))
        if old <= cut:
            return (*self._continues(old, low, cut, whole), self._range(cut, high))
        return (*self._continues(old, cut, high, whole=False), self._range(low, cut))

    def _range(self, low: int, high: int) -> bytes:
        """The hash over records low to high; a full subtree is one node."""
        length = high - low
        if length & (length - 1) == 0:
            return self._node(length.bit_length() - 1, low // length)
        cut = low + (1 << (length.bit_length() - 1))
        return inner(self._range(low, cut), self._range(cut, high))

    def _node(self, height: int, index: int) -> bytes:
        level, above = divmod(height, _HEIGHT)
        first, count = index << above, 1 << above
        number, start = divmod(first, WIDTH)
        return _subtree(self._tile(level, number)[start : start + count])

    def _tile(self, level: int, number: int) -> Sequence[bytes]:
        current, hashes = self._edges[level]
        return hashes if number == current else self._read(level, number)

    def _read_tile(self, level: int, number: int) -> Sequence[bytes]:
        return read_tile(self._directory, level, number)

    def serve(self, level: int, number: int, width: int) -> bytes:
        """A hash tile, full or partial, as tlog-tiles serves it. Raises `EvidenceBroken` where there is none yet."""
        hashes = self._tile(level, number)[:width] if level < len(self._edges) else []
        if len(hashes) != width or not width:
            raise EvidenceBroken("Expected a tile within the journal; there is none yet.")
        return b"".join(hashes)


def read_tile(directory: Path, level: int, number: int) -> Sequence[bytes]:
    """The hashes of a full tile's file. Raises `EvidenceBroken` where it is missing or short."""
    path = directory / str(level) / tile_name(number)
    raw = path.read_bytes() if path.exists() else b""
    if len(raw) != 32 * WIDTH:
        raise EvidenceBroken(
            f"Expected a tile of {WIDTH} hashes in {path.name} of level {level}; run `terpadu journal check`."
        )
    return [raw[offset : offset + 32] for offset in range(0, len(raw), 32)]
