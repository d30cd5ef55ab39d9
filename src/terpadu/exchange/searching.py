"""Finding an exchange again: what became of it, and its evidence, for the subsystem that asked (A32: for no other)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

import msgspec

from terpadu.errors import BadInput, EvidenceBroken, Refused
from terpadu.exchange.ground import Ground
from terpadu.journal.index import Row
from terpadu.journal.prove import Prover
from terpadu.model.identifiers import SubsystemId
from terpadu.trust.registry import registry_of

Files = Callable[[], Mapping[str, bytes]]
"""The verified files of the federation, by name."""


class Search:
    """Looks into the node's own journal, off the event loop."""

    def __init__(self, ground: Ground, files: Files) -> None:
        self._ground = ground
        self._files = files

    async def state(self, number: str, caller: SubsystemId) -> bytes | None:
        """What became of an exchange, as JSON: `done`, `refused` or `in-doubt`."""
        rows = await asyncio.to_thread(self._rows, number, caller)
        return msgspec.json.encode(_state(rows)) if rows else None

    async def evidence(self, number: str, caller: SubsystemId) -> bytes | None:
        """The evidence file of an exchange, from this node's own two records."""
        if not await asyncio.to_thread(self._rows, number, caller):
            return None
        await self._ground.journal.sign()
        try:
            return await asyncio.to_thread(self._prove, number)
        except (BadInput, EvidenceBroken) as error:
            raise Refused("in-doubt", error.sentence) from None

    def _prove(self, number: str) -> bytes:
        journal = self._ground.journal
        return Prover(journal.place, journal.tiles, journal.index).exchange(number, registry_of(self._files()))

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
