"""A node's own work beside the exchange: its checkpoints to witnesses, its hours compared with every other end's, what
was kept long enough destroyed, what its operator orders done."""

from __future__ import annotations

import asyncio
import base64
import binascii
import time
from collections.abc import Awaitable, Callable

from msgspec import Struct

from terpadu.errors import Refused, TerpaduError
from terpadu.exchange.catching_up import CatchingUp
from terpadu.exchange.ground import Ground, log
from terpadu.exchange.neighbours import Neighbours
from terpadu.exchange.restoring import COMPARED
from terpadu.exchange.seen import nearest
from terpadu.journal import compare, orders
from terpadu.journal.audit import KeyOf
from terpadu.journal.compare import HOUR, Difference, hour_of
from terpadu.journal.submit import Submitted, Submitter
from terpadu.model.identifiers import NodeId, member_of
from terpadu.signing.hashes import b64
from terpadu.signing.keys import Check, check_of

WITNESS_SECONDS = 10.0
"""A checkpoint that grew is brought to witnesses at least this often (protocol section 6)."""
WITNESSES = 3
REST_SECONDS = 60.0
"""A witness that did not answer is left alone for this long, and another takes its place."""
MOST_LEAVES = 4_000_000
"""Leaves of one hour that are taken from a peer: a hostile one could go on for ever."""
COMPARED_HOURS = 24
"""How far back a start looks, and how long a peer that can't be reached is asked again."""
AGAIN_SECONDS = 600.0
"""How long an hour in which both ends differ rests before it is compared again."""
EXPIRED_SECONDS = 86_400.0
SETTLED = 150_000
"""Milliseconds after its end from which an hour is compared; a little later than the other end gives it out."""


class Differing(Struct, frozen=True):
    """One hour of one peer in which both journals don't hold the same."""

    peer: NodeId
    hour: int
    difference: Difference


