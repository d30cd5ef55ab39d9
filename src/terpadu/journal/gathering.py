"""The loop's side of group commit: records gather while a sync runs, and leave by load alone (protocol section 6).

Where the disk is idle, a group leaves at the end of the turn of the loop in which it began.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import Literal

from msgspec import Struct

from terpadu.clock import Clock
from terpadu.errors import Refused
from terpadu.journal.writer import Group, Writer

State = Literal["serving", "recovering", "full"]
_TRY_AGAIN_SECONDS = 1.0


class Recorded(Struct, frozen=True, gc=False):
    """Queued: record `index` will be in the journal when its group's future ends well."""

    index: int
    group: Group


class Gathering:
    """Gives records their numbers and times, and brings groups to the writer, one at a time."""

    def __init__(self, writer: Writer, clock: Clock, *, size: int, last_at: int, problems: list[str]) -> None:
        self.state: State = "recovering" if problems else "serving"
        self.reason = " ".join(problems[:3])
        self._writer, self._clock = writer, clock
        self._next = self.durable = size
        self._at = last_at
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiting: deque[Group] = deque()
        self._busy = False
        self._idle: asyncio.Future[None] | None = None
        self._tried_at = 0.0

    def now(self) -> int:
        """Record times never go back (Unix ms)."""
        self._at = max(self._at, self._clock())
        return self._at

    def add(self, line: bytes, raw: bytes) -> Recorded:
        """Queue a record's entries. Raises `Refused("log-unavailable")` or `Refused("recovering")`."""
        if self.state != "serving":
            self._refuse()
        waiting = self._waiting
        group = waiting[-1] if waiting and not waiting[-1].is_full else self._gather()
        group.parts.append(raw)
        group.lines.append(line)
        group.size += len(raw)
        index, self._next = self._next, self._next + 1
        return Recorded(index, group)

    def try_again(self) -> None:
        """Called every second: a node that is not ready gets no calls, so it must find out by itself that space is back."""
        if self.state == "full" and not self._busy and time.monotonic() - self._tried_at >= _TRY_AGAIN_SECONDS:
            self._busy, self._tried_at = True, time.monotonic()
            loop = asyncio.get_running_loop()
            self._writer.probe(self.durable, lambda error: _soon(loop, self._tried, error))

    def _tried(self, error: OSError | None) -> None:
        self._busy = False
        if error is None and self.state == "full":
            self.state = "serving"
        self._leave()

    def began_with(self, size: int) -> None:
        """The writer wrote these before the loop ran."""
        self._next = self.durable = size

    async def drain(self) -> None:
        """Until nothing waits."""
        while self._busy or self._waiting:
            self._idle = asyncio.get_running_loop().create_future()
            await self._idle

    def _gather(self) -> Group:
        loop = self._loop = self._loop or asyncio.get_running_loop()
        group = Group(self._next, loop)
        self._waiting.append(group)
        if not self._busy:
            loop.call_soon(self._leave)
        return group

    def _leave(self) -> None:
        if self._busy:
            return
        if self._waiting:
            self._busy = True
            self._writer.write(self._waiting.popleft(), self._tell)
        elif self._idle is not None and not self._idle.done():
            self._idle.set_result(None)

    def _tell(self, group: Group, error: OSError | None) -> None:
        """In the writer's thread."""
        assert self._loop is not None  # noqa: S101 - a group was gathered on it
        _soon(self._loop, self._done, group, error)

    def _done(self, group: Group, error: OSError | None) -> None:
        self._busy = False
        if error is None:
            self.durable = group.start + len(group.lines)
            self.state = "serving" if self.state == "full" else self.state
            group.end(None)
        else:
            self._fail([group, *self._waiting], error)
        self._leave()

    def _fail(self, groups: Iterable[Group], error: OSError) -> None:
        """Nothing of these is recorded; their numbers are given again."""
        if self.state == "serving":
            self.state = "full"
        self.reason = f"The journal's disk refuses: {os.strerror(error.errno or errno.EIO)}."
        self._waiting.clear()
        self._next, self._tried_at = self.durable, time.monotonic()
        for group in groups:
            group.end(self._unavailable())

    def _unavailable(self) -> Refused:
        hint = "Free space; the node then goes on by itself."
        return Refused("log-unavailable", f"Expected to record this first. {self.reason} {hint}")

    def _refuse(self) -> None:
        if self.state == "recovering":
            raise Refused("recovering", f"This node may not sign now. {self.reason}")
        if time.monotonic() - self._tried_at < _TRY_AGAIN_SECONDS:
            raise self._unavailable()
        self._tried_at = time.monotonic()  # this one record tries the disk again


def _soon(loop: asyncio.AbstractEventLoop, act: Callable[..., None], *what: object) -> None:
    """From the writer's thread to the loop."""
    with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits
        loop.call_soon_threadsafe(act, *what)
