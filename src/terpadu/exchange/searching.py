"""Finding an exchange again: what became of it, and its evidence, for the subsystem that asked (A32: for no other)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import msgspec

from terpadu.errors import BadInput, EvidenceBroken, Refused, TerpaduError
from terpadu.exchange.ground import Ground, log
from terpadu.exchange.neighbours import Neighbours
from terpadu.journal.index import Row
from terpadu.journal.prove import Prover
from terpadu.model.identifiers import NodeId, SubsystemId
from terpadu.signing import evidence
from terpadu.signing.evidence import Entry
from terpadu.trust.registry import registry_of

Witnessed = Callable[[float], Awaitable[None]]
"""Has what is recorded signed, and cosigned within so many seconds where witnesses answer."""
WITNESS_SECONDS = 1.0
OTHER_SECONDS = 2.0
"""How long the other node may take to give its records."""
Files = Callable[[], Mapping[str, bytes]]
"""The verified files of the federation, by name."""


class Search:
    """Looks into the node's own journal, off the event loop."""

    def __init__(self, ground: Ground, files: Files, neighbours: Neighbours, witnessed: Witnessed) -> None:
        self._ground = ground
        self._files = files
        self._neighbours = neighbours
        self._witnessed = witnessed

    async def state(self, number: str, caller: SubsystemId) -> bytes | None:
        """What became of an exchange, as JSON: `done`, `refused` or `in-doubt`."""
        rows = await asyncio.to_thread(self._rows, number, caller)
        return msgspec.json.encode(_state(rows)) if rows else None

    async def evidence(self, number: str, caller: SubsystemId) -> bytes | None:
        """The evidence file of an exchange: this node's own two records, and the other's where it gives them now."""
        rows = await asyncio.to_thread(self._rows, number, caller)
        if not rows:
            return None
        _, others = await asyncio.gather(self._witnessed(WITNESS_SECONDS), self._others(number, rows))
        try:
            own = await asyncio.to_thread(self._prove, number, ())
            return await asyncio.to_thread(self._with_others, number, others) or own
        except (BadInput, EvidenceBroken) as error:
            raise Refused("in-doubt", error.sentence) from None

    async def _others(self, number: str, rows: list[Row]) -> tuple[Entry, ...]:
        """The records in the other end's journal, if it answers within `OTHER_SECONDS`."""
        peer = next((row.peer for row in rows if row.peer), None)
        if peer is None:
            return ()
        try:
            return await self._neighbours.entries(NodeId(peer), number, OTHER_SECONDS)
        except TerpaduError as error:
            log.info("evidence.own-records-only", peer=peer, reason=error.code)
            return ()

    def _with_others(self, number: str, others: tuple[Entry, ...]) -> bytes | None:
        """The file with both ends' records, if it still proves: another's records may not spoil our own."""
        if not others:
            return None
        try:
            text = self._prove(number, others)
            evidence.verify(text, self._files()["root.json"])
        except (BadInput, EvidenceBroken) as error:
            log.warning("evidence.others-unproven", reason=error.sentence)
            return None
        return text

    def _prove(self, number: str, others: tuple[Entry, ...]) -> bytes:
        journal = self._ground.journal
        prover = Prover(journal.place, journal.tiles, journal.index)
        return prover.exchange(number, registry_of(self._files()), others=others)

    def _rows(self, number: str, caller: SubsystemId) -> list[Row]:
        rows = self._ground.journal.index.rows("number = ?", number)
        asked = [row for row in rows if row.kind == "request" and row.direction in ("out", "refused")]
        return rows if any(row.source == caller for row in asked) else []


def _state(rows: list[Row]) -> dict[str, object]:
    request = next(row for row in rows if row.kind == "request")
    reply = next((row for row in rows if row.kind == "reply" and row.state is None), None)
    state = "refused" if request.direction == "refused" else "in-doubt"
    if reply is not None:
        state = "refused" if reply.code else "done"
    found = {
        "number": request.number,
        "state": state,
        "asked": request.at,
        "service": request.target,
        "purpose": request.purpose,
        "case": request.case_,
        "answered": reply.at if reply else None,
        "status": reply.status if reply else None,
        "code": (reply.code if reply else None) or request.code,
    }
    return {name: value for name, value in found.items() if value is not None}
