"""A3, A19: a provider's node that is hostile, with valid keys. The consumer's node passes on only what is about its request."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from terpadu.clock import system_clock
from terpadu.model.message import Headers, Message
from terpadu.signing import hashes
from terpadu.trust.keys import NodeKeys
from tests.lib.hostile_provider import Answers, HostileProvider, honest_headers, hostile_provider, make_reply
from tests.lib.hostile_world import HOSTILE, PERSON, QUESTION, World, attack
from tests.lib.two_nodes import ANSWERER, ASKER, call, parse, said

Bend = Callable[[Message], Message]
PATH = "/r1/ID/GOV/6/mata/jebak/tanya"


def one(bend: Bend, **frame: Any) -> Answers:
    """Answer the newest request by itself."""
    return lambda peer, asked: [([bend(asked[-1])], frame)]


def without(name: bytes, *instead: bytes) -> Bend:
    """An answer in which one of X-Road's own headers is missing or says something else."""

    def bend(asked: Message) -> Message:
        kept: Headers = tuple([pair for pair in honest_headers(asked) if pair[0] != name])
        return make_reply(asked, headers=(*kept, *[(name, value) for value in instead]))

    return bend


def bent(**change: Any) -> Bend:
    """An answer that is bent in its head or content."""
    return lambda asked: make_reply(asked, **change)


UNBOUND: dict[str, Bend] = {
    "about another request": bent(about=hashes.b64(bytes(32))),
    "another number": bent(id="00000000-0000-4000-8000-000000000001"),
    "from another service": bent(source="ID/GOV/9/pop/x"),
    "to another subsystem": bent(to="ID/GOV/1/lain"),
    "older than its request": lambda asked: make_reply(asked, time=system_clock() - 120_000),
    "another content": bent(content=bytes(40)),
    "no content": bent(content=b""),
    "another status": bent(status=b"201"),
    "an interim status": bent(status=b"100", reason=b"Continue"),
    "no part, no code": bent(raw_part=b""),
    "a code and a part": lambda asked: _with(asked, code="purpose"),
    "a state that nobody asked for": lambda asked: _with(asked, state="done"),
    "a line break in a header": lambda asked: make_reply(asked, more=((b"x-a", b"1\r\n\r\nHTTP/1.1 200 OK"),)),
    "a line break in the reason": bent(reason=b"OK\rX: 1"),
    "a NUL in a header": bent(more=((b"x-a", b"\0"),)),
    "a status of text": bent(status=b"2OO"),
    "no request hash": without(b"x-road-request-hash"),
    "another request hash": without(b"x-road-request-hash", b"AAAA"),
    "two request hashes": without(b"x-road-request-hash", b"AAAA", b"BBBB"),
    "another X-Road-Request-Id": without(b"x-road-request-id", b"00000000-0000-4000-8000-000000000001"),
    "another X-Road-Service": without(b"x-road-service", b"ID/GOV/9/pop/x"),
    "another X-Road-Client": without(b"x-road-client", b"ID/GOV/1/lain"),
    "another X-Road-Id": without(b"x-road-id", b"lain"),
}



def _with(asked: Message, **head: Any) -> Message:
    return make_reply(asked, raw_part=b"" if "state" in head else None, **head)


async def one_call(world: World, answers: Answers) -> tuple[int, dict[str, str], bytes]:
    """One call of the honest system to the hostile provider."""
    provider = HostileProvider(world.made.keys[HOSTILE], world.asker.keeper.rights(), ASKER, world.ports[HOSTILE])
    async with hostile_provider(provider, answers):
        return await _call(world)


async def _call(world: World, number: int = 0) -> tuple[int, dict[str, str], bytes]:
    headers = {"X-Road-Client": "ID/GOV/1/app", "X-Nomor": str(number)}
    return await call(world.asker.door_port, "POST", PATH, headers, QUESTION)


async def unbound(world: World) -> None:
    """Row by row: the app gets 502, nothing of the answer, and the node counts it; the frame stays as evidence."""
    provider = HostileProvider(world.made.keys[HOSTILE], world.asker.keeper.rights(), ASKER, world.ports[HOSTILE])
    row: list[Bend] = [make_reply]
    async with hostile_provider(provider, lambda peer, asked: [([row[0](asked[-1])], {})]):
        assert (await _call(world))[0] == 200
        for name, row[0] in UNBOUND.items():
            records = world.asker.journal.durable
            status, headers, body = await asyncio.wait_for(_call(world), 5)
            code = headers.get("terpadu-error")
            expected = (504, "peer-timeout") if name == "about another request" else (502, "unbound-response")
            assert (status, code) == expected, name
            assert b"jebak" not in body.replace(b"mata/jebak", b"")
            assert PERSON.encode() not in body
            await _recorded(world, records + 2)
    assert world.asker.ground.counters["unbound-response"] >= 5


