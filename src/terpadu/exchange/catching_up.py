"""After a generation that was lost: nobody is served before what was exchanged with its member is in the evidence again.

A replay, and a repeat under an idempotency key, would else have a second effect (attack A46). Member by member, since a
key belongs to a member, not to one of its nodes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator

from terpadu.errors import Refused, TerpaduError
from terpadu.exchange.doubts import Doubts
from terpadu.exchange.ground import Ground, log
from terpadu.exchange.neighbours import Neighbours
from terpadu.exchange.recovering import RECOVERED, Brought, Recovering
from terpadu.exchange.repetition import IDEM_KEPT
from terpadu.exchange.restoring import Restoring
from terpadu.journal.compare import HOUR, digest, hour_of
from terpadu.journal.opening import caught_up, note_caught_up, read_opening
from terpadu.model.identifiers import NodeId, member_of
from terpadu.model.message import Message

AGAIN_SECONDS = 5.0
AT_ONCE = 8
AskAfter = Callable[[NodeId, Message], None]


class CatchingUp:
    """What this generation still owes to whom. A first generation, or one that followed no loss, owes nothing."""

    def __init__(
        self, ground: Ground, neighbours: Neighbours, restoring: Restoring, doubts: Doubts, ask_after: AskAfter
    ) -> None:
        self._ground, self._neighbours, self.restoring = ground, neighbours, restoring
        self._doubts, self._ask_after = doubts, ask_after
        self.opening = read_opening(ground.journal.place)
        ground.opened = self.opening.at if self.opening is not None else 0
        self._done = set(caught_up(ground.journal.place))
        self.recovering = Recovering(ground, neighbours)
        self._called = asyncio.Event()
        self._tried = self.opening is None or ground.journal.state == "recovering"

    def owes(self, node: NodeId) -> bool:
        """Is what was exchanged with this node's member not in the evidence again?"""
        if self.opening is None:
            return False
        member = member_of(node)
        return any(member_of(one) == member and one not in self._done for one in self._others())

    def _others(self) -> list[NodeId]:
        return [node for node in self._ground.rights().nodes if node != self._ground.me]

    def check(self, peer: NodeId) -> None:
        """Raises `Refused("recovering")` where the peer's member must wait; its coming is a sign that it can be asked."""
        if self.owes(peer):
            self._called.set()
            raise Refused(
                "recovering", f"Expected a moment: what was exchanged with {member_of(peer)} is fetched first."
            )

    def why_not(self) -> Iterator[str]:
        """Not ready before every other node was tried once; one that stays away keeps only its own member waiting."""
        if not self._tried:
            yield f"The journal's generation {self._ground.journal.place.number} is fetching what the former one lost."

    async def run(self) -> None:
        """For ever, as a node may be listed later; ends by cancellation."""
        while self.opening is not None and self._ground.journal.state != "recovering":
            owed = [node for node in self._others() if node not in self._done]
            await self._round(owed)
            self._tried = True
            self._called.clear()
            try:
                await asyncio.wait_for(self._called.wait(), AGAIN_SECONDS)
                await asyncio.sleep(AGAIN_SECONDS / 10)  # who is refused comes again at once
            except TimeoutError:
                continue

    async def _round(self, owed: list[NodeId]) -> None:
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(node: NodeId) -> None:
            async with gate:
                try:
                    await self.catch_up(node)
                except TerpaduError as error:
                    log.info("recovering.waits", peer=node, reason=error.sentence)
                except Exception:
                    log.exception("recovering.failed", peer=node)

        await asyncio.gather(*map(one, owed))

    async def catch_up(self, peer: NodeId) -> int:
        """All that one node holds of the time before; returns how many frames were recorded. Raises `TerpaduError`."""
        if self.opening is None:
            return 0
        since, until = hour_of(self.opening.at - IDEM_KEPT), self._ground.clock() + HOUR
        hours, count = await self._neighbours.hours(peer, since), 0
        for hour, word in sorted(hours.items()):
            if hour % HOUR == 0 and since <= hour < until and await asyncio.to_thread(self._word, peer, hour) != word:
                count += await self.recovering.hour(peer, hour, self._take, RECOVERED)
        self._finish(peer)
        log.warning("recovering.caught-up", peer=peer, frames=count)
        return count

    def _word(self, peer: NodeId, hour: int) -> str:
        known = self.recovering.known(peer, hour)
        return f"{len(known)} {digest(sorted(known))}"

    def _take(self, brought: Brought) -> None:
        self.restoring.take(brought.sealed, brought.locals, brought.turn.time, recovered=True)

    def _finish(self, peer: NodeId) -> None:
        """From here on the peer is served, and what it asked and never heard of comes to an end that is signed."""
        note_caught_up(self._ground.journal.place, peer)
        self._done.add(peer)
        self._doubts.recovered = self.restoring.recovered
        doubts = self._doubts.left_open(lambda asker: asker == peer)
        self._resolving = asyncio.get_running_loop().create_task(self._doubts.resolve(doubts))
        for node, message in self.restoring.unheard(self._ground.clock(), lambda node: node == peer):
            self._ask_after(node, message)
