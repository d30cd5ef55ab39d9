"""The journal at a node's start: is it the newest that anybody saw, and may the next generation be opened? (attack A46)

Nothing is signed before others were asked. Who can't be reached now shows what it holds when a link is made, in HELLO.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from terpadu.clock import Clock
from terpadu.errors import BadInput, TerpaduError
from terpadu.exchange import seen
from terpadu.exchange.ground import log
from terpadu.exchange.neighbours import Neighbours
from terpadu.exchange.own_keys import OwnKeys
from terpadu.exchange.seen import Seen
from terpadu.journal.journal import Journal
from terpadu.journal.layout import Generation, newest_generation
from terpadu.journal.opening import Opening, permitted, write_opening
from terpadu.journal.secrets import Secrets
from terpadu.journal.start import Start
from terpadu.model.identifiers import NodeId
from terpadu.model.rights import Rights
from terpadu.signing.hashes import b64
from terpadu.signing.keys import check_of
from terpadu.trust.keys import listed_name

ASKED = 8
"""Nodes that are asked at every start: among them are the witnesses. Before a generation is opened all are asked."""
SECONDS = 2.0
_AT_ONCE = 32


class Beginning:
    """Opens the journal of one node."""

    def __init__(
        self, directory: Path, own: OwnKeys, neighbours: Neighbours, rights: Callable[[], Rights], clock: Clock
    ) -> None:
        self._directory, self._own, self._neighbours = directory, own, neighbours
        self._rights, self._clock = rights, clock
        self._me = own.keys.node
        self._secrets = Secrets(own.keys.folder / "journal")

    async def open(self) -> Journal:
        """The newest generation that is here, or the one that a person permitted. Where others saw more: `recovering`."""
        left = permitted(self._directory)
        nearest = seen.nearest(self._me, self._rights())
        found = await self._ask(nearest if left is not None else nearest[:ASKED])
        if left is not None:
            await self._open_next(left, found)
        number = newest_generation(self._directory)
        signer = self._own.signer("journal", listed_name(self._me, "journal", number))
        journal = Journal.open(
            self._directory, origin_node=self._me, signer=signer, secrets=self._secrets, clock=self._clock
        )
        for one in sorted(found, key=seen.place_of, reverse=True):
            journal.seen(one.checkpoint)
        return journal

    async def _ask(self, nodes: Sequence[NodeId]) -> list[Seen]:
        """What each of them holds; who does not answer holds nothing back but a moment."""
        gate = asyncio.Semaphore(_AT_ONCE)

        async def one(node: NodeId) -> list[Seen]:
            async with gate:
                try:
                    held = await self._neighbours.held(node, SECONDS)
                except TerpaduError as error:
                    log.info("journal.not-asked", peer=node, reason=error.code)
                    return []
            return seen.proven(held, self._me, self._rights())

        return [found for several in await asyncio.gather(*map(one, nodes)) for found in several]

    async def _open_next(self, left: int, found: list[Seen]) -> None:
        """Make the directory of the next generation, if its key is listed; else the node goes on as it is."""
        place = Generation(self._directory, self._me, left)
        opening = await asyncio.to_thread(self._opening, place, found)
        number = int(opening.former.rpartition("/")[2]) + 1
        try:
            self._own.signer("journal", listed_name(self._me, "journal", number))
        except BadInput as error:
            log.error("journal.no-next-key", generation=number, sentence=error.sentence)
            return
        await asyncio.to_thread(write_opening, place._replace(number=number), opening)
        log.warning("journal.next-generation", former=opening.former, size=opening.size, sound=opening.sound)

    def _opening(self, place: Generation, found: list[Seen]) -> Opening:
        """The former generation as far as anybody knows it, and whether what is here of it can be believed."""
        ended = Start(place, None, self._secrets.store, None, self._key_of).read(sys.maxsize)
        told = place.recovering.read_text("utf-8", "replace").strip() if place.recovering.exists() else None
        best = max([Seen(ended.checkpoint, ""), *found], key=seen.place_of)
        return Opening(
            at=self._clock(),
            former=best.checkpoint.origin,
            size=best.checkpoint.size,
            root=b64(best.checkpoint.root),
            note=best.note,
            sound=not [problem for problem in ended.problems if problem != told],
        )

    def _key_of(self, name: str, key_id: bytes) -> Callable[[bytes, bytes], bool] | None:
        listed = self._rights().key(name, key_id)
        return check_of(listed.entry.alg, listed.entry.key) if listed else None
