"""A CSV body as one message: its readable rows go on, its unreadable ones are named, each gets a verdict or a ticket.

The walk of a batch: kept on disk, sent, answered; who asks again, by the same key or the ticket, meets it where it is.
"""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
from typing import Any, BinaryIO

import msgspec

from terpadu.connectors.asker import act, asker
from terpadu.connectors.errors import declared
from terpadu.connectors.expressions import compiled, value
from terpadu.connectors.files.carrier import Carrier
from terpadu.connectors.files.description import Batch, Exchange, Ticket
from terpadu.connectors.files.rows import MOST_FAULTS, Fault, Row, read, write
from terpadu.connectors.files.state import Standing
from terpadu.connectors.mapping import strict
from terpadu.connectors.question import JSON_HEADERS
from terpadu.errors import Refused
from terpadu.model.message import Admitted, Answer

IN_MEMORY = 1 << 16
TICKET = "tiket"
SPARE = 0.2
"""Seconds before the deadline at which the caller gets a ticket."""


class BatchService:
    """A service of mode `batch`."""

    def __init__(self, code: str, service: Batch, system: str, carrier: Carrier) -> None:
        for expression in service.verdict.values():
            compiled(expression)
        self._code, self._service, self._system = code, service, system
        self._carrier = carrier

    @property
    def names(self) -> Exchange:
        """The file names of its batches."""
        return self._service.names

    async def ask(self, admitted: Admitted) -> Answer:
        """The verdicts, or 202 and a ticket. The idempotency key makes a repeated batch the same one."""
        batch = self._carrier.state.id_of(self._code, act(admitted))
        async with self._carrier.alone(batch):
            return await self._go_on(await self._kept(batch, admitted), self._service.wait, admitted.until)

    async def look(self, ticket: str, wait: float, admitted: Admitted) -> Answer:
        """What is known of a batch by now. Another office's ticket is no ticket."""
        async with self._carrier.alone(ticket):
            standing = self._carrier.state.find(ticket) if _is_id(ticket) else None
            if standing is None or (standing.service, standing.asker) != (self._code, asker(admitted)):
                raise Refused("not-found", f"{self._system} has no batch under this ticket; send the batch again.")
            return await self._go_on(standing, wait, admitted.until)

    async def _go_on(self, standing: Standing, wait: float, until: int) -> Answer:
        """From wherever it stands. A server that is down or silent is no refusal: the batch is kept and will be carried."""
        try:
            async with asyncio.timeout(self._carrier.left(until) - SPARE):
                if standing.stage != "answered":
                    standing = await self._answered(await self._carrier.send(self.names, standing), wait)
        except TimeoutError:
            pass
        except Refused as refusal:
            if refusal.code not in {"upstream-down", "upstream-retry"}:
                raise
        return _told(standing)

    async def _answered(self, standing: Standing, wait: float) -> Standing:
        rows = await self._carrier.answer(self.names, standing, wait, self._service.row)
        if rows is None:
            return standing
        reply = {"rows": [row.values for row in rows]}
        refusal = declared(self._service.failures, reply, self._system)
        if refusal is not None:
            raise refusal
        told = self._verdicts(standing, rows)
        answered = await asyncio.to_thread(self._carrier.state.moved, standing, "answered", told)
        await self._carrier.put_away(self.names, standing)
        return answered

    def _verdicts(self, standing: Standing, rows: list[Row]) -> dict[str, Any]:
        """Each verdict with the line of the caller's own file; a row without a readable verdict is named too."""
        by_row = {row.values.get(self._service.row, ""): row.values for row in rows}
        verdicts, missing = [], []
        for number, line in enumerate(standing.lines, 1):
            found = by_row.get(str(number))
            if found is None:
                missing.append(Fault(line, "*", "one verdict", "none that can be read"))
            else:
                fields = {name: value(expression, found) for name, expression in self._service.verdict.items()}
                verdicts.append({"baris": line, **fields})
        return {"putusan": verdicts, "tanpa_putusan": msgspec.to_builtins(missing)}

    async def _kept(self, batch: str, admitted: Admitted) -> Standing:
        """The batch as it was kept under this key, or kept now."""
        with tempfile.SpooledTemporaryFile(IN_MEMORY) as body:
            digest = await _spooled(admitted, body)
            standing = self._carrier.state.find(batch)
            if standing is None:
                return await asyncio.to_thread(self._keep, batch, asker(admitted), digest, body)
        if standing.digest != digest:
            raise Refused("idem-mismatch", "This idempotency key was used for another batch; use a new key.")
        return standing

    def _keep(self, batch: str, whose: str, digest: str, body: Any) -> Standing:
        faults: list[Fault] = []
        lines: list[int] = []
        body.seek(0)

        def good(file: BinaryIO) -> Any:
            for row in read(file, self._service.columns):
                if isinstance(row, Row):
                    lines.append(row.line)
                    yield row.values
                elif len(faults) < MOST_FAULTS:
                    faults.append(row)

        rows = write(good(body), self._service.columns, self._carrier.files.delimiter)
        self._carrier.state.keep_rows(batch, rows)
        empty: dict[str, Any] = {"putusan": [], "tanpa_putusan": []}
        standing = Standing(
            id=batch, service=self._code, asker=whose, digest=digest, stage="kept" if lines else "answered",
            lines=tuple(lines), faults=tuple(faults), answer=None if lines else empty,
        )  # fmt: skip
        return self._carrier.state.put(standing)


class TicketService:
    """A service of mode `ticket`."""

    def __init__(self, service: Ticket, batches: BatchService) -> None:
        self._service = service
        self._batches = batches

    async def ask(self, admitted: Admitted) -> Answer:
        """The verdicts of the batch, or 202 and the ticket again."""
        question = strict(admitted.body)
        ticket = question.get(TICKET) if isinstance(question, dict) else None
        if not isinstance(ticket, str):
            raise Refused("content", f'Expected {{"{TICKET}": "…"}} with the ticket of a batch, got something else.')
        return await self._batches.look(ticket, self._service.wait, admitted)


def _told(standing: Standing) -> Answer:
    """200 with the verdicts, or 202 (RFC 9110 section 15.3.3); both name the rows that could not be read."""
    done = standing.answer is not None
    told = {TICKET: standing.id, "tak_terbaca": msgspec.to_builtins(standing.faults), **(standing.answer or {})}
    return Answer(
        status=200 if done else 202,
        reason="OK" if done else "Accepted",
        headers=JSON_HEADERS,
        body=msgspec.json.encode(told),
    )


async def _spooled(admitted: Admitted, body: Any) -> str:
    """The whole body beside memory, and its SHA-256 (hex)."""
    digest = hashlib.sha256()
    if admitted.large is None:
        digest.update(admitted.body)
        body.write(admitted.body)
        return digest.hexdigest()
    async for piece in admitted.large.chunks():
        digest.update(piece)
        body.write(piece)
    return digest.hexdigest()


def _is_id(text: str) -> bool:
    return len(text) == 32 and not set(text) - set("0123456789abcdef")
