"""A31, A26, A30: a consumer's node that is hostile, with valid keys. The provider's node refuses by itself, each time."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from terpadu.clock import system_clock
from terpadu.model.message import Message
from terpadu.signing import hashes, keys
from terpadu.signing.writing import consent_hash
from tests.lib.hostile_peer import HostilePeer, make_query, make_request
from tests.lib.hostile_world import ELSEWHERE, ISSUER, NEIGHBOUR, PERSON, QUESTION, World, attack

Make = Callable[[World, HostilePeer], Message]
SECONDS = 1000
IZIN = {"to": "ID/GOV/9/pop/izin", "agreement": "H3/1"}
CATAT = {"to": "ID/GOV/9/pop/catat", "agreement": "H2/1"}


def plain(**bent: Any) -> Make:
    """A request that is bent in its head or content."""
    return lambda world, peer: make_request(**bent)


def asked(**change: Any) -> Make:
    """A request with a consent receipt, the receipt being changed."""
    return lambda world, peer: make_request(receipt=world.receipt(**change), **IZIN)


def in_ms(field: str, milliseconds: int) -> Make:
    """A request whose time or deadline lies so far from now."""
    return lambda world, peer: make_request(**{field: system_clock() + milliseconds})


def forged(world: World, peer: HostilePeer) -> Message:
    """A receipt in the issuer's name, signed by a key that nobody listed."""
    stranger = keys.new_key("ecdsa-p256")
    real = keys.Signer(ISSUER, hashes.turn(b"x")[:4], lambda text: keys.signer(_entry(world, stranger), stranger).sign(text))
    return make_request(receipt=world.receipt(signer=real), **IZIN)


def with_listed_id(world: World, peer: HostilePeer) -> Message:
    """The same, under the key id of the issuer's real key."""
    stranger = keys.new_key("ecdsa-p256")
    known = keys.signer(_entry(world, world.consent_key), world.consent_key).key_id
    sign = keys.signer(_entry(world, stranger), stranger).sign
    return make_request(receipt=world.receipt(signer=keys.Signer(ISSUER, known, sign)), **IZIN)


def by_frame_key(world: World, peer: HostilePeer) -> Message:
    """A10: the node's own frame key, listed and valid, signs a consent."""
    return make_request(receipt=world.receipt(signer=peer.signer()), **IZIN)


def named_only(world: World, peer: HostilePeer) -> Message:
    """The head names a receipt that the part does not hold: a copied hash."""
    return make_request(consent=consent_hash(world.receipt()), **IZIN)


def swapped(world: World, peer: HostilePeer) -> Message:
    """The head names one receipt, the part holds another."""
    return make_request(receipt=world.receipt(id="c-2"), consent=consent_hash(world.receipt()), **IZIN)


def late(**change: int) -> dict[str, int]:
    """Times of a consent, in ms from now."""
    return {name: system_clock() + offset for name, offset in change.items()}


def _entry(world: World, key: keys.PrivateKey) -> Any:
    from tests.lib.hostile_world import _consent_entry

    return _consent_entry(key)


def twin(name: bytes, value: bytes) -> Make:
    """A request with one more header."""
    return lambda world, peer: make_request(headers=((b"X-Road-Client", b"ID/GOV/6/mata"), (name, value)))


