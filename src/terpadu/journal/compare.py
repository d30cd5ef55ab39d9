"""Both ends of a link compare what they hold of a closed hour (protocol section 6, attack A44).

The hour is that of the turn, which both ends hold alike. A message that one end lacks is named, with what proves it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256

from msgspec import Struct

from terpadu.journal.index import Index, Row
from terpadu.signing.hashes import b64

HOUR = 3_600_000


class Missing(Struct, frozen=True):
    """A message that we hold and the other end does not. `proof` says what it cannot deny."""

    leaf: bytes
    number: str
    kind: str
    direction: str
    record: int
    proof: str


class Difference(Struct, frozen=True):
    """What each end lacks: of ours with its proof; of theirs by leaf, to be fetched and recorded (`recovered`)."""

    there: list[Missing]
    here: list[bytes]

    @property
    def agrees(self) -> bool:
        """Do both ends hold the same?"""
        return not self.there and not self.here


def hour_of(milliseconds: int) -> int:
    """The beginning of the hour (Unix ms)."""
    return milliseconds - milliseconds % HOUR


def leaves_of(index: Index, peer: str, hour: int) -> list[bytes]:
    """The sorted leaves of all messages exchanged with a peer in turns of this hour."""
    sql = "SELECT DISTINCT leaf FROM message WHERE peer = ? AND turn >= ? AND turn < ? ORDER BY leaf"
    return [leaf for (leaf,) in index.query(sql, peer, hour, hour + HOUR)]


def digest(leaves: Iterable[bytes]) -> str:
    """One hash over sorted leaves: where both ends have the same, nothing more travels."""
    return b64(sha256(b"terpadu.hour/1\n" + b"".join(leaves)).digest())


def compare(index: Index, peer: str, hour: int, theirs: Sequence[bytes]) -> Difference:
    """What is missing where, given the peer's leaves of the same hour."""
    ours = leaves_of(index, peer, hour)
    lacking = set(ours) - set(theirs)
    there = [_missing(index, leaf) for leaf in ours if leaf in lacking]
    return Difference(there, sorted(set(theirs) - set(ours)))


def _missing(index: Index, leaf: bytes) -> Missing:
    row = index.rows("leaf = ?", leaf)[0]
    return Missing(leaf, row.number, row.kind, row.direction, row.record, _proof(index, row))


def _proof(index: Index, row: Row) -> str:
    if row.direction == "in":
        return f"{row.peer} signed it"
    if index.rows("number = ? AND about = ? AND direction = 'in'", row.number, b64(row.leaf)):
        return f"{row.peer} signed a reply about it"
    return "only our own record"