async def _recorded(world: World, records: int) -> None:
    async with asyncio.timeout(5):
        while world.asker.journal.durable < records:  # noqa: ASYNC110 - the writer is another thread
            await asyncio.sleep(0.01)


def test_an_answer_is_about_its_request_or_is_none(tmp_path: Path) -> None:
    attack(tmp_path, unbound, seconds=1.2)


async def swapped(world: World) -> None:
    """Two requests at once, their answers exchanged in every way that keeps the signature good."""

    def crossed(peer: HostileProvider, asked: list[Message]) -> list[tuple[list[Message], dict[str, Any]]]:
        if len(asked) < 2:
            return []
        first, second = asked
        lent = make_reply(second)
        return [([make_reply(first, content=lent.content), make_reply(second, headers=honest_headers(first))], {})]

    provider = HostileProvider(world.made.keys[HOSTILE], world.asker.keeper.rights(), ASKER, world.ports[HOSTILE])
    async with hostile_provider(provider, crossed):
        found = await asyncio.gather(_call(world, 1), _call(world, 2))
    assert [(status, headers["terpadu-error"]) for status, headers, _ in found] == [(502, "unbound-response")] * 2


def test_answers_are_not_exchanged(tmp_path: Path) -> None:
    attack(tmp_path, swapped)


async def old_answer(world: World) -> None:
    """An old reply, honest in its time, does not answer a new request: it is about nothing that is open."""
    kept: list[Message] = []

    def again(peer: HostileProvider, asked: list[Message]) -> list[tuple[list[Message], dict[str, Any]]]:
        kept.append(make_reply(asked[0]))
        return [([kept[0]], {})]

    provider = HostileProvider(world.made.keys[HOSTILE], world.asker.keeper.rights(), ASKER, world.ports[HOSTILE])
    async with hostile_provider(provider, again):
        assert (await _call(world))[0] == 200
        status, headers, _ = await _call(world)
    assert (status, headers["terpadu-error"]) == (504, "peer-timeout")
    assert world.asker.ground.counters["unbound-response"] == 1


def test_an_old_answer_does_not_answer_anew(tmp_path: Path) -> None:
    attack(tmp_path, old_answer, seconds=1.2)


def _other_keys(world: World) -> NodeKeys:
    return world.made.keys[ANSWERER]


async def signed_by_another(world: World) -> None:
    """The answer of another provider: its key, or its name, on the hostile node's link."""
    other = HostileProvider(_other_keys(world), world.asker.keeper.rights(), ASKER, 0)
    for frame in ({"signer": other.signer()}, {"node": ANSWERER, "signer": other.signer()}):
        status, headers, _ = await one_call(world, one(make_reply, **frame))
        assert status in (502, 503, 504)
        assert headers["terpadu-error"] in ("in-doubt", "peer-timeout", "peer-unreachable", "unbound-response")
        assert world.asker.ground.counters["unverified.identity"] > 0


def test_another_provider_does_not_answer_for_this_one(tmp_path: Path) -> None:
    attack(tmp_path, signed_by_another, seconds=1.2)


async def told_headers(world: World) -> None:
    """Response splitting by headers of one hop: they end at the consumer's node, whatever the provider signed."""
    hop = (
        (b"transfer-encoding", b"chunked"), (b"content-length", b"3"), (b"connection", b"x-rahasia"), (b"x-rahasia", b"1"),
        (b"keep-alive", b"x"), (b"upgrade", b"h2c"), (b"terpadu-error", b"purpose"), (b"x-road-error", b"palsu"),
        (b"x-lewat", b"ya"),
    )  # fmt: skip
    status, headers, body = await one_call(world, one(bent(more=hop)))
    assert (status, said(body)) == (200, {"jebak": "ya"})
    assert headers["x-lewat"] == "ya"
    assert headers["content-length"] == str(len(body))
    gone = {"transfer-encoding", "x-rahasia", "keep-alive", "upgrade", "terpadu-error", "x-road-error"}
    assert not gone & headers.keys()


def test_headers_of_one_hop_end_there(tmp_path: Path) -> None:
    attack(tmp_path, told_headers)


@pytest.mark.parametrize("code", ["purpose", "karangan", "9901010101010001"])
def test_a_code_that_nobody_knows_is_told_as_our_own_fault(tmp_path: Path, code: str) -> None:
    async def story(world: World) -> None:
        status, headers, body = await one_call(world, one(lambda asked: make_reply(asked, raw_part=b"", body=b"", code=code)))
        assert headers["terpadu-error"] == ("purpose" if code == "purpose" else "internal")
        assert status == (403 if code == "purpose" else 500)
        assert code.encode() not in body or code == "purpose"

    attack(tmp_path, story)


def test_parse_reads_what_the_door_wrote() -> None:
    """The tests' own reading of a response is not part of the attack."""
    assert parse(b"HTTP/1.1 200 OK\r\nA: b\r\n\r\nx") == (200, {"a": "b"}, b"x")
