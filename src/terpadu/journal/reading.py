"""A journal looked at from outside, beside a running node or at rest: repairs nothing, signs nothing, holds no lock."""

from __future__ import annotations

import sys
from pathlib import Path

from msgspec import Struct

from terpadu.errors import BadInput
from terpadu.journal.audit import KeyOf
from terpadu.journal.index import Index, Row
from terpadu.journal.layout import Generation, generations
from terpadu.journal.prove import Prover
from terpadu.journal.start import AUDIT_BYTES, Found, Start
from terpadu.journal.stored import read_block
from terpadu.model.heads import Head
from terpadu.model.identifiers import NodeId
from terpadu.signing import canonical


class Report(Struct, frozen=True):
    """What a whole check of one generation found. `open` tells of a block that no later one follows yet."""

    origin: str
    records: int
    problems: list[str]
    open: list[str]


class Reading:
    """All generations of a node's journal in a directory. Raises `BadInput` where there is none."""

    def __init__(self, directory: Path, node: NodeId, store: bytes | None = None, key_of: KeyOf | None = None) -> None:
        self._places = [Generation(directory, node, number) for number in generations(directory)]
        if not self._places:
            raise BadInput(f"Expected a node's journal in {directory}; there is none. Name another directory.")
        self._store, self._key_of = store, key_of

    def check(self) -> list[Report]:
        """Everything, from the first block to the last: records, tree, checkpoint, and what lies beside."""
        return [self._report(place, self._found(place, sys.maxsize)) for place in self._places]

    def check_tail(self) -> Report:
        """The newest generation as a start checks it: whole where it is young, older segments by their tiles."""
        return self._report(self._places[-1], self._found(self._places[-1], AUDIT_BYTES))

    def head(self, row: Row) -> Head:
        """The head of a message that the index found, in whichever generation it lies."""
        place = self._places[0]._replace(number=row.generation)
        segment, _ = place.names(row.segment)
        stored = next(one for one in read_block(segment, row.block, row.crc, row.first) if one.index == row.record)
        return canonical.decode_head(stored.heads()[row.place])

    def _found(self, place: Generation, audit_bytes: int) -> Found:
        return Start(place, None, self._store, None, self._key_of).read(audit_bytes)

    def _report(self, place: Generation, found: Found) -> Report:
        return Report(place.origin, found.tiles.size, found.problems, found.repaired)

    def index(self) -> Index:
        """The index, caught up with what the disk holds."""
        return Index(self._places[-1], None)

    def prover(self) -> Prover:
        """Proves exchanges of the newest generation."""
        place = self._places[-1]
        return Prover(place, self._found(place, 0).tiles, self.index())