class Jobs:
    """Loops; each step can be called alone. `differing` keeps what the comparisons found and could not mend."""

    def __init__(self, ground: Ground, neighbours: Neighbours, catching_up: CatchingUp) -> None:
        self._ground, self._neighbours, self._catching_up = ground, neighbours, catching_up
        self._submitter = Submitter(ground.journal.place, ground.journal.tiles, key_of(ground))
        self._cosigned = 0
        self._submitting = asyncio.Lock()
        self._resting: dict[str, float] = {}
        self.differing: dict[tuple[NodeId, int], Differing] = {}
        self._waiting: dict[tuple[NodeId, int], float] = {}
        """Peers and hours to be compared, each from a moment of the monotonic clock on."""
        self._compared_to = 0

    async def run(self) -> None:
        """All, for ever; ends only by cancellation."""
        await asyncio.gather(
            self._every(WITNESS_SECONDS, self.witness),
            self._every(60.0, self.compare),
            self._every(EXPIRED_SECONDS, self.destroy_expired),
            self._every(1.0, self.follow_orders),
        )

    async def _every(self, seconds: float, step: Callable[[], Awaitable[object]]) -> None:
        while True:
            await self._told(step)
            await asyncio.sleep(seconds)

    async def _told(self, step: Callable[[], Awaitable[object]]) -> None:
        """One round; its fault ends neither the job nor who waits."""
        try:
            await step()
        except Exception:
            log.exception("job.failed")

    # witnesses

    async def witnessed(self, seconds: float) -> None:
        """Have what is recorded now cosigned within so many seconds, where witnesses answer: who waits wants a date."""
        if self._ground.journal.state != "serving":
            return
        await self._ground.journal.sign()
        await asyncio.wait({asyncio.ensure_future(self._told(self.witness))}, timeout=seconds)

    async def witness(self) -> Submitted | None:
        """Bring the own checkpoint to witnesses, if it grew since they saw it."""
        async with self._submitting:
            return await self._witness()

    async def _witness(self) -> Submitted | None:
        journal = self._ground.journal
        size = journal.checkpoint.size
        names = self.witnesses()
        if journal.state != "serving" or size == self._cosigned or not names or not journal.place.checkpoint.exists():
            return None
        done = await self._submitter.submit(names, self._neighbours.cosignature)
        if done.cosigned:
            self._cosigned = done.size
        for name, reason in done.failed.items():
            self._resting[name] = time.monotonic() + REST_SECONDS
            log.info("witness.failed", witness=name, reason=reason)
        for name, seen in done.ahead.items():  # unsigned, so no proof; peers' HELLO is
            self._ground.counters["witness.ahead"] += 1
            log.error("witness.ahead", witness=name, seen=seen, have=done.size)
        return done

    def witnesses(self) -> list[str]:
        """Up to three witnesses of other members, one a member; the same ones from round to round while they answer."""
        now, found = time.monotonic(), dict[str, str]()
        for node in nearest(self._ground.me, self._ground.rights()):
            name = f"{node}/witness"
            if member_of(node) != member_of(self._ground.me) and self._resting.get(name, 0) <= now:
                found.setdefault(member_of(node), name)
        return list(found.values())[:WITNESSES]

    # comparison

    async def compare(self) -> None:
        """Every closed hour not yet compared, with every node that messages were exchanged with in it."""
        now = self._ground.clock()
        for one in await asyncio.to_thread(self._newly_closed, now):
            self._waiting.setdefault(one, 0.0)
        due = [one for one, at in self._waiting.items() if at <= time.monotonic()]
        for peer, hour in sorted(due, key=lambda one: one[1]):
            try:
                found = await self.compare_hour(peer, hour)
                self._waiting[peer, hour] = time.monotonic() + AGAIN_SECONDS
                if found.agrees:
                    del self._waiting[peer, hour]
            except TerpaduError as error:
                log.info("compare.failed", peer=peer, hour=hour, reason=error.sentence)
            if hour < now - COMPARED_HOURS * HOUR:
                self._waiting.pop((peer, hour), None)

    def _newly_closed(self, now: int) -> list[tuple[NodeId, int]]:
        """The peers and hours between the last look and the newest hour that has settled."""
        until = hour_of(now - SETTLED)
        since = max(self._compared_to, until - COMPARED_HOURS * HOUR)
        self._compared_to = max(self._compared_to, until)
        if since >= until:
            return []
        sql = (
            f"SELECT DISTINCT peer, turn - turn % {HOUR} FROM message WHERE peer IS NOT NULL AND turn >= ? AND turn < ?"  # noqa: S608
        )
        return [(NodeId(peer), hour) for peer, hour in self._ground.journal.index.query(sql, since, until)]

    async def compare_hour(self, peer: NodeId, hour: int) -> Difference:
        """One hour with one peer: what we lack is fetched, proven and recorded. What differs still is counted, told as
        an alarm and named. Raises `TerpaduError`."""
        self._catching_up.check(peer)
        index = self._ground.journal.index
        ours = await asyncio.to_thread(compare.leaves_of, index, peer, hour)
        if await self._neighbours.hour(peer, hour) == f"{len(ours)} {compare.digest(ours)}":
            self.differing.pop((peer, hour), None)
            return Difference([], [])
        theirs = await self._leaves(peer, hour)
        found = await asyncio.to_thread(compare.compare, index, peer, hour, theirs)
        if found.here and self._ground.journal.state == "serving":
            await self._fetch(peer, hour)
            found = await asyncio.to_thread(compare.compare, index, peer, hour, theirs)
        self._judge(Differing(peer, hour, found))
        return found

    async def _fetch(self, peer: NodeId, hour: int) -> None:
        """What they hold and we don't. It is evidence, and no more: a request that is brought so was never taken."""
        count = await self._catching_up.recovering.hour(peer, hour, lambda brought: None, COMPARED)
        self._ground.counters["recovered"] += count
        log.warning("journal.recovered", peer=peer, hour=hour, frames=count)

    def _judge(self, one: Differing) -> None:
        """An alarm once for each difference."""
        before = self.differing.get((one.peer, one.hour))
        if one.difference.agrees:
            self.differing.pop((one.peer, one.hour), None)
        elif before is None or before.difference != one.difference:
            self._alarm(one)

    async def _leaves(self, peer: NodeId, hour: int) -> list[bytes]:
        found: list[bytes] = []
        while page := await self._neighbours.leaves(peer, hour, b64(found[-1]) if found else ""):
            leaves = list(map(_raw, page))
            if leaves != sorted(set(leaves)) or (found and leaves[0] <= found[-1]) or len(found) > MOST_LEAVES:
                raise Refused("not-found", f"Expected at most {MOST_LEAVES} sorted leaves of {peer}, each once.")
            found += leaves
        return found

    def _alarm(self, one: Differing) -> None:
        """Named by receipt: what we hold and they don't with what they can't deny; what they hold and we don't by leaf."""
        self.differing[one.peer, one.hour] = one
        self._ground.counters["difference"] += len(one.difference.there) + len(one.difference.here)
        for lost in one.difference.there:
            log.error(
                "journal.difference", peer=one.peer, hour=one.hour, lacks="peer", number=lost.number,
                kind=lost.kind, direction=lost.direction, record=lost.record, proof=lost.proof,
            )  # fmt: skip
        for leaf in one.difference.here:  # named, and not shown so that it proves: a dispute
            log.error("journal.difference", peer=one.peer, hour=one.hour, lacks="we", leaf=b64(leaf))

    # contents

    async def destroy_expired(self) -> int:
        """Destroy what was kept for its days; returns how many contents."""
        if self._ground.journal.state != "serving":
            return 0
        count = await self._ground.journal.destroy_expired()
        if count:
            log.info("journal.destroyed", contents=count, rule="retention")
        return count

    async def follow_orders(self) -> None:
        """What `terpadu journal destroy` asks of a node that runs."""
        journal = self._ground.journal
        if journal.state != "serving":
            return
        for path, order in await asyncio.to_thread(lambda: list(orders.waiting(journal.place.directory))):
            count = await orders.follow(order, journal)
            orders.done(path, count)
            log.info("journal.destroyed", contents=count, rule=order.rule)


def _raw(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise Refused("not-found", "Expected leaves in base64 of the other node.") from None


def key_of(ground: Ground) -> KeyOf:
    """The listed check of a name and key id, by the federation of now."""

    def find(name: str, key_id: bytes) -> Check | None:
        listed = ground.rights().key(name, key_id)
        return check_of(listed.entry.alg, listed.entry.key) if listed else None

    return find
