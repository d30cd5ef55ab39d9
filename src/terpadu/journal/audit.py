"""Does what lies beside a record fit it? One small check each; every finding is a sentence (protocol section 6,
start)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import sha256

from terpadu.errors import EvidenceBroken, Refused, Unverified
from terpadu.journal import contents
from terpadu.journal.entries import Sealed
from terpadu.journal.stored import Stored, raw
from terpadu.model.heads import QueryHead, UnreadableHead
from terpadu.model.identifiers import NodeId
from terpadu.signing import canonical, hashes, note, tree
from terpadu.signing.keys import Check
from terpadu.signing.turn import Turn, parse_turn

KeyOf = Callable[[str, bytes], Check | None]
"""The listed check of a name and note key id, or None where none is listed."""


class Audit:
    """Goes through records in order; keeps what only the whole journal can answer (which contents were destroyed)."""

    def __init__(self, node: NodeId, store: bytes | None, key_of: KeyOf | None = None) -> None:
        self._node, self._store, self._key_of = node, store, key_of
        self._last = 0
        self._note = b""
        self._read: tuple[Turn, bytes, str]
        self.destroyed: set[bytes] = set()
        self.blank: dict[bytes, tuple[int, int]] = {}
        """Contents whose slot is zero: leaf -> segment and slot."""
        self.filled: dict[bytes, tuple[int, int]] = {}
        """Contents whose slot is not."""

    def check(self, stored: Stored, slots: bytes) -> list[str]:
        """What does not fit; `slots` are the key slots of the record's segment."""
        try:
            return [f"Record {stored.index}: {finding}" for finding in self._findings(stored, slots)]
        except (EvidenceBroken, Unverified, Refused) as error:
            return [f"Record {stored.index}: {error}"]

    def _findings(self, stored: Stored, slots: bytes) -> Iterator[str]:
        if stored.record.at < self._last:
            yield "its time lies before that of the record before it."
        self._last = stored.record.at
        if raw(stored.record.local) != (sha256(stored.local).digest() if stored.local is not None else b""):
            yield "the local note beside it was changed."
        if stored.record.kind == "frame":
            yield from self._frame(stored, slots)
        elif stored.record.kind == "refused" and stored.leaves() != [raw(stored.record.head)]:
            yield "the head beside it has another leaf."
        elif stored.record.kind == "destroy":
            self.destroyed.update(stored.destroyed())

    def _frame(self, stored: Stored, slots: bytes) -> Iterator[str]:
        record, sealed = stored.record, stored.sealed()
        leaves = [hashes.leaf(head) for head in sealed.heads]
        frame = hashes.frame(sealed.sender, sealed.receiver, leaves)
        if frame != raw(record.frame) or record.n != len(leaves):
            yield "the heads beside it make another frame."
        if (sealed.sender if record.direction == "out" else sealed.receiver) != self._node:
            yield "it names another node's direction."
        if stored.local is not None and len(stored.locals()) != len(leaves):
            yield "the local note has another number of messages."
        yield from self._turn(stored, sealed, frame)
        yield from self._contents(stored, sealed, leaves, slots)

    def _turn(self, stored: Stored, sealed: Sealed, frame: bytes) -> Iterator[str]:
        turn, name, finding = self._noted(sealed.note)
        if name != raw(stored.record.turn) or turn.node != sealed.sender:
            yield "the turn beside it is another one."
        if tree.root_from_path(frame, sealed.index, turn.frames, sealed.path) != turn.root:
            yield "the path beside it does not lead to the turn's root."
        if finding:
            yield finding

    def _noted(self, raw_note: bytes) -> tuple[Turn, bytes, str]:
        """A turn, its name in records, and what is wrong with its signature; frames of one turn share the answer."""
        if raw_note != self._note:
            text, lines = note.parse(raw_note)
            turn = parse_turn(text)
            self._read, self._note = (turn, hashes.turn(text), self._signature(turn, text, lines)), raw_note
        return self._read

    def _signature(self, turn: Turn, text: bytes, lines: tuple[note.Line, ...]) -> str:
        if len(lines) != 1 or lines[0].name != turn.node:
            return "the turn's note has other signature lines than its node's one."
        check = self._key_of(lines[0].name, lines[0].key_id) if self._key_of else None
        if self._key_of is None or (check is not None and check(lines[0].signature, text)):
            return ""
        return "the turn's signature does not verify under a listed key."

    def _contents(self, stored: Stored, sealed: Sealed, leaves: list[bytes], slots: bytes) -> Iterator[str]:
        for content in stored.contents:
            slot = slots[contents.SLOT * content.slot : contents.SLOT * (content.slot + 1)]
            place = (stored.segment, content.slot)
            if content.leaf not in leaves or len(slot) != contents.SLOT:
                yield "a content beside it belongs to no message or has no key slot."
            elif slot == contents.DESTROYED:
                self.blank[content.leaf] = place
            else:
                self.filled[content.leaf] = place
                if not self._fits(sealed.heads[leaves.index(content.leaf)], slot, content.leaf, content.encrypted):
                    yield "a kept content does not decrypt to what its head commits to."

    def _fits(self, raw_head: bytes, slot: bytes, leaf: bytes, encrypted: bytes) -> bool:
        if self._store is None:
            return True
        head, plain = canonical.decode_head(raw_head), contents.decrypt(self._store, slot, leaf, encrypted)
        if plain is None or isinstance(head, QueryHead | UnreadableHead):
            return False
        return head.content == hashes.commitment(head.kind, head.id, plain)

    def lost_keys(self) -> list[str]:
        """Key slots that are zero though no record destroyed their contents."""
        lost = self.blank.keys() - self.destroyed
        return [
            f"A content's key in segment {self.blank[leaf][0]} is gone, and no record says so." for leaf in sorted(lost)
        ]
