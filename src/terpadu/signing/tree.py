"""Merkle trees as in RFC 6962 / RFC 9162: root, inclusion, consistency, and a frontier that grows leaf by leaf."""

from __future__ import annotations

from collections.abc import Sequence

from terpadu.signing.hashes import EMPTY, inner


def _split(size: int) -> int:
    """The largest power of two below `size` (size > 1)."""
    return 1 << ((size - 1).bit_length() - 1)


def root(leaves: Sequence[bytes]) -> bytes:
    """Root over leaf hashes."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    return frontier.root()


def path(leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """Inclusion path of `leaves[index]`, from the leaf upward (RFC 9162 section 2.1.3.1)."""
    if len(leaves) == 1:
        return ()
    cut = _split(len(leaves))
    if index < cut:
        return (*path(leaves[:cut], index), root(leaves[cut:]))
    return (*path(leaves[cut:], index - cut), root(leaves[:cut]))


def root_from_path(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    """The root that an inclusion path leads to, or None where its shape does not fit (RFC 9162 section 2.1.3.2)."""
    if not 0 <= index < size:
        return None
    fn, sn, node = index, size - 1, leaf
    for step in proof:
        if sn == 0:
            return None
        if fn & 1 or fn == sn:
            node = inner(step, node)
            while not fn & 1 and fn:
                fn >>= 1
                sn >>= 1
        else:
            node = inner(node, step)
        fn >>= 1
        sn >>= 1
    return node if sn == 0 else None


def consistency(leaves: Sequence[bytes], old: int) -> tuple[bytes, ...]:
    """Proof that the tree over `leaves` continues the one over its first `old` leaves (RFC 9162 section 2.1.4.1)."""
    return () if old in (0, len(leaves)) else _subproof(leaves, old, whole=True)


def _subproof(leaves: Sequence[bytes], old: int, whole: bool) -> tuple[bytes, ...]:
    if old == len(leaves):
        return () if whole else (root(leaves),)
    cut = _split(len(leaves))
    if old <= cut:
        return (*_subproof(leaves[:cut], old, whole), root(leaves[cut:]))
    return (*_subproof(leaves[cut:], old - cut, whole=False), root(leaves[:cut]))


def consistent(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Does the proof show that `new` continues `old`? (RFC 9162 section 2.1.4.2)"""
    if old == new:
        return not proof and old_root == new_root
    if not 0 < old < new:
        return old == 0 < new and not proof and old_root == EMPTY
    steps = list(proof) if old & (old - 1) else [old_root, *proof]
    if not steps:
        return False
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn >>= 1
        sn >>= 1
    first = second = steps[0]
    for step in steps[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            first, second = inner(step, first), inner(step, second)
            while not fn & 1 and fn:
                fn >>= 1
                sn >>= 1
        else:
            second = inner(second, step)
        fn >>= 1
        sn >>= 1
    return first == old_root and second == new_root and sn == 0


class Frontier:
    """The right edge of a growing tree: O(log n) hashes from which its root and every new tile follow."""

    __slots__ = ("_peaks", "size")

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        self.size = size
        self._peaks: list[bytes] = list(peaks)

    @property
    def peaks(self) -> tuple[bytes, ...]:
        """Roots of the full subtrees, largest first."""
        return tuple(self._peaks)

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash."""
        node, size, peaks = leaf, self.size, self._peaks
        while size & 1:
            node = inner(peaks.pop(), node)
            size >>= 1
        peaks.append(node)
        self.size += 1

    def root(self) -> bytes:
        """The root over all leaves so far."""
        if not self._peaks:
            return EMPTY
        node = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            node = inner(peak, node)
        return node
