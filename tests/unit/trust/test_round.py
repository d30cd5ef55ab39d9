"""The whole round: publish, serve on a real socket, acquire, keep, restart with the publisher dead."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import pytest
from msgspec import structs

from terpadu.clock import system_clock
from terpadu.errors import Refused
from terpadu.model.federation import Suspension
from terpadu.model.identifiers import AgreementId, NodeId
from terpadu.model.rights import Rights
from terpadu.trust import draft, online, serve
from terpadu.trust.fetch import Source
from terpadu.trust.keeper import Keeper
from terpadu.trust.keys import NodeKeys
from terpadu.trust.serve import listening
from terpadu.trust.store import Store
from tests.lib.federation import Made, make_federation
from tests.unit.trust.conftest import DAY, NOW, PARTS, HandClock

DEAD = Source("http://127.0.0.1:1")


def keeper_of(folder: Path, made: Made, clock: HandClock, sources: Sequence[Source] = (DEAD,)) -> Keeper:
    return Keeper(Store(folder, made.root), lambda: sources, clock)


def rounds(made: Made, clock: HandClock, folder: Path, *steps: Callable[[Keeper], None]) -> Keeper:
    """A keeper of a live registry; a refresh before each step."""

    async def story() -> Keeper:
        async with listening(made.office.public, "127.0.0.1", 0) as port:
            keeper = keeper_of(folder, made, clock, [Source(f"http://127.0.0.1:{port}")])
            assert await keeper.refresh(), keeper.state().errors
            for step in steps:
                step(keeper)
                assert await keeper.refresh(), keeper.state().errors
            return keeper

    return asyncio.run(story())


def test_published_federation_arrives(made: Made, clock: HandClock, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="none could be fetched"):
        keeper_of(tmp_path / "empty", made, clock).rights()
    keeper = rounds(made, clock, tmp_path / "node")
    assert AgreementId("A1/1") in keeper.rights().agreements
    assert keeper.rights().numbers == (1, 2, 1)
    assert keeper.state().word == "fresh"


def test_changes_reach_listeners_and_the_view_is_swapped_whole(made: Made, clock: HandClock, tmp_path: Path) -> None:
    seen: list[int] = []

    def first(keeper: Keeper) -> None:
        keeper.on_change(lambda rights: seen.append(rights.numbers.membership))
        online.freshen(made.office, clock())  # freshness alone is no change

    def second(keeper: Keeper) -> None:
        assert seen == []
        made.change(lambda before: draft.with_member(before, "ID/GOV/SOS", "Sosial"))
        made.publish(clock())

    keeper = rounds(made, clock, tmp_path / "node", first, second)
    assert seen == [2]
    assert "ID/GOV/SOS" in keeper.rights().members


def test_suspension_works_at_the_next_round(made: Made, clock: HandClock, tmp_path: Path) -> None:
    def suspend(keeper: Keeper) -> None:
        assert keeper.rights().suspended == frozenset()
        item = Suspension(what="ID/GOV/KES/klinik", by="centre", since=clock(), reason="uji")
        online.narrow(made.office, clock(), lambda before: structs.replace(before, suspended=(item,)))

    assert rounds(made, clock, tmp_path / "node", suspend).rights().suspended == {"ID/GOV/KES/klinik"}


def test_the_loop_outlives_a_faulty_listener(made: Made, clock: HandClock, tmp_path: Path) -> None:
    async def story() -> None:
        heard: asyncio.Queue[int] = asyncio.Queue()

        def listener(rights: Rights) -> None:
            heard.put_nowait(rights.numbers.membership)
            raise RuntimeError("a fault of the listener")

        async with listening(made.office.public, "127.0.0.1", 0) as port, asyncio.timeout(10):
            sources = [Source(f"http://127.0.0.1:{port}")]
            keeper = Keeper(Store(tmp_path / "node", made.root), lambda: sources, clock, 0.01)
            keeper.on_change(listener)
            running = asyncio.create_task(keeper.run())
            assert await heard.get() == 1
            await asyncio.to_thread(_publish_more, made, clock())
            assert await heard.get() == 2
            running.cancel()

    asyncio.run(story())


def _publish_more(made: Made, now: int) -> None:
    made.change(lambda before: draft.with_member(before, "ID/GOV/SOS", "Sosial"))
    made.publish(now)


def test_restart_with_the_publisher_dead(made: Made, clock: HandClock, tmp_path: Path) -> None:
    rounds(made, clock, tmp_path / "node")
    clock.move(3600)  # python-tuf's timestamp ended 59 minutes ago
    keeper = keeper_of(tmp_path / "node", made, clock)
    assert not asyncio.run(keeper.refresh())
    assert AgreementId("A1/1") in keeper.rights().agreements
    assert (keeper.state().word, keeper.state().freshness_age) == ("stale", 3_600_000)
    assert "can't be reached" in keeper.state().errors[0]


@pytest.mark.parametrize(("after", "word"), [(7 * DAY - 1, "stale"), (7 * DAY, "expired")])
def test_its_own_end_is_a_hard_stop(made: Made, clock: HandClock, tmp_path: Path, after: int, word: str) -> None:
    rounds(made, clock, tmp_path / "node")
    clock.now = NOW + after
    keeper = keeper_of(tmp_path / "node", made, clock)
    assert keeper.state().word == word
    if word == "expired":
        with pytest.raises(Refused) as refused:
            keeper.rights()
        assert refused.value.code == "trust-expired"
    else:
        keeper.rights()


def test_any_peer_may_relay(made: Made, clock: HandClock, tmp_path: Path) -> None:
    relay = rounds(made, clock, tmp_path / "peer").relay()
    for name, raw in relay.items():
        (tmp_path / "relay" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "relay" / name).write_bytes(raw)

    async def story() -> None:
        async with listening(tmp_path / "relay", "127.0.0.1", 0) as port:
            keeper = keeper_of(tmp_path / "node", made, clock, [DEAD, Source(f"http://127.0.0.1:{port}/")])
            assert await keeper.refresh(), keeper.state().errors
            assert keeper.relay() == relay
            assert len(keeper.state().errors) == 1  # the dead registry is named, although the relay helped

    asyncio.run(story())


def test_a_peer_relays_at_its_node_s_port_with_mutual_tls(tmp_path: Path) -> None:
    """Where a node asks for its peers' certificates, the source comes with the link's context."""
    made = make_federation(tmp_path / "federation", **PARTS)  # type: ignore[arg-type]  # TLS reads the machine's clock
    server, client = (made.keys[NodeId(name)] for name in ("ID/GOV/DUK/n1", "ID/GOV/KES/n1"))
    ca = made.office.draft().authorities[0]

    def context(own: NodeKeys, side: ssl._SSLMethod) -> ssl.SSLContext:
        made_for = ssl.SSLContext(side)
        made_for.check_hostname = False  # nodes are known by their pinned keys, not by host names
        made_for.verify_mode = ssl.CERT_REQUIRED
        made_for.load_verify_locations(cadata=ca)
        made_for.load_cert_chain(own.certificate(1), own.folder / "tls-1.pem")
        return made_for

    async def story() -> None:
        answer = partial(serve._answer, made.office.public, None)
        tls = context(server, ssl.PROTOCOL_TLS_SERVER)
        async with await asyncio.start_server(answer, "127.0.0.1", 0, ssl=tls) as listener:
            url = f"https://127.0.0.1:{listener.sockets[0].getsockname()[1]}/"
            known = Source(url, context(client, ssl.PROTOCOL_TLS_CLIENT))
            keeper = keeper_of(tmp_path / "node", made, HandClock(system_clock()), [Source(url), known])
            assert await keeper.refresh(), keeper.state().errors
            assert "CERTIFICATE_VERIFY_FAILED" in keeper.state().errors[0]

    asyncio.run(story())


async def _poor(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, said: bytes) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(said)
    await writer.drain()
    writer.close()


@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 4000\r\n\r\ncut",
        b"",
    ],
    ids=["404", "400", "cut", "hung up"],
)
def test_a_starting_node_waits_until_its_registry_has_a_federation(
    made: Made, clock: HandClock, tmp_path: Path, said: bytes
) -> None:
    async def story() -> None:
        asked = asyncio.Event()

        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            asked.set()
            await _poor(reader, writer, said)

        sources = []
        poor = await asyncio.start_server(answer, "127.0.0.1", 0)
        sources.append(Source(f"http://127.0.0.1:{poor.sockets[0].getsockname()[1]}"))
        keeper = Keeper(Store(tmp_path / "node", made.root), lambda: tuple(sources), clock, every=0.01)
        starting = asyncio.create_task(keeper.start())
        await asyncio.wait_for(asked.wait(), 10)
        asked.clear()
        await asyncio.wait_for(asked.wait(), 10)  # it asks again
        assert not starting.done()
        async with listening(made.office.public, "127.0.0.1", 0) as port:
            sources.append(Source(f"http://127.0.0.1:{port}"))
            await asyncio.wait_for(starting, 10)
        assert keeper.rights().numbers == (1, 2, 1)
        poor.close()
        await poor.wait_closed()

    asyncio.run(story())


def test_a_node_with_a_good_federation_starts_though_its_registry_has_none(
    made: Made, clock: HandClock, tmp_path: Path
) -> None:
    rounds(made, clock, tmp_path / "node")
    keeper = keeper_of(tmp_path / "node", made, clock)
    asyncio.run(asyncio.wait_for(keeper.start(), 5))
    assert AgreementId("A1/1") in keeper.rights().agreements