REFUSED: dict[str, tuple[str, Make]] = {
    "default purpose where there is none": ("purpose", plain(agreement="H8/1", purpose="by-agreement")),
    "unknown purpose": ("purpose", plain(purpose="karangan")),
    "registered purpose that the agreement does not name": ("purpose", plain(purpose="lain")),
    "no case": ("case", plain(to="ID/GOV/9/pop/kasus", agreement="H4/1")),
    "another's agreement": ("no-agreement", plain(agreement="A1/1")),
    "an agreement about another service": ("no-agreement", plain(agreement="H2/1")),
    "an agreement that does not exist": ("no-agreement", plain(agreement="H1/2")),
    "ended agreement": ("ended", plain(agreement="H6/1")),
    "agreement that has not begun": ("not-yet", plain(agreement="H7/1")),
    "another subsystem of the same member": ("no-agreement", plain(source="ID/GOV/6/lain")),
    "a subsystem that is not listed": ("unknown-member", plain(source="ID/GOV/6/karangan")),
    "another member's subsystem": ("identity", plain(source="ID/GOV/1/app", agreement="A1/1")),
    "a name that begins like its own member": ("identity", plain(source="ID/GOV/6/mata/x")),
    "a service of another member": ("unknown-service", plain(to=ELSEWHERE, agreement="H9/1")),
    "a service that is not listed": ("unknown-service", plain(to="ID/GOV/9/pop/karangan")),
    "another member's metaservice": ("unknown-service", plain(to="ID/GOV/1/app/listMethods", verb=b"GET", body=b"")),
    "a path that the agreement does not name": ("endpoint", plain(agreement="HE/1", path=b"/r1/ID/GOV/9/pop/x/lain")),
    "a method that the agreement does not name": ("endpoint", plain(agreement="HE/1", verb=b"PUT")),
    "no key for a service with effects": ("key-needed", plain(**CATAT)),
    "a key in the head alone": ("content", plain(idem="A" * 22 + "==", **CATAT)),
    "a key in the part alone": ("content", twin(b"Idempotency-Key", b"k")),
    "from the future": ("stale", in_ms("time", 120 * SECONDS)),
    "past its deadline": ("stale", lambda w, p: make_request(**late(time=-200 * SECONDS, until=-100 * SECONDS))),
    "a deadline of eleven minutes": ("stale", in_ms("until", 660 * SECONDS)),
    "X-Road-Client of another": ("content", lambda w, p: make_request(headers=((b"X-Road-Client", b"ID/GOV/1/app"),))),
    "no X-Road-Client": ("content", plain(headers=())),
    "a second X-Road-Client": ("content", twin(b"x-road-client", b"ID/GOV/1/app")),
    "another message number": ("content", twin(b"X-Road-Request-Id", b"00000000-0000-4000-8000-000000000001")),
    "another service's path": ("content", plain(path=b"/r1/ID/GOV/9/pop/catat/orang")),
    "traversal": ("endpoint", plain(path=b"/r1/ID/GOV/9/pop/x/%2e%2e/orang")),
    "absolute path": ("content", plain(path=b"http://127.0.0.1/r1/ID/GOV/9/pop/x")),
    "content of another message": ("content", plain(content=make_request().content)),
    "no content": ("content", plain(content=b"")),
    "a part longer than its content": ("content", plain(content=bytes(16) + b"\xff\xff\xff\xff")),
    "nobody": ("content", plain(body=b"{}")),
    "the person twice": ("content", plain(body=b'{"nik":"%b","nik":"%b"}' % (PERSON.encode(), NEIGHBOUR.encode()))),
    "the person twice, once escaped": ("content", plain(body=b'{"nik":"1","n\\u0069k":"2"}')),
    "a name that looks alike": ("content", plain(body=b'{"nik":"1","NIK":"2"}')),
    "a name in full width": ("content", plain(body='{"nik":"1","ｎｉｋ":"2"}'.encode())),
    "a number as a number": ("content", plain(body=b'{"nik":9901010101010001}')),
    "a number with a space": ("content", plain(body=b'{"nik":" 9901010101010001"}')),
    "a number in full width": ("content", plain(body='{"nik":"９９01010101010001"}'.encode())),
    "a number in Arabic digits": ("content", plain(body='{"nik":"٩٩01010101010001"}'.encode())),
    "a lone surrogate": ("content", plain(body=b'{"nik":"99\\ud800"}')),
    "NaN": ("content", plain(body=b'{"nik":"1","n":NaN}')),
    "a number beyond a double": ("content", plain(body=b'{"nik":"1","n":1e999}')),
    "a byte order mark": ("content", plain(body=b'\xef\xbb\xbf{"nik":"1"}')),
    "UTF-16": ("content", plain(body='{"nik":"1"}'.encode("utf-16"))),
    "not UTF-8": ("content", plain(body=b'{"nik":"1","n":"\xff"}')),
    "100,000 brackets' start": ("content", plain(body=b'{"nik":"1","n":' + b"[" * 60_000)),
    "two documents": ("content", plain(body=b'{"nik":"1"}{"nik":"2"}')),
    "no consent": ("consent", plain(**IZIN)),
    "consent of another person": ("consent", asked(person=NEIGHBOUR)),
    "consent for another consumer": ("consent", asked(recipient="ID/GOV/1/app")),
    "consent for another purpose": ("consent", asked(purpose="lain")),
    "consent for another agreement": ("consent", asked(agreement="H1")),
    "consent for fewer fields": ("consent", asked(fields=("nama",))),
    "expired consent": ("consent", asked(**late(since=-9000 * SECONDS, until=-1))),
    "future consent": ("consent", asked(**late(since=7200 * SECONDS, until=9000 * SECONDS))),
    "forged consent": ("consent", forged),
    "forged consent under the real key id": ("consent", with_listed_id),
    "consent signed by a frame key": ("consent", by_frame_key),
    "a copied consent hash": ("consent", named_only),
    "another receipt than the head names": ("consent", swapped),
}  # fmt: skip


async def every_refusal(world: World) -> None:
    """One row after the other, on one link: a refusal ends nothing but itself."""
    async with world.peer() as peer:
        for name, (code, make) in REFUSED.items():
            try:
                await world.refused(code, peer, make(world, peer))
            except (AssertionError, TimeoutError) as error:
                raise AssertionError(f"{name}: {error!r}") from error
        assert await peer.code(make_request()) == "yes"


def test_the_provider_refuses_by_itself(tmp_path: Path) -> None:
    attack(tmp_path, every_refusal)


