"""One exchange out of a node's own journal, as an evidence file (protocol section 7)."""

from __future__ import annotations

from collections.abc import Sequence

from terpadu.errors import BadInput, EvidenceBroken
from terpadu.journal.index import Index, Row
from terpadu.journal.layout import Generation
from terpadu.journal.start import Start
from terpadu.journal.stored import Stored, read_block
from terpadu.journal.tiles import Tiles
from terpadu.signing import evidence, hashes, note
from terpadu.signing.checkpoint import parse_checkpoint
from terpadu.signing.evidence import Entry, Registry, Side
from terpadu.signing.hashes import b64


class Prover:
    """Reads a journal, live or at rest. `tiles` is the tree of the newest generation, `place` its files."""

    def __init__(self, place: Generation, tiles: Tiles, index: Index) -> None:
        self._place, self._index = place, index
        self._trees = {place.number: tiles}

    def exchange(
        self,
        number: str,
        registry: Registry,
        contents: Sequence[tuple[str, bytes]] = (),
        others: Sequence[Entry] = (),
    ) -> bytes:
        """The evidence file of a message number; `others` are the other node's records, got from it on demand.

        Raises `BadInput` where the journal holds no such request, `EvidenceBroken` where it does not prove it.
        """
        rows = self._chosen(number)
        sides = [side(name, self._stored(row), row.place) for name, row in rows.items()]
        return evidence.build(sides, [*self.entries(number), *others], registry, contents)

    def entries(self, number: str) -> list[Entry]:
        """The records of an exchange with their proofs: what the other node asks for, to lay it beside its own."""
        found = {(row.generation, row.record): self._stored(row) for row in self._chosen(number).values()}
        return [self._entry(stored, generation) for (generation, _), stored in found.items()]

    def _chosen(self, number: str) -> dict[str, Row]:
        """The messages of an exchange by their name in the file, in its order."""
        rows = _provable(self._index.rows("number = ? AND direction IN ('in', 'out')", number))
        request = next((row for row in rows if row.kind == "request"), None)
        if request is None:
            raise BadInput(f"Expected a message number that this journal holds; {number!r} is not in it.")
        reply = next((row for row in rows if _answers(row, request)), None)
        ends = {row.about: row for row in rows if row.kind == "end"}  # the last of a stream stays
        query, status = self._asked_after(request)
        found = {
            "request": request,
            "request-end": ends.get(b64(request.leaf)),
            "reply": reply,
            "reply-end": ends.get(b64(reply.leaf)) if reply else None,
            "query": query,
            "status": status,
        }
        return {name: row for name, row in found.items() if row is not None}

    def _asked_after(self, request: Row) -> tuple[Row | None, Row | None]:
        """The last query about a request that was answered, with its answer."""
        about = b64(request.leaf)
        for query in reversed(self._index.rows("kind = 'query' AND about = ?", about)):
            status = self._index.rows("number = ? AND kind = 'reply' AND about = ?", query.number, b64(query.leaf))
            if status:
                return query, status[0]
        return None, None

    def _stored(self, row: Row) -> Stored:
        segment, _ = self._place._replace(number=row.generation).names(row.segment)
        return next(one for one in read_block(segment, row.block, row.crc, row.first) if one.index == row.record)

    def _tree(self, generation: int) -> Tiles:
        """The tree of a generation; a former one is read from its files."""
        if generation not in self._trees:
            self._trees[generation] = Start(self._place._replace(number=generation), None, None, None).read(0).tiles
        return self._trees[generation]

    def _entry(self, stored: Stored, generation: int) -> Entry:
        """A record with its proof under the newest checkpoint, a cosigned one where it reaches that far."""
        place, tiles = self._place._replace(number=generation), self._tree(generation)
        for path in (place.cosigned, place.checkpoint):
            raw = path.read_bytes() if path.exists() else b""
            checkpoint = parse_checkpoint(note.parse(raw).text) if raw else None
            if checkpoint is not None and stored.index < checkpoint.size <= tiles.size:
                proof = tiles.path(stored.index, checkpoint.size)
                return Entry(record=stored.line, index=stored.index, path=proof, checkpoint=raw)
        raise EvidenceBroken("Expected a checkpoint over the record; it is a moment too young. Ask again in a second.")


def _provable(rows: Sequence[Row]) -> list[Row]:
    """Each message once: what came back into a later generation has its proof there, whatever became of the former."""
    found: dict[bytes, Row] = {}
    for row in rows:
        if row.leaf not in found or row.generation > found[row.leaf].generation:
            found[row.leaf] = row
    return list(found.values())


def _answers(row: Row, request: Row) -> bool:
    return row.kind == "reply" and row.state is None and row.about == b64(request.leaf)


def side(name: str, stored: Stored, place: int) -> Side:
    """A message of a stored frame under its seal."""
    sealed = stored.sealed()
    return Side(
        name=name,
        head=sealed.heads[place],
        receiver=sealed.receiver,
        index=place,
        leaves=tuple(hashes.leaf(head) for head in sealed.heads),
        place=sealed.index,
        path=sealed.path,
        note=sealed.note,
    )
