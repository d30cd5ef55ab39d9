"""The self-check at start: nothing is signed before the journal was read and found to be what it was (protocol
section 6).

Segments within the newest `AUDIT_BYTES` are read whole, with what lies beside their records; older ones are trusted
as far
as their tiles lead to the checkpoint's root, and read in rounds (`terpadu journal check` reads everything).
"""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from terpadu.errors import EvidenceBroken, Unverified
from terpadu.journal import blocks, contents
from terpadu.journal.audit import Audit, KeyOf
from terpadu.journal.disk import Disk
from terpadu.journal.layout import Generation
from terpadu.journal.stored import Stored, read_payload
from terpadu.journal.tiles import WIDTH, Tiles, read_tile
from terpadu.signing import note
from terpadu.signing.checkpoint import Checkpoint, parse_checkpoint
from terpadu.signing.hashes import EMPTY
from terpadu.signing.keys import Signer

AUDIT_BYTES = 32 << 20


class Found(Struct):
    """What the start found. Any problem means: sign no more."""

    tiles: Tiles
    checkpoint: Checkpoint
    audit: Audit
    last_at: int = 0
    problems: list[str] = []
    repaired: list[str] = []
    tail: int = 0
    """Bytes of the last segment that hold blocks."""
    tail_slots: int = 0


