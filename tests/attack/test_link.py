"""A1, A5, A6, A10, A15 on a real link: replay, downgrade, another's certificate or key, lengths that lie, trickles."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from terpadu.clock import system_clock
from terpadu.exchange.frames import Type, frame
from terpadu.exchange.link import BULK_LANE
from terpadu.exchange.node import Node
from terpadu.signing import keys, note
from terpadu.signing.checkpoint import Checkpoint
from terpadu.signing.turn import Turn
from terpadu.signing.wire import pack
from tests.lib.hostile_peer import NUMBERS, HostilePeer, make_request, wire
from tests.lib.hostile_world import HOSTILE, PERSON, QUESTION, SECOND, World, attack
from tests.lib.two_nodes import ANSWERER, ASKER

CATAT = {"to": "ID/GOV/9/pop/catat", "agreement": "H2/1", "idem": "A" * 22 + "=="}
KEYED = ((b"X-Road-Client", b"ID/GOV/6/mata"), (b"Idempotency-Key", b"k-1"))


def stranger(world: World, to: Any = ANSWERER) -> HostilePeer:
    """The hostile node, not connected yet."""
    return HostilePeer(world.made.keys[HOSTILE], world.answerer.keeper.rights(), to, world.ports[to])


# A1


async def replayed(world: World) -> None:
    """One captured frame, sent again in every way there is: the old system is asked once."""
    async with world.peer() as peer:
        packed = peer.send(make_request(headers=KEYED, **CATAT))
        first = await peer.reply()
        assert first is not None
        assert first.code is None
        peer.raw(packed)  # same connection
        assert await peer.reply() == first
    async with world.peer() as peer:  # new connection
        peer.raw(packed)
        assert await peer.reply() == first
    await world.answerer.stop()  # new process, its memory from the journal
    world.answerer = await Node.start(world.plan(ANSWERER))
    async with world.peer() as peer:
        peer.raw(packed)
        again = await peer.reply()
        assert again is not None
        assert again.code in (None, "replay")
    assert len(world.system.seen) == 1
    assert world.system.effects == {"k-1": 1}


def test_a_replayed_frame_is_never_served_twice(tmp_path: Path) -> None:
    attack(tmp_path, replayed)


async def replayed_elsewhere(world: World) -> None:
    """To another node of the same provider: the frame's hash holds the receiver's name."""
    async with world.peer() as peer:
        packed = peer.send(make_request())
        assert await peer.reply()
    async with world.peer(to=SECOND) as peer:
        assert await peer.greeted()
        peer.raw(packed)
        assert await peer.error() == "signature"
    assert len(world.system.seen) == 1


def test_a_frame_is_not_for_another_node_of_the_same_provider(tmp_path: Path) -> None:
    attack(tmp_path, replayed_elsewhere, second=True)


async def same_number(world: World) -> None:
    """A number is used once; a key stands for one content; an old turn is stale, whatever it holds."""
    async with world.peer() as peer:
        message = make_request(headers=KEYED, **CATAT)
        assert await peer.code(message) == "yes"
        number = message.head.id  # type: ignore[union-attr]
        await world.refused("replay", peer, make_request(id=number))
        await world.refused("idem-mismatch", peer, make_request(headers=KEYED, body=b'{"nik":"1"}', **CATAT))
        await world.unproven("stale", peer, wire(peer.sealed([make_request()], time=system_clock() - 61_000)))
    async with world.peer() as peer:
        assert await peer.greeted()
        await world.unproven("stale", peer, wire(peer.sealed([make_request()], time=system_clock() + 61_000)))


def test_a_number_a_key_and_a_turn_are_used_once(tmp_path: Path) -> None:
    attack(tmp_path, same_number)


def test_captured_tls_bytes_are_worth_nothing(tmp_path: Path) -> None:
    """A proxy between the two nodes records what the asking node sends, and sends it again."""

    async def story(world: World) -> None:
        captured: list[bytes] = []

        async def between(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            ahead, back = await asyncio.open_connection("127.0.0.1", world.ports[ANSWERER])
            await asyncio.gather(_pump(reader, back, captured), _pump(ahead, writer, []))

        proxy = await asyncio.start_server(between, "127.0.0.1", 0)
        peer = stranger(world)
        peer.port = proxy.sockets[0].getsockname()[1]
        await peer.connect()
        assert await peer.code(make_request()) == "yes"
        await peer.close()
        proxy.close()
        before = world.mark()
        reader, writer = await asyncio.open_connection("127.0.0.1", world.ports[ANSWERER])
        writer.write(b"".join(captured))
        with contextlib.suppress(ConnectionError):
            await asyncio.wait_for(reader.read(), 5)
        writer.close()
        assert len(world.system.seen) == before.seen == 1
        assert world.records == before.records
        assert QUESTION not in b"".join(captured)

    attack(tmp_path, story)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seen: list[bytes]) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(65_536):
            seen.append(data)
            writer.write(data)
    writer.close()


# A5


def _old(context: ssl.SSLContext) -> None:
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.maximum_version = ssl.TLSVersion.TLSv1_2


def _bare(context: ssl.SSLContext) -> None:
    context.set_alpn_protocols([])


DOWNGRADES: dict[str, Callable[[ssl.SSLContext], None]] = {
    "TLS 1.2": _old,
    "an older protocol": lambda context: context.set_alpn_protocols(["terpadu/0"]),
    "HTTP/2": lambda context: context.set_alpn_protocols(["h2"]),
}


async def downgraded(world: World) -> None:
    """Nothing older is spoken: the link ends before a HELLO."""
    for name, change in DOWNGRADES.items():
        peer = stranger(world)
        context = peer.tls()
        change(context)
        assert not await _greeted(peer, context), name
    naked = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    naked.check_hostname, naked.verify_mode = False, ssl.CERT_NONE
    naked.set_alpn_protocols(["terpadu/1"])
    assert not await _greeted(stranger(world), naked), "no certificate"
    assert world.system.seen == []


async def _greeted(peer: HostilePeer, context: ssl.SSLContext) -> bool:
    try:
        await peer.connect(context=context)
        return await peer.greeted()
    except (ssl.SSLError, ConnectionError):
        return False
    finally:
        with contextlib.suppress(AttributeError):
            await peer.close()


def test_nothing_older_is_spoken(tmp_path: Path) -> None:
    attack(tmp_path, downgraded)


UNREADABLE = {
    "another version": (b'"v":1', b'"v":2'),
    "no purpose": (b'"purpose":"uji",', b""),
    "an empty purpose": (b'"uji"', b'""'),
    "a field too many": (b'"v":1', b'"v":1,"z":1'),
    "a field twice": (b'"v":1', b'"v":1,"v":1'),
    "a blank": (b'"v":1', b'"v": 1'),
    "another kind": (b'"request"', b'"permintaan"'),
    "a kind of the other side": (b'"kind":"request"', b'"kind":"reply"'),
    "a spelled-out no": (b'"time"', b'"stream":false,"time"'),
    "not ASCII": (b'"uji"', '"ují"'.encode()),
    "escaped": (b'"uji"', b'"uj\\u0069"'),
}


async def unreadable(world: World) -> None:
    """A head that is not in its one form is recorded, counted, dropped; the other messages of the link go on."""
    async with world.peer() as peer:
        for name, (old, new) in UNREADABLE.items():
            message, before = make_request(), world.mark()
            bent = message.raw.replace(old, new, 1)
            assert bent != message.raw, name
            peer.raw(wire(_with_heads(peer, bent, message.content)))
            assert await peer.code(make_request()) == "yes", name
            assert len(world.system.seen) == before.seen + 1, name
            assert world.records == before.records + 3, name
            assert world.told["refused.content"] == before.counters["refused.content"] + 1, name


def test_a_head_that_is_not_in_its_one_form(tmp_path: Path) -> None:
    attack(tmp_path, unreadable)


def _with_heads(peer: HostilePeer, head: bytes, content: bytes) -> Any:
    from terpadu.model.heads import UnreadableHead
    from terpadu.model.message import Message
    from terpadu.signing import hashes

    return peer.sealed([Message(UnreadableHead("bent"), head, hashes.leaf(head), content)])


# A6, A10


async def impersonated(world: World) -> None:
    """Member x node x key: what is not all of one node is not taken."""
    for hello in ({"node": ASKER}, {"to": SECOND}, {"node": "ID/GOV/6/n2"}, {"node": "ID/GOV/6/n1/x"}):
        peer = stranger(world)
        before = world.mark()
        await peer.connect(hello=hello)
        assert await peer.error() == "identity", hello
        world.check(before, "identity", 0, b"")
        await peer.close()
    others = HostilePeer(world.made.keys[ASKER], world.answerer.keeper.rights(), ANSWERER, 0)
    for bent in (
        {"node": ASKER},  # our certificate, our key, another's name in the turn
        {"node": ASKER, "signer": others.signer()},  # all of another's but the connection
        {"signer": others.signer()._replace(name=HOSTILE)},  # another's key under our name
        {"signer": others.signer()},  # another's signature line under our turn
    ):
        await _unproven_alone(world, "identity", bent)


def test_another_members_name_key_or_certificate(tmp_path: Path) -> None:
    attack(tmp_path, impersonated)


async def _unproven_alone(world: World, code: str, bent: dict[str, Any]) -> None:
    async with world.peer() as peer:
        assert await peer.greeted()
        await world.unproven(code, peer, wire(peer.sealed([make_request()], **bent)))


async def misused(world: World) -> None:
    """A10: each listed key of the node is good for one thing, under whatever name it signs."""
    peer = stranger(world)
    for use in ("tls", "journal"):
        signer = peer.signer(use)
        await _unproven_alone(world, "identity", {"signer": signer._replace(name=HOSTILE)})
        if use == "journal":
            await _unproven_alone(world, "identity", {"signer": signer})
    frame_key = peer.signer()
    tls = peer.signer("tls")
    await _unproven_alone(world, "signature", {"signer": frame_key._replace(sign=tls.sign)})


def test_a_key_signs_one_kind_of_thing(tmp_path: Path) -> None:
    attack(tmp_path, misused)


async def forged_known(world: World) -> None:
    """A peer shows a note of ours that we never made: it must not make us believe that we are an old copy."""
    journal = Checkpoint(f"{ANSWERER}/journal/1", 10**9, bytes(32))
    text = Turn(ANSWERER, system_clock(), 1, bytes(32), journal, NUMBERS).text()
    own = HostilePeer(world.made.keys[ANSWERER], world.answerer.keeper.rights(), ANSWERER, 0).signer()
    peer = stranger(world)
    forgery = note.sign(text, peer.signer()._replace(name=ANSWERER, key_id=own.key_id))
    unlisted = keys.Signer(ANSWERER, b"\0\0\0\0", peer.signer().sign)
    for known in (forgery, note.sign(text, unlisted), note.sign(text, peer.signer()), b"x", text):
        peer = stranger(world)
        await peer.connect(hello={"known": known.decode()})
        await peer.read()
        await peer.close()
        assert world.answerer.journal.state == "serving", known
    assert world.told["unverified.signature"] == 1


def test_a_forged_note_does_not_stop_a_node(tmp_path: Path) -> None:
    attack(tmp_path, forged_known)


def test_a_real_note_of_a_longer_journal_does(tmp_path: Path) -> None:
    """The other half: what we did sign, and have not, means that we are an old copy (A46)."""

    async def story(world: World) -> None:
        journal = Checkpoint(f"{ANSWERER}/journal/1", 10**9, bytes(32))
        text = Turn(ANSWERER, system_clock(), 1, bytes(32), journal, NUMBERS).text()
        own = HostilePeer(world.made.keys[ANSWERER], world.answerer.keeper.rights(), ANSWERER, 0).signer()
        peer = stranger(world)
        await peer.connect(hello={"known": note.sign(text, own).decode()})
        await peer.read()
        await peer.close()
        assert world.answerer.journal.state == "recovering"

    attack(tmp_path, story)


# A15


def _lengths(peer: HostilePeer) -> dict[str, bytes]:
    raw = peer.sealed([make_request()])
    good = pack(*raw)
    at = 2 + len(raw.note)
    count = at + 3 + 32 * len(raw.path)
    return {
        "4 GiB": b"\xff\xff\xff\xff\x02",
        "over 4 MiB": (4 * 1024 * 1024 + 1).to_bytes(4, "big") + b"\x02",
        "nothing": bytes(5),
        "an unknown type": frame(99, b"x"),  # type: ignore[arg-type]
        "a second HELLO": frame(Type.HELLO, b'{"node":"ID/GOV/6/n1","to":"ID/GOV/9/n1","time":0}'),
        "no JSON": frame(Type.HELLO, b"{"),
        "a note of 64 KiB": frame(Type.MESSAGES, b"\xff\xff" + good[2:]),
        "an empty frame": frame(Type.MESSAGES, b""),
        "a long path": frame(Type.MESSAGES, good[: at + 2] + b"\x09" + good[at + 3 :]),
        "a place beyond": frame(Type.MESSAGES, good[:at] + b"\x01\x00" + good[at + 2 :]),
        "no messages": frame(Type.MESSAGES, good[:count] + b"\x00\x00"),
        "129 messages": frame(Type.MESSAGES, good[:count] + b"\x00\x81" + good[count + 2 :]),
        "a content of 4 GiB": frame(Type.MESSAGES, good[: count + 4] + b"\xff\xff\xff\xff" + good[count + 8 :]),
        "a byte left over": frame(Type.MESSAGES, good + b"x"),
        "a byte missing": frame(Type.MESSAGES, good[:-1]),
        "an echo of 3 MB": frame(Type.PING, b"x" * 3_000_000),
        "chunks on the message lane": frame(Type.CHUNK, bytes(24) + b"x"),
    }


async def lengths_that_lie(world: World) -> None:
    """Each ends the link at once, with a counter, and costs no memory."""
    names = list(_lengths(stranger(world)))
    before, process = world.mark(), psutil.Process()
    memory = process.memory_info().rss
    for name in names:
        async with world.peer() as peer:
            assert await peer.greeted()
            peer.raw(_lengths(peer)[name])
            assert await peer.error() in ("unverified", "bad-request", "identity", "journal-fork"), name
    risen = world.answerer.ground.counters - before.counters
    assert sum(risen.values()) == len(names)
    assert world.records == before.records
    assert process.memory_info().rss - memory < 20 * 1024 * 1024
    async with world.peer() as peer:
        assert await peer.code(make_request()) == "yes"


def test_lengths_that_lie(tmp_path: Path) -> None:
    attack(tmp_path, lengths_that_lie)


def test_nothing_is_taken_before_a_hello(tmp_path: Path) -> None:
    async def story(world: World) -> None:
        for first in (frame(Type.PING, bytes(8)), frame(Type.CHUNK, bytes(25)), wire(stranger(world).sealed([make_request()]))):
            peer = stranger(world)
            peer.reader, peer.writer = await asyncio.open_connection("127.0.0.1", peer.port, ssl=peer.tls())
            peer.raw(first)
            assert await peer.error() == "bad-request"
            await peer.close()
        assert world.told["unverified.bad-request"] == 3
        assert world.system.seen == []

    attack(tmp_path, story)


async def trickled(world: World) -> None:
    """Single bytes are no sign of life: a frame that never ends is cut after three silences."""
    async with world.peer() as peer:
        assert await peer.greeted()
        packed = wire(peer.sealed([make_request()]))
        ended = asyncio.create_task(_ended(peer))
        for byte in packed[:200]:
            peer.raw(bytes((byte,)))
            if (await asyncio.wait([ended], timeout=0.05))[0]:
                break
        else:
            ended.cancel()
            raise AssertionError("the link outlived the trickle")
    assert world.system.seen == []


async def _ended(peer: HostilePeer) -> None:
    while await peer.read(30) is not None:
        pass


def test_a_trickle_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("terpadu.exchange.link.SILENCE", 0.5)
    attack(tmp_path, trickled)


async def never_read(world: World) -> None:
    """Who asks and never reads the replies is not read either: what waits for it stays small."""
    async with world.peer() as peer:
        assert await peer.greeted()
        peer.writer.transport.pause_reading()
        (link,) = (link for link in world.answerer._links if link.peer == HOSTILE)
        world.system.said = b'{"nama":"%b"}' % (b"x" * 60_000)
        for _ in range(400):
            peer.send(make_request())
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(peer.writer.drain(), 0.02)
        await asyncio.sleep(0.5)
        assert link._transport.get_write_buffer_size() < 12 * 1024 * 1024
        assert len(world.system.seen) < 400


def test_replies_that_nobody_reads_do_not_fill_the_memory(tmp_path: Path) -> None:
    attack(tmp_path, never_read)


async def others_stream(world: World) -> None:
    """A body belongs to the link that it was announced on: no other peer may add to it, or have it sent to itself."""
    big = b"x" * 6_000_000
    world.system.said = big
    asking = asyncio.create_task(world.ask("POST", "/pop/berkas/unggah", big))
    async with world.peer(lane=BULK_LANE) as peer:
        assert await peer.greeted()
        while not asking.done():
            for name in (*world.answerer.streams._in, *world.answerer.streams._out):
                peer.raw(frame(Type.CHUNK, name + bytes(8) + b"y"))
                peer.raw(frame(Type.STOP, name + b"body-broken"))
                peer.raw(frame(Type.CREDIT, name + (1 << 30).to_bytes(8, "big")))
            await asyncio.sleep(0.002)
        status, _, _ = await asking
        assert status == 200
        with pytest.raises(TimeoutError):
            await peer.read(0.2)


def test_a_body_is_on_its_own_lane(tmp_path: Path) -> None:
    attack(tmp_path, others_stream)


def test_no_canary_in_what_is_captured_or_written(tmp_path: Path) -> None:
    """A52 in part: the person's number stands in clear in no file of either node."""

    async def story(world: World) -> None:
        await world.ask("POST", "/pop/catat/akta", QUESTION, Idempotency_Key="k-1")
        await world.ask("POST", "/pop/x/orang", QUESTION)
        async with world.peer() as peer:
            await peer.code(make_request(content=b"x" * 20))
        await world.answerer.journal.sign()
        assert PERSON.encode() not in world.raw_files()
        assert b"Uji Rekaan" not in world.raw_files()

    attack(tmp_path, story)
