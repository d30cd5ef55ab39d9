"""Carrying one batch: from the disk to the other side, and its answer back; each step may be done again."""

from __future__ import annotations

import asyncio
import io
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from terpadu.clock import system_clock
from terpadu.connectors.description import Limits
from terpadu.connectors.files.description import Exchange, Files
from terpadu.connectors.files.rows import Row, answers
from terpadu.connectors.files.sftp import Line
from terpadu.connectors.files.state import Standing, State
from terpadu.errors import Refused

if TYPE_CHECKING:
    from terpadu.connectors.files.batches import BatchService


class Carrier:
    """The line, the state and the folders of one server."""

    def __init__(self, line: Line, state: State, files: Files, limits: Limits) -> None:
        self.state = state
        self.files = files
        self._line = line
        self._limits = limits
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def alone(self, batch: str) -> asyncio.Lock:
        """One walk for one batch at a time."""
        lock = self._locks.get(batch) or asyncio.Lock()
        self._locks[batch] = lock
        return lock

    def left(self, until: int) -> float:
        """Seconds that a question may take: to its deadline (Unix ms) and within the description's own limit."""
        return min(self._limits.seconds, (until - system_clock()) / 1000)

    async def check(self) -> None:
        """Are the server and its folders there?"""
        await self._line.check(self.files.outbox, self.files.inbox)

    async def send(self, names: Exchange, standing: Standing) -> Standing:
        """Deliver what was kept; what was sent before is not sent again."""
        if standing.stage != "kept":
            return standing
        target = f"{self.files.outbox}/{names.send.format(id=standing.id)}"
        await self._line.deliver(self.state.body(standing.id), target, self._answers(names, standing))
        return await asyncio.to_thread(self.state.moved, standing, "sent")

    async def answer(self, names: Exchange, standing: Standing, wait: float, needed: str = "") -> list[Row] | None:
        """The rows of the answer once it is there; None when it is not within `wait` seconds."""
        until = time.monotonic() + wait
        while (found := await self._line.fetch(self._answers(names, standing), self._limits.bytes)) is None:
            if time.monotonic() + self.files.poll > until:
                return None
            await asyncio.sleep(self.files.poll)
        try:
            return await asyncio.to_thread(answers, io.BytesIO(found[1]), needed)
        except Refused as refusal:
            raise Refused(
                "upstream-garbage", f"The answer {found[0]} is no such table: {refusal.sentence}"
            ) from refusal

    async def put_away(self, names: Exchange, standing: Standing) -> None:
        """Remove the answer from the other side, now that it is kept here."""
        for name in self._answers(names, standing):
            await self._line.remove(name)

    async def carry_all(self, services: Mapping[str, BatchService]) -> None:
        """Send all that was kept and not sent. A server that is down is no reason to stop: asking again carries too."""
        await asyncio.to_thread(self.state.sweep)
        for standing in self.state.unfinished():
            service = services.get(standing.service)
            if service is not None and standing.stage == "kept":
                async with self.alone(standing.id):
                    await _quietly(service, standing, self)

    def _answers(self, names: Exchange, standing: Standing) -> list[str]:
        return [f"{self.files.inbox}/{name.format(id=standing.id)}" for name in names.receive]


async def _quietly(service: BatchService, standing: Standing, carrier: Carrier) -> None:
    try:
        await carrier.send(service.names, carrier.state.find(standing.id) or standing)
    except Refused:
        return
