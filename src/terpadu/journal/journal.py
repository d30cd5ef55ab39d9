"""The journal as the exchange sees it: record, settle, read back (protocol section 6, ARCHITECTURE.md).

Recording runs on the event loop and is cheap; the disk belongs to the writer's thread.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Literal, NamedTuple

from terpadu.clock import Clock
from terpadu.journal import entries, records
from terpadu.journal.audit import KeyOf
from terpadu.journal.disk import Disk, RealDisk
from terpadu.journal.entries import Local
from terpadu.journal.gathering import Gathering, Recorded, State
from terpadu.journal.home import make_home, take_lock
from terpadu.journal.index import Index
from terpadu.journal.kept import beside, decrypted, zero_slots
from terpadu.journal.layout import Generation, generation_of
from terpadu.journal.looks import Look, looks
from terpadu.journal.recent import Recent
from terpadu.journal.reopening import believed, former_of, frames
from terpadu.journal.secrets import Secrets, year_of
from terpadu.journal.segments import SEGMENT_BYTES, Segments
from terpadu.journal.start import AUDIT_BYTES, Found, Start
from terpadu.journal.stored import Stored
from terpadu.journal.writer import Writer
from terpadu.model.identifiers import NodeId
from terpadu.model.message import Frame
from terpadu.model.rights import TrustNumbers
from terpadu.signing.checkpoint import Checkpoint
from terpadu.signing.hashes import keyed
from terpadu.signing.keys import Signer

Direction = Literal["in", "out"]
_DIRECTIONS: dict[Direction, bytes] = {"in": b"in", "out": b"out"}
_DESTROY_AT_ONCE = 500
"""Leaves in one destroy record: its line stays below 64 KiB."""


class Durable(NamedTuple):
    """On disk; only `Journal.settle` makes it."""

    recorded: Recorded


class Journal:
    """One generation of a node's journal, and its one lock holder."""

    def __init__(
        self, place: Generation, found: Found, *, writer: Writer, secrets: Secrets, clock: Clock, disk: Disk, lock: int
    ) -> None:
        self.place, self.found, self.secrets = place, found, secrets
        self.tiles = found.tiles
        self._writer, self._clock, self._disk, self._lock = writer, clock, disk, lock
        self._read = found.tiles.size
        self._gathering = Gathering(writer, clock, size=self._read, last_at=found.last_at, problems=found.problems)
        self.index = Index(place, lambda: self.durable)
        self._recent = Recent(self.index)
        self._trust: tuple[TrustNumbers | None, bytes] = (None, b"")

    @classmethod
    def open(
        cls,
        directory: Path,
        *,
        origin_node: NodeId,
        signer: Signer,
        secrets: Secrets,
        clock: Clock,
        disk: Disk | None = None,
        key_of: KeyOf | None = None,
        segment_bytes: int = SEGMENT_BYTES,
        audit_bytes: int = AUDIT_BYTES,
    ) -> Journal:
        """Lock, check, repair the tail. The signer's name is the origin, and so chooses the generation.

        With `key_of` (the federation's listed keys) the start also verifies the stored turns' signatures. Raises
        `BadInput` where another process holds the journal or the key is not for it. A journal that is not what it was
        opens with `state` "recovering" and its `reason`: it can be read, and signs nothing.
        """
        place, disk = generation_of(directory, origin_node, signer.name), disk or RealDisk()
        lock = take_lock(directory)
        try:
            make_home(place, disk)
            found = Start(place, signer, secrets.store, disk, key_of).read(audit_bytes)
            segments = Segments(disk, place, segment_bytes)
            writer = Writer(disk, place, segments=segments, tiles=found.tiles, signer=signer, store=secrets.store)
            journal = cls(place, found, writer=writer, secrets=secrets, clock=clock, disk=disk, lock=lock)
            journal._begin()
        except BaseException:
            os.close(lock)
            raise
        return journal

    def _begin(self) -> None:
        if self.state == "serving":
            self._destroy_again()
            self._continue_former()
            self._writer.kept = self._recent.add
            self._recent.begin()
            self._writer.begin(self.found.checkpoint)

    @property
    def state(self) -> State:
        """Serving; recovering (sticky: it reads, and signs nothing); full (the disk refuses, tried again by itself)."""
        return self._gathering.state

    @property
    def reason(self) -> str:
        """Why it does not serve, in a sentence."""
        return self._gathering.reason

    @property
    def durable(self) -> int:
        """How many records are on disk."""
        return self._gathering.durable

    @property
    def checkpoint(self) -> Checkpoint:
        """The newest own one that is on disk, for the turn's text."""
        return self._writer.checkpoint if self.state != "recovering" else self.found.checkpoint

    def record_frame(
        self,
        direction: Direction,
        frame: Frame,
        locals_: Sequence[Local],
        trust: TrustNumbers,
        keep: Sequence[bool] | None = None,
        recovered: bool = False,
    ) -> Recorded:
        """Queue the record of one frame in this turn's group; `keep` says which contents are stored.

        Raises `Refused("log-unavailable")` or `Refused("recovering")` where nothing can be recorded.
        """
        local = entries.encode_locals(locals_) if locals_ else None
        digest = sha256(local).digest() if local is not None else None
        seal, n = frame.seal, len(frame.messages)
        line = records.frame_line(
            self._gathering.now(),
            _DIRECTIONS[direction],
            seal.frame,
            digest,
            n,
            self._trust_text(trust),
            seal.turn,
            recovered,
        )
        raw = entries.entry(entries.RECORD, line) + entries.entry(entries.FRAME, entries.encode_frame(frame))
        if local is not None:
            raw = entries.entry(entries.LOCAL, local) + raw
        recorded = self._gathering.add(line, raw)
        if keep is not None:
            for message, wanted in zip(frame.messages, keep, strict=True):
                if wanted:
                    recorded.group.keep(message.leaf, message.content)
        return recorded

    def record_refused(self, head: bytes, leaf: bytes, rule: str, code: str, who: bytes | None) -> Recorded:
        """Our own system's request was denied before anything was sent."""
        local = entries.encode_locals([Local(code, who, None, "")])
        line = records.refused_line(self._gathering.now(), leaf, rule, code, sha256(local).digest())
        beside = entries.entry(entries.LOCAL, local) + entries.entry(entries.RECORD, line)
        return self._gathering.add(line, beside + entries.entry(entries.HEAD, head))

    async def settle(self, recorded: Recorded) -> Durable:
        """Wait until it is on disk. Raises `Refused("log-unavailable")` where it could not be written."""
        await recorded.group.wait()
        return Durable(recorded)

    def reopened(self, since: int = 0) -> Iterator[Stored]:
        """All stored frames from Unix ms `since` on, in order, as they were at start: the replay memory comes from
        them."""
        for place in believed(self.place) if not self.found.problems else []:
            yield from frames(place, self._read if place == self.place else None, since)

    def seen(self, checkpoint: Checkpoint) -> None:
        """The same as `note_seen`, with the generation that the note is of; one of a former generation tells nothing."""
        stem, _, number = checkpoint.origin.rpartition("/")
        if stem != f"{self.place.node}/journal" or int(number) < self.place.number:
            return
        if int(number) > self.place.number:
            self.recover(f"Another holds a note of generation {number} of this journal, this is {self.place.number}.")
        else:
            self.note_seen(checkpoint.size, checkpoint.root)

    def note_seen(self, size: int, root: bytes) -> None:
        """Somebody shows a note of ours (verified by the caller): where it is ahead of us, we are an old copy; sign
        no more."""
        if size > self.durable:
            self.recover(f"Another holds a note of this journal with {size} records, we have {self.durable}.")
        elif size <= self.tiles.size and self.tiles.root(size) != root:
            self.recover(f"Another holds a note of this journal with another root over its first {size} records.")

    def recover(self, why: str) -> None:
        """Stop signing for good in this generation; the next one's key opens the next generation."""
        if self.state != "recovering":
            self._gathering.state, self._gathering.reason = "recovering", why
            with contextlib.suppress(OSError):
                self.place.recovering.write_text(f"{why}\n", "utf-8")

    def who(self, person: str) -> bytes:
        """The person's keyed hash under this year's index key (16 bytes)."""
        return keyed(self.secrets.index(year_of(self._clock())), person.encode())

    def looks(self, person: str, since: int, until: int) -> list[Look]:
        """Who looked at this person's data between two Unix ms, oldest first; reads the disk, so call it in a
        thread."""
        return looks(self.index, self.secrets, person, since, until)

    def content(self, leaf: bytes) -> bytes | None:
        """A kept content, or None where it was not kept or is destroyed; reads the disk."""
        where = self._recent.find(leaf)
        return decrypted(self.place, self.secrets.store, where) if where else None

    def contents_of(self, stored: Stored) -> dict[bytes, bytes]:
        """The contents kept beside a stored record, by leaf; what is destroyed is absent."""
        return beside(self.place, self.secrets.store, stored)

    async def destroy(self, leaves: Sequence[bytes], rule: str) -> int:
        """Destroy the contents of these messages; returns how many were there. Their heads and proofs stay."""
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(None, lambda: [one for leaf in leaves for one in self.index.kept(leaf)])
        for start in range(0, len(found), _DESTROY_AT_ONCE):
            part = found[start : start + _DESTROY_AT_ONCE]
            line = records.destroy_line(self._gathering.now(), [where.leaf for where in part], rule)
            await self.settle(self._gathering.add(line, entries.entry(entries.RECORD, line)))
            await loop.run_in_executor(None, zero_slots, self._disk, self.place, part)
            for where in part:
                self._recent.forget(where.leaf)
        return len({where.leaf for where in found})

    async def destroy_expired(self) -> int:
        """Destroy what has been kept for its days."""
        expired = await asyncio.get_running_loop().run_in_executor(None, self.index.expired, self._clock())
        return await self.destroy([where.leaf for where in expired], "retention")

    def try_again(self) -> None:
        """Called every second by who keeps the journal: where the disk was full, see whether it still is."""
        self._gathering.try_again()

    async def sign(self) -> Checkpoint:
        """A checkpoint over all that is durable, now and not within the second."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()

        def tell() -> None:
            loop.call_soon_threadsafe(done.set_result, None)

        self._writer.sign_now(tell)
        await done
        return self.checkpoint

    async def close(self) -> None:
        """Everything queued to disk, a last checkpoint, the lock given back."""
        await self._gathering.drain()
        await asyncio.get_running_loop().run_in_executor(None, self._end)
        self.abandon()

    def _end(self) -> None:
        self._writer.end()
        self._recent.end()

    def abandon(self) -> None:
        """Give only the lock back, as a killed process would."""
        self._recent.end()
        self.index.close()
        os.close(self._lock)

    def _trust_text(self, trust: TrustNumbers) -> bytes:
        if trust is not self._trust[0]:
            self._trust = (trust, trust.line().encode())
        return self._trust[1]

    def _destroy_again(self) -> None:
        """A kill between a destroy record and the zeroing left keys: finish it."""
        left = self.found.audit.destroyed - self.found.audit.blank.keys()
        for leaf in sorted(left):
            zero_slots(self._disk, self.place, self.index.ever_kept(leaf))

    def _continue_former(self) -> None:
        """The first record of a later generation says where the former one ended."""
        former = former_of(self.place) if self.durable == 0 else None
        if former is not None:
            line = records.open_line(self._gathering.now(), former.former, former.size, former.root)
            self._writer.write_first(line, entries.entry(entries.RECORD, line))
            self._gathering.began_with(1)
