"""Our own checkpoints brought to other members' witnesses, and their cosignatures kept (protocol section 6)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from msgspec import Struct

from terpadu.errors import Unverified
from terpadu.journal.audit import KeyOf
from terpadu.journal.disk import Disk, RealDisk
from terpadu.journal.layout import Generation
from terpadu.journal.tiles import Tiles
from terpadu.journal.witness import Answered, submission
from terpadu.signing import note
from terpadu.signing.checkpoint import Checkpoint, parse_checkpoint

Ask = Callable[[str, bytes], Awaitable[Answered]]
"""Brings a submission to a witness by its name (`<node>/witness`). An `OSError` is a witness that is not there."""


class Submitted(Struct, frozen=True):
    """One round: who cosigned, who did not and why, and who says to have seen more records than there are.

    A witness that is ahead is no proof by itself (its answer is unsigned): alarm, and ask peers what they hold.
    """

    size: int
    cosigned: tuple[str, ...]
    failed: Mapping[str, str]
    ahead: Mapping[str, int]


class Submitter:
    """Remembers what each witness saw last."""

    def __init__(self, place: Generation, tiles: Tiles, key_of: KeyOf, disk: Disk | None = None) -> None:
        self._place, self._tiles, self._key_of = place, tiles, key_of
        self._disk = disk or RealDisk()
        self._seen: dict[str, int] = {}

    async def submit(self, witnesses: list[str], ask: Ask) -> Submitted:
        """Bring the newest own checkpoint to these witnesses, all at once, and keep what they sign."""
        raw = self._place.checkpoint.read_bytes()
        checkpoint = parse_checkpoint(note.parse(raw).text)
        lines: dict[str, bytes] = {}
        failed: dict[str, str] = {}
        ahead: dict[str, int] = {}

        async def one(name: str) -> None:
            try:
                lines[name] = await self._one(name, raw, checkpoint, ask)
            except (Unverified, OSError) as error:
                failed[name] = str(error)
                if self._seen.get(name, 0) > checkpoint.size:
                    ahead[name] = self._seen[name]

        await asyncio.gather(*map(one, witnesses))
        if lines:
            cosigned = raw + b"".join(lines[name] for name in sorted(lines))
            await asyncio.to_thread(self._disk.replace, self._place.cosigned, cosigned)
        return Submitted(checkpoint.size, tuple(lines), failed, ahead)

    async def _one(self, name: str, raw: bytes, checkpoint: Checkpoint, ask: Ask) -> bytes:
        answered = await self._ask(name, raw, checkpoint, ask)
        if answered.status == 409:
            self._seen[name] = _size(answered.body)
            answered = await self._ask(name, raw, checkpoint, ask)
        if answered.status != 200:
            said = answered.body[:200].decode("ascii", "replace").strip()
            raise Unverified(f"Expected a cosignature of {name}; it answered {answered.status}: {said}")
        self._seen[name] = checkpoint.size
        return self._cosignature(name, note.parse(raw).text, answered.body)

    async def _ask(self, name: str, raw: bytes, checkpoint: Checkpoint, ask: Ask) -> Answered:
        old = self._seen.get(name, 0)
        if old > checkpoint.size:
            raise Unverified(f"Expected {name} not to be ahead; it saw {old} records, there are {checkpoint.size}.")
        return await ask(name, submission(old, self._tiles.consistency(old, checkpoint.size), raw))

    def _cosignature(self, name: str, text: bytes, body: bytes) -> bytes:
        """The witness's own line, verified; others that it may send are left."""
        for line in note.parse(text + b"\n" + body).lines:
            check = self._key_of(line.name, line.key_id) if line.name == name else None
            if check is not None and note.cosigned_at(line, text, check) is not None:
                return note.signature_line(*line)
        raise Unverified(f"Expected a cosignature of {name} that verifies.")


def _size(body: bytes) -> int:
    if not body.strip().isdigit():
        raise Unverified("Expected the size that the witness saw.")
    return int(body)