class Start:
    """Reads one generation. `disk` None: look only, repair nothing (for the command line beside a running node)."""

    def __init__(
        self,
        place: Generation,
        signer: Signer | None,
        store: bytes | None,
        disk: Disk | None,
        key_of: KeyOf | None = None,
    ) -> None:
        self._place, self._signer, self._disk = place, signer, disk
        nothing = Checkpoint(place.origin, 0, EMPTY)
        self.found = Found(
            Tiles(place.tile, self._put), nothing, Audit(place.node, store, key_of), problems=[], repaired=[]
        )

    def read(self, audit_bytes: int = AUDIT_BYTES) -> Found:
        """The whole check, in order."""
        signed = self._place.checkpoint.read_bytes() if self._place.checkpoint.exists() else b""
        segments = self._place.segments()
        self._forget_new(segments)
        ends = [*(int(path.name) for path in segments[1:]), None]
        for path, read_whole, end in zip(segments, _windows(segments, audit_bytes), ends, strict=False):
            self._segment(path, read_whole, end)
        self._checkpoint(signed)
        self._cosigned()
        self.found.problems += self.found.audit.lost_keys()
        if self._place.recovering.exists():
            self.found.problems.append(self._place.recovering.read_text("utf-8", "replace").strip())
        if segments and self._disk and not self.found.problems:
            self._cut_tail(segments[-1])
        return self.found

    def _forget_new(self, segments: list[Path]) -> None:
        """Half-made files are nobody's evidence."""
        known = {path.name for path in segments} | {"next"}
        for stray in (*self._place.segment.glob("*"), *self._place.keys.glob("*")):
            if stray.name in known:
                continue
            if stray.parent == self._place.keys and stray.name.isdigit() and not self.found.problems and self._disk:
                self._disk.remove(stray)
            else:
                self.found.problems.append(f"A file {stray.parent.name}/{stray.name} belongs to no segment.")

    def _segment(self, path: Path, read_whole: bool, end: int | None) -> None:
        if int(path.name) != self.found.tiles.size:
            self.found.problems.append(
                f"Segment {path.name} should begin with record {self.found.tiles.size}; some are missing."
            )
        elif read_whole or end is None:
            self._read_segment(path, last=end is None)
        else:
            self._adopt_segment(path, end)

    def _adopt_segment(self, path: Path, end: int) -> None:
        """Take an old segment's leaves from its tiles."""
        try:
            while (start := self.found.tiles.size) < end:
                leaves = read_tile(self._place.tile, 0, start // WIDTH)
                self.found.tiles.adopt(leaves[start % WIDTH : start % WIDTH + end - start])
        except EvidenceBroken as error:
            self.found.repaired.append(error.sentence)
            self._read_segment(path, last=False)

    def _read_segment(self, path: Path, last: bool) -> None:
        data = path.read_bytes()
        slots_path = self._place.keys / path.name
        slots = slots_path.read_bytes() if slots_path.exists() else b""
        self.found.tail = self.found.tail_slots = 0
        skip = self.found.tiles.size - int(path.name)
        for block in blocks.blocks(data):
            skip = self._block(block.payload, int(path.name), slots, skip)
            self.found.tail = block.end
        self._rest(path, data, last)
        used = contents.SLOT * self.found.tail_slots
        if len(slots) < used or (len(slots) != used and not last):
            self.found.problems.append(f"Segment {path.name} has other contents than key slots: some are missing.")

    def _block(self, payload: bytes, segment: int, slots: bytes, skip: int) -> int:
        try:
            for stored in read_payload(payload, self.found.tiles.size, segment):
                self.found.problems += self.found.audit.check(stored, slots)
                self.found.last_at = max(self.found.last_at, stored.record.at)
                self._count_slots(stored)
                if skip > 0:
                    skip -= 1
                else:
                    self.found.tiles.append(stored.line)
        except EvidenceBroken as error:
            self.found.problems.append(f"Near record {self.found.tiles.size}: {error.sentence}")
        return skip

    def _count_slots(self, stored: Stored) -> None:
        """Slots are used one after the other, so that a content that is missing leaves a gap."""
        for content in stored.contents:
            if content.slot != self.found.tail_slots:
                self.found.problems.append(f"Record {stored.index}: a content before this one is missing.")
            self.found.tail_slots = content.slot + 1

    def _rest(self, path: Path, data: bytes, last: bool) -> None:
        """What follows the last block that fits: nothing; in the newest segment also zeros, or one torn block."""
        end = self.found.tail
        if not last and end != len(data):
            self.found.problems.append(f"Segment {path.name} does not fit from byte {end} on.")
        elif blocks.broken_inside(data, end):
            self.found.problems.append(f"Segment {path.name} is broken inside, at byte {end}: sound blocks follow.")
        elif not blocks.is_blank(data, end):
            self.found.repaired.append(
                f"A torn block at byte {end} of segment {path.name} was dropped; nobody was told of it."
            )

    def _checkpoint(self, raw: bytes) -> None:
        """The newest own checkpoint must be ours, and of this tree."""
        tiles, problems = self.found.tiles, self.found.problems
        if not raw and tiles.size == 0:
            return
        try:
            checkpoint = read_own(raw, self._place.origin, self._signer)
        except Unverified as error:
            problems.append(f"The own checkpoint: {error.sentence}")
            return
        if checkpoint.size > tiles.size:
            problems.append(
                f"The own checkpoint holds {checkpoint.size} records, the segments {tiles.size}: some are missing."
            )
        elif tiles.root(checkpoint.size) != checkpoint.root:
            problems.append(
                f"The first {checkpoint.size} records have another root than the own checkpoint: some were altered."
            )
        self.found.checkpoint = checkpoint

    def _cosigned(self) -> None:
        """What witnesses cosigned must be ours too; it can be asked for again."""
        raw = self._place.cosigned.read_bytes() if self._place.cosigned.exists() else b""
        if not raw:
            return
        try:
            text, lines = note.parse(raw)
            own = read_own(text + b"\n" + note.signature_line(*lines[0]), self._place.origin, self._signer)
            if own.size > self.found.tiles.size or self.found.tiles.root(own.size) != own.root:
                raise Unverified("Expected it over these records.")
        except Unverified as error:
            self.found.repaired.append(f"The cosigned checkpoint was dropped: {error.sentence}")
            if self._disk:
                self._disk.remove(self._place.cosigned)

    def _put(self, path: Path, data: bytes) -> None:
        """A tile that follows from the records: what lies there must be it."""
        there = path.read_bytes() if path.exists() else None
        if there == data:
            return
        if there is not None:
            self.found.repaired.append(
                f"Tile {path.relative_to(self._place.tile)} did not follow from the records; made again."
            )
        if self._disk:
            self._disk.put(path, data)

    def _cut_tail(self, path: Path) -> None:
        """Leave only what counts, so that the next start finds every change; an empty segment goes."""
        assert self._disk is not None  # noqa: S101 - the caller looked
        keys = self._place.keys / path.name
        if self.found.tail == 0:
            self._disk.remove(path)
            self._disk.remove(keys)
            self._disk.sync_directory(path.parent)
            return
        for each, size in ((path, self.found.tail), (keys, contents.SLOT * self.found.tail_slots)):
            if each.exists() and each.stat().st_size > size:
                file = self._disk.open(each)
                file.truncate(size)
                file.sync()
                file.close()


def _windows(segments: list[Path], audit_bytes: int) -> list[bool]:
    """Which segments are read whole: the newest, and those that the last tile of 256 reaches into."""
    if not segments:
        return []
    needed = int(segments[-1].name) - WIDTH
    whole, budget = [True], audit_bytes
    for newer, path in zip(reversed(segments), reversed(segments[:-1]), strict=False):
        budget -= path.stat().st_size
        whole.append(budget > 0 or int(newer.name) > needed)
    return whole[::-1]


def read_own(raw: bytes, origin: str, signer: Signer | None) -> Checkpoint:
    """Our own checkpoint. Ed25519 signs the same text alike, so signing again shows whether we signed it."""
    text, lines = note.parse(raw)
    checkpoint = parse_checkpoint(text)
    if checkpoint.origin != origin or [line.name for line in lines] != [origin]:
        raise Unverified(f"Expected a checkpoint of {origin} with its one signature.")
    if signer is not None and note.sign(text, signer) != raw:
        raise Unverified(f"Expected the signature of {origin}'s key; another stands there.")
    return checkpoint
