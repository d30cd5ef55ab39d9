"""The journal as the exchange sees it: record, settle, read back (protocol section 6, design section 3).

Everything here runs on the event loop; the disk belongs to the writer's thread.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import fcntl
import os
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Literal

from msgspec import Struct

from terpadu.clock import Clock
from terpadu.errors import BadInput, Refused
from terpadu.journal import entries, records
from terpadu.journal.disk import Disk, RealDisk
from terpadu.journal.entries import Local
from terpadu.journal.layout import Generation, generation_of, generations
from terpadu.journal.secrets import Secrets, year_of
from terpadu.journal.segments import SEGMENT_BYTES, Segments
from terpadu.journal.start import AUDIT_BYTES, Found, Start
from terpadu.journal.stored import Stored, read_segment
from terpadu.journal.writer import Group, Kept, Writer
from terpadu.model.identifiers import NodeId
from terpadu.model.message import Frame
from terpadu.model.rights import TrustNumbers
from terpadu.signing.checkpoint import Checkpoint
from terpadu.signing.hashes import keyed
from terpadu.signing.keys import Signer

Direction = Literal["in", "out"]
State = Literal["serving", "recovering", "full"]
_DIRECTIONS: dict[Direction, bytes] = {"in": b"in", "out": b"out"}
_TRY_AGAIN_SECONDS = 1.0


class Recorded(Struct, frozen=True, gc=False):
    """Queued: record `index` will be in the journal when its group's future ends well."""

    index: int
    group: Group


class Durable(Struct, frozen=True, gc=False):
    """On disk; only `Journal.settle` makes it."""

    recorded: Recorded