def test_what_is_in_order_is_answered_and_cut(tmp_path: Path) -> None:
    """The other half of the proof: the same requests, unbent, pass; fields beyond the agreement do not."""

    async def story(world: World) -> None:
        async with world.peer() as peer:
            assert await peer.code(make_request(receipt=world.receipt(), **IZIN)) == "yes"
            assert await peer.code(make_request(case="K-1", to="ID/GOV/9/pop/kasus", agreement="H4/1")) == "yes"
            peer.send(make_request())
            ((_, content),) = await peer.replies()
            assert b"Uji Rekaan" in content
            assert b"agama" not in content
            assert b"Jalan" not in content

    attack(tmp_path, story)


async def others_query(world: World) -> None:
    """What became of another's request, nobody else learns: the answer would bring its reply."""
    await world.ask("POST", "/pop/catat/akta", QUESTION, Idempotency_Key="k-1")
    (leaf,) = world.answerer.memory._recent
    async with world.peer() as peer:
        await world.refused("identity", peer, make_query(leaf))
        await world.refused("identity", peer, make_query(leaf, source="ID/GOV/1/app"))
        await world.refused("content", peer, make_query(leaf, raw_about="*" * 44))


def test_only_the_asker_may_ask_what_became_of_a_request(tmp_path: Path) -> None:
    attack(tmp_path, others_query)


def test_a_query_while_another_is_at_work(tmp_path: Path) -> None:
    async def story(world: World) -> None:
        world.system.delay = 0.5
        first = asyncio.create_task(world.ask("POST", "/pop/x/orang", QUESTION))
        await world.asked()
        ((message, _),) = world.answerer.memory.unanswered()
        async with world.peer() as peer:
            assert await peer.code(make_query(message.leaf)) == "identity"
        assert (await first)[0] == 200

    attack(tmp_path, story)


def test_a_copied_head_does_not_stand_for_the_real_one(tmp_path: Path) -> None:
    """Who knows another's head (from an evidence file) gets a no, and the real request is served after it."""

    async def story(world: World) -> None:
        real = make_request(source="ID/GOV/1/app", agreement="A1/1")
        async with world.peer() as peer:
            await world.refused("identity", peer, real)
        assert world.answerer.memory.reply_to(real.leaf) is None
        assert not world.answerer.memory.knows(real.leaf)

    attack(tmp_path, story)


def test_repeating_a_refused_message_does_not_wear_out_the_memory(tmp_path: Path) -> None:
    async def story(world: World) -> None:
        memory = world.answerer.memory
        async with world.peer() as peer:
            message = make_request(content=b"")
            for _ in range(20):
                assert await peer.code(message) == "content"
        kept = sum(len(reply.content) + len(reply.raw) for reply in memory._recent.values())
        assert memory._recent_bytes == kept

    attack(tmp_path, story)


def test_no_more_than_a_window_of_requests_is_worked_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("terpadu.exchange.deciding.WINDOW", 4)

    async def story(world: World) -> None:
        world.system.hang = True
        async with world.peer() as peer:
            for _ in range(4):
                peer.send(make_request(until=system_clock() + 2000))
                await asyncio.sleep(0.1)
            assert await peer.code(make_request()) == "busy"

    attack(tmp_path, story)


def test_the_old_system_sees_neither_receipt_nor_hop_by_hop_headers(tmp_path: Path) -> None:
    """A19: what ends at a hop ends there, and an underscore does not make a twin of a hyphen."""
    bent = (
        (b"X-Road-Client", b"ID/GOV/6/mata"), (b"Connection", b"X-Rahasia"), (b"X-Rahasia", b"1"), (b"Terpadu-Purpose", b"lain"),
        (b"Transfer-Encoding", b"chunked"), (b"Content-Length", b"1"), (b"Host", b"jahat"), (b"X-Lewat", b"ya"),
        (b"TE", b"trailers"), (b"Proxy-Authorization", b"x"), (b"X-Road-Request-Hash", b"x"),
    )  # fmt: skip

    async def story(world: World) -> None:
        async with world.peer() as peer:
            message = make_request(headers=bent, salt=os.urandom(16))
            assert await peer.code(message) == "yes"
        (seen,) = world.system.seen
        assert seen.headers["x-lewat"] == "ya"
        assert seen.headers["x-road-request-id"] == message.head.id  # type: ignore[union-attr]
        assert not {"x-rahasia", "terpadu-purpose", "transfer-encoding", "te", "x-road-request-hash"} & seen.headers.keys()
        assert seen.headers["host"] != "jahat"
        assert seen.headers["content-length"] == str(len(QUESTION))
        underscore = make_request(headers=((b"X-Road-Client", b"ID/GOV/6/mata"), (b"X_Road_Client", b"ID/GOV/1/app")))
        async with world.peer() as peer:
            await world.refused("content", peer, underscore)

    attack(tmp_path, story)
