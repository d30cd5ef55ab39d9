"""Two honest nodes, a second node of the provider, and a member whose node says what it likes, with valid keys.

    async with hostile_world(tmp_path) as world:
        async with world.peer() as peer:            # the hostile member's node, linked to the provider's
            reply = await peer.ask(peer.request())  # ReplyHead, or None where the link was closed
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from terpadu.clock import system_clock
from terpadu.exchange.node import Node
from terpadu.model.federation import WHOLE_BODY, Agreement, Endpoint, KeyEntry, Member, Purpose, Service, Subsystem
from terpadu.model.federation import Node as NodeEntry
from terpadu.model.identifiers import MemberId, NodeId, ServiceId, SubsystemId
from terpadu.model.message import Message
from terpadu.policy import consent
from terpadu.signing import keys
from terpadu.trust import serve
from tests.lib.federation import Made
from tests.lib.hostile_peer import HostilePeer
from tests.lib.two_nodes import (
    ANSWERER,
    APP,
    ASKER,
    EVERYTHING,
    FIELDS,
    POP,
    YEAR,
    Pair,
    agreement,
    call,
    federation,
    free_port,
    service,
)
from tests.lib.upstream import Upstream, upstream

SECOND, HOSTILE = NodeId("ID/GOV/9/n2"), NodeId("ID/GOV/6/n1")
SPY, TRAP = SubsystemId("ID/GOV/6/mata"), ServiceId("ID/GOV/6/mata/jebak")
ELSEWHERE = ServiceId("ID/GOV/1/app/milik-penanya")
ISSUER = "ID/GOV/9/consent"
PERSON, NEIGHBOUR = "9901010101010001", "9901010101010002"
QUESTION = b'{"nik":"9901010101010001"}'


def spied(name: str, code: str, **more: Any) -> Agreement:
    """An agreement of the hostile member."""
    return agreement(name, code, consumer=SPY, **more)


def _parts() -> dict[str, Any]:
    now = system_clock()
    long_ago = {"since": now - YEAR, "until": now - 1000}
    later = {"since": now + 600_000, "until": now + YEAR}
    return {
        "members": tuple(Member(id=MemberId(f"ID/GOV/{n}"), name=f"Anggota {n}") for n in ("1", "6", "9")),
        "subsystems": (
            Subsystem(id=APP, name="Aplikasi"), Subsystem(id=POP, name="Kependudukan"), Subsystem(id=SPY, name="Mata"),
            Subsystem(id=SubsystemId("ID/GOV/6/lain"), name="Lain"),
        ),
        "services": (
            service("x", "safe"), service("catat", "keyed"), service("titip", "best-effort"),
            service("berkas", "safe", subject=""), service("izin", "safe"), service("kasus", "safe"),
            Service(id=TRAP, title="jebak", type="REST", effect="safe", nodes=(HOSTILE,), endpoints=EVERYTHING),
            Service(id=ELSEWHERE, title="milik", type="REST", effect="safe", nodes=(ASKER,), endpoints=EVERYTHING),
        ),
        "purposes": (Purpose(id="uji", title="Uji", basis="UU contoh pasal 1"),
                     Purpose(id="lain", title="Lain", basis="UU contoh pasal 2")),
        "agreements": (
            agreement("A1", "x"), agreement("A2", "catat", keep_days=1), agreement("A3", "titip"),
            agreement("A4", "berkas", fields=(WHOLE_BODY,)), agreement("AT", "x", service=TRAP, fields=(WHOLE_BODY,)),
            spied("H1", "x"), spied("H2", "catat"), spied("H3", "izin", needs_consent=True),
            spied("H4", "kasus", needs_case=True), spied("H5", "berkas", fields=(WHOLE_BODY,)),
            spied("H6", "x", **long_ago), spied("H7", "x", **later), spied("H8", "x", default_purpose=""),
            spied("H9", "x", service=ELSEWHERE), spied("HE", "x", endpoints=(Endpoint("POST", "/orang"),)),
        ),
    }  # fmt: skip


class Before(NamedTuple):
    """How many calls the old system had seen, how many records there were, and the counters."""

    seen: int
    records: int
    counters: Counter[str]


class World(Pair):
    """The pair, and the hostile member beside it."""

    consent_key: keys.PrivateKey

    def _connectors(self) -> Path:
        folder = super()._connectors()
        endpoints = 'endpoints = [{ method = "*", path = "/**" }]'
        more = "".join(f'[service.{code}]\nmode = "pass-through"\n{endpoints}\n' for code in ("izin", "kasus"))
        with (folder / "connector.toml").open("a") as file:
            file.write(more)
        return folder

    def receipt(self, **change: Any) -> bytes:
        """A consent receipt for the hostile member's subsystem, or one that is bent."""
        now = system_clock()
        fitting: dict[str, Any] = {
            "id": "c-1", "person": PERSON, "purpose": "uji", "recipient": SPY, "fields": FIELDS,
            "since": now - 60_000, "until": now + 600_000, "salt": os.urandom(16),
        }  # fmt: skip
        signer = change.pop("signer", None) or keys.signer(_consent_entry(self.consent_key), self.consent_key)
        return consent.make_receipt(signer=signer, **(fitting | change))

    @contextlib.asynccontextmanager
    async def peer(self, to: NodeId = ANSWERER, **bent: Any) -> AsyncIterator[HostilePeer]:
        """The hostile member's node, its link to a node open and greeted."""
        peer = HostilePeer(self.made.keys[HOSTILE], self.answerer.keeper.rights(), to, self.ports[to])
        await peer.connect(**bent)
        try:
            yield peer
        finally:
            await peer.close()

    async def ask_raw(
        self, verb: str, path: str, body: bytes = b"", client: str = APP, **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        """A call of the asking system at any path of the door."""
        return await call(self.asker.door_port, verb, path, {"X-Road-Client": client, **_named(headers)}, body)

    async def asked(self, calls: int = 1) -> None:
        """Wait until the old system has been asked so often."""
        async with asyncio.timeout(10):
            while len(self.system.seen) < calls:  # noqa: ASYNC110 - the system is another program, in effect
                await asyncio.sleep(0.01)

    @property
    def told(self) -> Counter[str]:
        """The provider's counters."""
        return self.answerer.ground.counters

    @property
    def records(self) -> int:
        """How many records the provider has on disk."""
        return self.answerer.journal.durable

    # the five: a stable code, no effect, no personal data, a counter, a record exactly where the message was verified

    def mark(self) -> Before:
        """How things stand before an attack."""
        counters = self.answerer.ground.counters
        return Before(len(self.system.seen), self.answerer.journal.durable, Counter(counters))

    def check(self, before: Before, counter: str, records: int, said: bytes) -> None:
        """After a refusal: nothing asked of the old system, the counter up, so many records more, no person named."""
        assert len(self.system.seen) == before.seen, "the old system was asked"
        risen = self.answerer.ground.counters - before.counters
        assert any(name.endswith("." + counter) for name in risen), risen
        assert self.answerer.journal.durable - before.records == records
        for text in (said, repr(risen).encode()):
            assert PERSON.encode() not in text
            assert NEIGHBOUR.encode() not in text

    async def refused(self, code: str, peer: HostilePeer, message: Message, **bent: Any) -> None:
        """A verified message gets a signed no with this code: the frame is recorded, and the refusal once."""
        before = self.mark()
        peer.send(message, **bent)
        found = await peer.replies()
        assert [head.code for head, _ in found] == [code]
        self.check(before, code, 2, b"".join(content + repr(head).encode() for head, content in found))

    async def unproven(self, code: str, peer: HostilePeer, packed: bytes) -> None:
        """Bytes that prove nothing end the link with an unsigned ERROR, and leave no record."""
        before = self.mark()
        peer.raw(packed)
        said = await peer.error()
        assert said == code
        self.check(before, code, 0, said.encode())

    def raw_files(self) -> bytes:
        """Every byte that both nodes wrote, but for their keys."""
        homes = [self.directory / name.replace("/", "-") for name in (ASKER, ANSWERER)]
        return b"".join(file.read_bytes() for home in homes for file in home.rglob("*") if file.is_file())


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def _consent_entry(key: keys.PrivateKey) -> KeyEntry:
    return KeyEntry(
        alg="ecdsa-p256", members=(MemberId("ID/GOV/9"),), since=system_clock() - YEAR, key=keys.public_text(key),
        kind="key", name=ISSUER, until=system_clock() + YEAR, use="consent",
    )  # fmt: skip


def _federation(directory: Path, ports: dict[NodeId, int], key: keys.PrivateKey) -> Made:
    nodes = tuple(
        NodeEntry(id=name, member=MemberId(name[:8]), host="127.0.0.1", port=port, protocols=("terpadu/1", "terpadu-bulk/1"))
        for name, port in ports.items()
    )
    made = federation(directory, ports, **{**_parts(), "nodes": nodes})
    made.change(lambda draft: msgspec.structs.replace(draft, keys=(*draft.keys, _consent_entry(key))))
    made.publish(system_clock())
    return made


@contextlib.asynccontextmanager
async def hostile_world(directory: Path, second: bool = False, **plan: Any) -> AsyncIterator[World]:
    """Everything for as long as the block lasts; the hostile member's own node is not started: the test speaks for it."""
    ports = {name: free_port() for name in (ASKER, ANSWERER, SECOND, HOSTILE)}
    key = keys.new_key("ecdsa-p256")
    made = _federation(directory / "federation", ports, key)
    async with _running(directory, made, ports, plan) as world:
        world.consent_key = key
        more = await Node.start(world.plan(SECOND, connectors=world._connectors())) if second else None
        try:
            yield world
        finally:
            if more is not None:
                await more.stop()


@contextlib.asynccontextmanager
async def _running(directory: Path, made: Made, ports: dict[NodeId, int], plan: dict[str, Any]) -> AsyncIterator[World]:
    system: Upstream
    async with upstream() as system, serve.listening(made.office.public, "127.0.0.1", 0) as registry:
        fresh = asyncio.create_task(serve.keep_fresh(made.office, system_clock))
        world = World(directory, made, system, ports, registry)
        await world.start(**plan)
        try:
            yield world
        finally:
            await world.asker.stop()
            await world.answerer.stop()
            fresh.cancel()
            await asyncio.gather(fresh, return_exceptions=True)


def attack(tmp_path: Path, story: Callable[[World], Awaitable[None]], **more: Any) -> None:
    """Run a story in a fresh world."""

    async def run() -> None:
        async with hostile_world(tmp_path, **more) as world:
            await story(world)

    asyncio.run(run())
