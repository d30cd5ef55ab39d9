"""After a restart: what was recorded and never answered comes to an end that is signed (protocol section 5)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from msgspec import structs

from terpadu.errors import Refused
from terpadu.exchange.decided import Decided, as_is
from terpadu.exchange.deciding import Deciding
from terpadu.exchange.ground import Ground
from terpadu.exchange.repeats import Repeats
from terpadu.exchange.repetition import Memory
from terpadu.exchange.turns import Nowhere, Way
from terpadu.model.heads import RequestHead
from terpadu.model.identifiers import NodeId
from terpadu.model.message import Decision, Message
from terpadu.signing.opening import OpenedRequest, open_request

AT_ONCE = 32
PATIENCE_MS = 30_000
"""How long a system may take to answer what is asked again after a restart, whatever the first deadline was."""

Answering = Callable[[Way, Decided], Awaitable[None]]
"""The rest of the walk, from a decided request to its recorded reply."""


class Doubts:
    """Resolves what a node left open when it ended."""

    def __init__(self, ground: Ground, memory: Memory, deciding: Deciding, repeats: Repeats, answer: Answering) -> None:
        self._ground = ground
        self._memory = memory
        self._deciding = deciding
        self._repeats = repeats
        self._answer = answer
        self.recovered: set[bytes] = set()
        """Leaves of requests that came back from the other end."""

    def left_open(self, wanted: Callable[[NodeId], bool]) -> list[tuple[Message, NodeId]]:
        """What these askers asked, and has no reply on record. From here on a query about it gets `in-doubt`."""
        found = [one for one in self._memory.unanswered() if wanted(one[1])]
        self._repeats.doubts |= {message.leaf for message, _ in found}
        return found

    async def resolve(self, doubts: list[tuple[Message, NodeId]]) -> None:
        """Each by its service's class (protocol section 5).

        Where asking again is safe, or the system takes the key, it is asked again under a decision of now, several at
        once; where not, the outcome stays unknown, signed. So it does where this node lost its own record of what it
        did: what came back from the other end is never done again.
        """
        gate = asyncio.Semaphore(AT_ONCE)
        await asyncio.gather(*(self._resolve(message, asker, gate) for message, asker in doubts))

    async def _resolve(self, message: Message, asker: NodeId, gate: asyncio.Semaphore) -> None:
        async with gate:
            await self._answer(Nowhere(asker), self._decide_anew(message, asker))
            self._repeats.doubts.discard(message.leaf)

    def _decide_anew(self, message: Message, asker: NodeId) -> Decided:
        try:
            rights, now = self._ground.rights(), self._ground.clock()
            return self._deciding.decide_request(self._opened_again(message), asker, "new", rights, now)
        except Refused as error:
            return as_is(message, Decision(rule="interrupted", code=error.code), error)

    def _opened_again(self, message: Message) -> OpenedRequest:
        """The request with its kept content and time to ask its system. Raises `Refused` where that can't be asked again."""
        head = message.head
        content = None if message.leaf in self.recovered else self._ground.journal.content(message.leaf)
        service = self._ground.rights().services.get(head.to) if isinstance(head, RequestHead) else None
        if not isinstance(head, RequestHead) or content is None or service is None or service.effect == "best-effort":
            raise Refused("outcome-unknown", "The node was interrupted; whether the system had acted is not known.")
        opened = open_request(Message(head, message.raw, message.leaf, content), head)
        return opened._replace(head=structs.replace(head, until=self._ground.clock() + PATIENCE_MS))