class Journal:
    """One generation of a node's journal, and its one lock holder."""

    def __init__(
        self, place: Generation, found: Found, *, writer: Writer, secrets: Secrets, clock: Clock, lock: int
    ) -> None:
        self.place, self.found, self.secrets = place, found, secrets
        self._writer, self._tiles, self._clock, self._lock = writer, found.tiles, clock, lock
        self.state: State = "recovering" if found.problems else "serving"
        self.reason = " ".join(found.problems[:3])
        self._next = self.durable = self._read = found.tiles.size
        self._at = found.last_at
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiting: deque[Group] = deque()
        self._busy = False
        self._tried_at = 0.0
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
        segment_bytes: int = SEGMENT_BYTES,
        audit_bytes: int = AUDIT_BYTES,
    ) -> Journal:
        """Lock, check, repair the tail. The signer's name is the origin, and so chooses the generation.

        Raises `BadInput` where another process holds the journal or the key is not for it. A journal that is not what
        it
        was opens with `state` "recovering" and its `reason`: it can be read, and signs nothing.
        """
        place, disk = generation_of(directory, origin_node, signer.name), disk or RealDisk()
        lock = _take_lock(directory)
        _make_home(place, disk)
        found = Start(place, signer, secrets.store, disk).read(audit_bytes)
        segments = Segments(disk, place, segment_bytes)
        writer = Writer(disk, place, segments=segments, tiles=found.tiles, signer=signer, store=secrets.store)
        journal = cls(place, found, writer=writer, secrets=secrets, clock=clock, lock=lock)
        if journal.state == "serving":
            journal._continue_former()
            writer.begin(found.checkpoint)
        return journal

    @property
    def checkpoint(self) -> Checkpoint:
        """The newest own one that is on disk, for the turn's text."""
        return self._writer.checkpoint if self.state != "recovering" else self.found.checkpoint

    def record_frame(  # noqa: PLR0917 - the hot path: keyword arguments cost
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
            self._now(), _DIRECTIONS[direction], seal.frame, digest, n, self._trust_text(trust), seal.turn, recovered
        )
        raw = entries.entry(entries.RECORD, line) + entries.entry(entries.FRAME, entries.encode_frame(frame))
        if local is not None:
            raw = entries.entry(entries.LOCAL, local) + raw
        recorded = self._queue(line, raw)
        if keep is not None:
            _keep(recorded.group, frame, keep)
        return recorded

    def record_refused(self, head: bytes, leaf: bytes, rule: str, code: str, who: bytes | None) -> Recorded:
        """Our own system's request was denied before anything was sent."""
        line = records.refused_line(self._now(), leaf, rule, code)
        local = entries.encode_locals([Local(code, who, None, "")])
        beside = entries.entry(entries.LOCAL, local) + entries.entry(entries.RECORD, line)
        return self._queue(line, beside + entries.entry(entries.HEAD, head))

    async def settle(self, recorded: Recorded) -> Durable:
        """Wait until it is on disk. Raises `Refused("log-unavailable")` where it could not be written."""
        await recorded.group.future
        return Durable(recorded)

    def reopened(self, since: int = 0) -> Iterator[Stored]:
        """All stored frames from Unix ms `since` on, in order, as they were at start: the replay memory comes from
        them."""
        paths = self.place.segments()
        for number, path in enumerate(paths):
            after = next(read_segment(paths[number + 1]), None) if number + 1 < len(paths) else None
            if after is not None and after.record.at < since:
                continue
            for stored in read_segment(path, self._read):
                if stored.record.kind == "frame" and stored.record.at >= since:
                    yield stored

    def note_seen(self, size: int, root: bytes) -> None:
        """Somebody shows a note of ours (verified by the caller): where it is ahead of us, we are an old copy; sign
        no more."""
        if size > self.durable:
            self.recover(f"Another holds a note of this journal with {size} records, we have {self.durable}.")
        elif size <= self._tiles.size and self._tiles.root(size) != root:
            self.recover(f"Another holds a note of this journal with another root over its first {size} records.")

    def recover(self, why: str) -> None:
        """Stop signing for good in this generation; the next one's key opens the next generation."""
        if self.state != "recovering":
            self.state, self.reason = "recovering", why
            with contextlib.suppress(OSError):
                self.place.recovering.write_text(f"{why}\n", "utf-8")

    def who(self, person: str) -> bytes:
        """The person's keyed hash under this year's index key (16 bytes)."""
        return keyed(self.secrets.index(year_of(self._clock())), person.encode())

    async def close(self) -> None:
        """Everything queued to disk, a last checkpoint, the lock given back."""
        while self._busy or self._waiting:
            self._leave()
            await asyncio.sleep(0)
        await asyncio.get_running_loop().run_in_executor(None, self._writer.end)
        self.abandon()

    def abandon(self) -> None:
        """Give only the lock back, as a killed process would."""
        os.close(self._lock)

    def _now(self) -> int:
        """Record times never go back."""
        self._at = max(self._at, self._clock())
        return self._at

    def _trust_text(self, trust: TrustNumbers) -> bytes:
        if trust is not self._trust[0]:
            self._trust = (trust, trust.line().encode())
        return self._trust[1]

    def _queue(self, line: bytes, raw: bytes) -> Recorded:
        if self.state != "serving":
            self._refuse()
        waiting = self._waiting
        group = waiting[-1] if waiting and not waiting[-1].is_full else self._gather()
        group.parts.append(raw)
        group.lines.append(line)
        group.size += len(raw)
        index, self._next = self._next, self._next + 1
        return Recorded(index, group)

    def _gather(self) -> Group:
        """A new group; where the disk is idle, it leaves at the end of this turn of the loop."""
        loop = self._loop = self._loop or asyncio.get_running_loop()
        group = Group(self._next, loop)
        self._waiting.append(group)
        if not self._busy:
            loop.call_soon(self._leave)
        return group

    def _leave(self) -> None:
        if self._waiting and not self._busy:
            self._busy = True
            self._writer.write(self._waiting.popleft(), self._tell)

    def _tell(self, group: Group, error: OSError | None) -> None:
        """In the writer's thread."""
        assert self._loop is not None  # noqa: S101 - a group was gathered on it
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits
            self._loop.call_soon_threadsafe(self._done, group, error)

    def _done(self, group: Group, error: OSError | None) -> None:
        self._busy = False
        if error is None:
            self.durable = group.start + len(group.lines)
            self.state = "serving" if self.state == "full" else self.state
            group.future.set_result(None)
            self._leave()
        else:
            self._fail([group, *self._waiting], error)

    def _fail(self, groups: Iterable[Group], error: OSError) -> None:
        """Nothing of these is recorded; the numbers are given again."""
        if self.state == "serving":
            self.state, self.reason = "full", f"The journal's disk refuses: {os.strerror(error.errno or errno.EIO)}."
        self._waiting.clear()
        self._next, self._tried_at = self.durable, time.monotonic()
        for group in groups:
            group.future.set_exception(self._unavailable())
            group.future.exception()  # a record that nobody waits for is no fault of its own

    def _unavailable(self) -> Refused:
        hint = "Free space; the node then goes on by itself."
        return Refused("log-unavailable", f"Expected to record this first. {self.reason} {hint}")

    def _refuse(self) -> None:
        if self.state == "recovering":
            raise Refused("recovering", f"This node may not sign now. {self.reason}")
        if time.monotonic() - self._tried_at < _TRY_AGAIN_SECONDS:
            raise self._unavailable()
        self._tried_at = time.monotonic()  # this one record tries the disk again

    def _continue_former(self) -> None:
        """The first record of a later generation says where the former one ended."""
        former = [number for number in generations(self.place.directory) if number < self.place.number]
        if former and self._next == 0:
            ended = Start(self.place._replace(number=former[-1]), None, None, None).read().checkpoint
            line = records.open_line(self._now(), ended.size, ended.root)
            self._writer.write_first(line, entries.entry(entries.RECORD, line))
            self._next = self.durable = 1


def _keep(group: Group, frame: Frame, keep: Sequence[bool]) -> None:
    for message, wanted in zip(frame.messages, keep, strict=True):
        if wanted:
            group.parts.append(Kept(message.leaf, message.content))
            group.size += len(message.content) + 57
            group.contents += 1


def _take_lock(directory: Path) -> int:
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = os.open(directory / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        sentence = f"Expected to be the only process on the journal {directory}; another holds it. End that one first."
        raise BadInput(sentence) from None
    return lock


def _make_home(place: Generation, disk: Disk) -> None:
    """The directories of a generation, durable by name."""
    for directory in (place.home, place.segment, place.keys, place.tile):
        directory.mkdir(exist_ok=True, mode=0o700)
        disk.sync_directory(directory.parent)
