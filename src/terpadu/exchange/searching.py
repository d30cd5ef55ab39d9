"""Finding an exchange again: what became of it, and its evidence, for the subsystem that asked."""

from __future__ import annotations

from terpadu.exchange.ground import Ground
from terpadu.model.identifiers import SubsystemId


class Search:
    """Looks into the node's own journal."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    async def state(self, number: str, caller: SubsystemId) -> bytes | None:
        """What became of an exchange, as JSON."""
        return None

    async def evidence(self, number: str, caller: SubsystemId) -> bytes | None:
        """The evidence file of an exchange."""
        return None
