"""A node (simpul): its parts put together, started, kept and stopped."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import sys
from collections.abc import Callable, Iterator

from terpadu.clock import Clock, system_clock
from terpadu.connectors import loading
from terpadu.connectors.asking import Connectors, nothing_behind
from terpadu.errors import Unverified
from terpadu.exchange.beginning import Beginning
from terpadu.exchange.catching_up import CatchingUp
from terpadu.exchange.desk import Desk
from terpadu.exchange.doors.http import HttpProtocol
from terpadu.exchange.doors.lingering import Open
from terpadu.exchange.doors.neighbours import LIMITS, NeighbourDoor, witness_of
from terpadu.exchange.doors.rest import Door
from terpadu.exchange.ground import Ground, log
from terpadu.exchange.incoming import Incoming
from terpadu.exchange.jobs import Jobs
from terpadu.exchange.link import BULK_LANE, HTTP_LANE, MESSAGE_LANE, Identity, Link, Owner
from terpadu.exchange.listening import Crowd, Doorman, alpn, door_tls, stop_listening
from terpadu.exchange.metaservices import Metaservices
from terpadu.exchange.metrics import MetricsDoor, NodeCollector
from terpadu.exchange.neighbours import Neighbours
from terpadu.exchange.outgoing import Outgoing
from terpadu.exchange.own_keys import OwnKeys
from terpadu.exchange.peers import Peer
from terpadu.exchange.plan import Address, Plan
from terpadu.exchange.readiness import Readiness
from terpadu.exchange.repetition import Memory
from terpadu.exchange.restoring import Restoring
from terpadu.exchange.searching import Search
from terpadu.exchange.streams import Streams
from terpadu.model.identifiers import NodeId, ServiceId
from terpadu.model.message import Message
from terpadu.model.rights import Rights
from terpadu.trust import keys as node_keys
from terpadu.trust.fetch import Source
from terpadu.trust.keeper import Keeper
from terpadu.trust.store import Store

GC_THRESHOLD = 50_000
"""Allocations between young collections: the hot path makes no cycles, and the default of 700 costs it 10 %."""
SWITCH_SECONDS = 0.0005
"""How long the journal's thread waits for the interpreter while the loop is busy; the default of 5 ms would be felt twice
in every exchange."""


class Node:
    """One running node. Made by `Node.start`, ended by `stop`."""

    door_port: int
    peer_port: int
    metrics_port: int

    def __init__(self, plan: Plan, clock: Clock) -> None:
        self.plan = plan
        self.clock = clock
        self._servers: list[asyncio.AbstractServer] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._peers: dict[NodeId, Peer] = {}
        self._connections: set[Open] = set()
        self._links: set[Link] = set()

    @classmethod
    async def start(cls, plan: Plan, clock: Clock = system_clock) -> Node:
        """Bring a node up: trust, evidence, memory, peers, door; in this order, so that nothing is served before."""
        node = cls(plan, clock)
        await node._trust()
        await node._evidence()
        node._walks()
        await node._listen_to_peers()
        await node._open_door()
        node._keep_going()
        return node

    async def _trust(self) -> None:
        plan = self.plan
        self.keys = node_keys.load(plan.keys)
        self.keeper = Keeper(Store(plan.trust, plan.root.read_bytes()), self._sources, self.clock, plan.refresh)
        self.own = OwnKeys(self.keys, self.keeper.rights, self.clock)
        self.neighbours = Neighbours(self.own, self.keeper.rights, self.clock, self.keeper.last_good)
        await self.keeper.start()
        self.keeper.on_change(self._federation_changed)

    def _sources(self) -> Iterator[Source]:
        """The registry's addresses; where none of them answers, peers' relays (ARCHITECTURE.md)."""
        yield from map(Source, self.plan.registries)
        yield from self.neighbours.relays()

    def _federation_changed(self, rights: Rights) -> None:
        self.own.changed()

    async def _evidence(self) -> None:
        beginning = Beginning(self.plan.journal, self.own, self.neighbours, self.keeper.rights, self.clock)
        self.journal = await beginning.open()

    def _walks(self) -> None:
        secret = self.keys.idempotency_secret
        self.ground = Ground(self.keys.node, self.journal, self.keeper.rights, self.own.frame, self.clock, secret)
        self.memory = Memory()
        self.connectors = self._load_connectors()
        self.metaservices = Metaservices(self.ground, self._document)
        self.streams = Streams()
        spools = self.plan.journal / "spool"
        spools.mkdir(mode=0o700, exist_ok=True)
        self.outgoing = Outgoing(self.ground, self._peer, self.streams)
        ask = nothing_behind if self.connectors is None else self.connectors.ask
        self.incoming = Incoming(self.ground, self.memory, ask, self.metaservices, self.streams, spools)
        self.incoming.bodies.limit = self.plan.limits.body
        self._remember()
        self.jobs = Jobs(self.ground, self.neighbours, self.catching_up)
        self.search = Search(self.ground, self.keeper.relay, self.neighbours, self.jobs.witnessed)
        self.readiness = Readiness(self.journal, self.own, self.keeper.rights, self.clock, self.plan.free_bytes)

    def _remember(self) -> None:
        """What the journal holds, into memory; what a lost one held is fetched, before its other end is served."""
        restoring = Restoring(self.journal, self.memory, self.incoming.usage)
        restoring.read(self.clock())
        self.ground.hold(restoring.turns)
        self.incoming.doubts.recovered = restoring.recovered
        self.catching_up = CatchingUp(self.ground, self.neighbours, restoring, self.incoming.doubts, self._ask_after)

    def _ask_after(self, node: NodeId, message: Message) -> None:
        self._peer(node).ask_after(message)

    def _load_connectors(self) -> Connectors | None:
        if self.plan.connectors is None:
            return None
        return loading.load(self.plan.connectors, self.plan.secrets, self.clock)

    def _document(self, service: ServiceId) -> bytes | None:
        """The OpenAPI text of an own service, where the plan has a folder of them."""
        folder, code = self.plan.documents, service.rpartition("/")[2]
        found = [folder / f"{code}{ending}" for ending in (".json", ".yaml")] if folder else []
        return next((file.read_bytes() for file in found if file.is_file()), None)

    def _identity(self) -> Identity:
        ground = self.ground
        return Identity(ground.me, self.keeper.rights, self.clock, ground.known, self._heard, ground.unproven)

    def _heard(self, peer: NodeId, known: str) -> None:
        """What a peer holds of our own turns: more than we have ourselves means that we are an old copy."""
        turn = self.ground.own_turn(known) if known else None
        if turn is not None:
            self.journal.seen(turn.journal)
        self.catching_up.check(peer)

    def _peer(self, name: NodeId) -> Peer:
        found = self._peers.get(name)
        if found is None:
            found = self._peers[name] = Peer(name, self.ground, self._identity(), self._dial, self.streams)
        return found

    def _dial(self, make: Callable[[], Link], name: NodeId, lane: str) -> asyncio.Future[None]:
        return asyncio.ensure_future(self._connect(make, name, lane))

    async def _connect(self, make: Callable[[], Link], name: NodeId, lane: str) -> None:
        entry = self.keeper.rights().nodes.get(name)
        if entry is None:
            raise Unverified(f"Expected a node that the federation lists; {name} is not.", "identity")
        context = self.own.tls(server=False, protocols=[lane])
        loop = asyncio.get_running_loop()
        await loop.create_connection(make, entry.host, entry.port, ssl=context, ssl_handshake_timeout=5)

    async def _listen_to_peers(self) -> None:
        witness = witness_of(self.plan.journal / "witness.sqlite", self.own, self.keeper.rights, self.clock)
        self.neighbour_door = NeighbourDoor(self.ground, witness, self.keeper.relay, self.jobs.witnessed)
        protocols: dict[str, Callable[[], asyncio.Protocol]] = {
            MESSAGE_LANE: lambda: self._accept(self.incoming),
            BULK_LANE: lambda: self._accept(self.incoming.bodies.lane),
            HTTP_LANE: self._neighbour_connection,
        }
        context = self.own.tls(server=True, protocols=alpn(protocols))
        crowd, address = Crowd(self.keeper.rights, self.clock), self.plan.peers
        server = await asyncio.get_running_loop().create_server(
            lambda: Doorman(protocols, crowd), address.host, address.port, ssl=context, ssl_handshake_timeout=10
        )
        self.peer_port = server.sockets[0].getsockname()[1]
        self._servers.append(server)

    def _neighbour_connection(self) -> HttpProtocol:
        door = self.neighbour_door
        return HttpProtocol(door.handle, door.complain, LIMITS, self._connections)

    def _accept(self, owner: Owner) -> Link:
        link = Link(self._identity(), owner)
        self._links.add(link)
        return link

    async def _open_door(self) -> None:
        plan = self.plan
        desk = Desk(self.keeper.rights, plan.callers, self.why_not_ready, self.search.state, self.search.evidence)
        self.door = Door(
            walk=self.outgoing.ask,
            desk=desk.answer,
            callers=plan.callers,
            rights=self.keeper.rights,
            clock=self.clock,
            spelling=plan.spelling,
            seconds=plan.seconds,
            aliases=plan.aliases,
        )
        server = await asyncio.get_running_loop().create_server(
            lambda: HttpProtocol(self.door.handle, self.door.complain, plan.limits, self._connections),
            plan.door.host,
            plan.door.port,
            ssl=door_tls(plan),
        )
        self.door_port = server.sockets[0].getsockname()[1]
        self._servers.append(server)
        if plan.metrics is not None:
            await self._open_metrics(plan.metrics)

    async def _open_metrics(self, address: Address) -> None:
        door = MetricsDoor(NodeCollector(self.ground, self.keeper.state, self.why_not_ready))
        server = await asyncio.get_running_loop().create_server(
            lambda: HttpProtocol(door.handle, door.complain, LIMITS, self._connections), address.host, address.port
        )
        self.metrics_port = server.sockets[0].getsockname()[1]
        self._servers.append(server)

    def why_not_ready(self) -> list[str]:
        """Sentences that say why this node should not be given calls; empty when it is ready (A29)."""
        return [*self.readiness.why_not(), *self.catching_up.why_not()]

    def _keep_going(self) -> None:
        gc.collect()
        gc.freeze()
        gc.set_threshold(GC_THRESHOLD, 20, 50)
        sys.setswitchinterval(SWITCH_SECONDS)
        loop, ready = asyncio.get_running_loop(), lambda node: not self.catching_up.owes(node)
        self._tasks = [
            loop.create_task(self.keeper.run()),
            loop.create_task(self._pulse()),
            loop.create_task(self.incoming.doubts.resolve(self.incoming.doubts.left_open(ready))),
            loop.create_task(self.jobs.run()),
            loop.create_task(self.catching_up.run()),
        ]
        for name, message in self.catching_up.restoring.unheard(self.clock(), ready):
            self._ask_after(name, message)

    async def _pulse(self) -> None:
        """Once a second: deadlines, silences, what may be forgotten."""
        loop, seconds = asyncio.get_running_loop(), 0
        while True:
            await asyncio.sleep(1)
            seconds += 1
            now = self.clock()
            self.memory.sweep(now)
            self.journal.try_again()
            if seconds % 60 == 0:
                self.own.look_again()
            if seconds % 3600 == 0:
                self.memory.sweep_keys(now)
            for peer in self._peers.values():
                peer.sweep(now)
            self._links = {link for link in self._links if not link.closed}
            for link in self._links:
                link.pulse(loop.time())
            for connection in list(self._connections):
                connection.expire(loop.time())

    async def stop(self) -> None:
        """End in order: no new calls, what is under way comes to its reply, evidence to disk."""
        await stop_listening(self._servers)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.incoming.drain(5)
        for peer in self._peers.values():
            await peer.close()
        for link in self._links:
            link.close()
        for connection in list(self._connections):
            connection.close()
        if self.connectors is not None:
            await self.connectors.close()
        self.neighbour_door.close()
        await self.journal.close()
        log.info("node.stopped", node=self.keys.node)


@contextlib.asynccontextmanager
async def running(plan: Plan, clock: Clock = system_clock):  # type: ignore[no-untyped-def]
    """A node for as long as the block lasts."""
    node = await Node.start(plan, clock)
    try:
        yield node
    finally:
        await node.stop()
