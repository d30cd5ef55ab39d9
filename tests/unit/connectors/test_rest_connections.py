"""How connections are kept, lost and limited; and that an effect is never guessed or doubled (S8, S18)."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from terpadu.connectors.circuit import OPENS_AFTER
from terpadu.errors import Refused
from terpadu.model.federation import Effect
from terpadu.model.message import Admitted
from tests.lib.admitting import admitted, said
from tests.lib.raw_server import Call, Server, reply, serving
from tests.lib.rest_node import GOOD, Spoil, code, cut_short, informing_for_ever, node, own, silence


async def several(folder: Path, handle: Spoil | bytes, asked: list[Admitted]) -> tuple[list[str], Server]:
    """Questions one after another over one node: `ok` or the code."""
    found = []
    async with serving(handle) as server:
        connectors = node(folder, server)
        for one in asked:
            try:
                await connectors.ask(one)
                found.append("ok")
            except Refused as refusal:
                found.append(refusal.code)
        await connectors.close()
        return found, server


def test_a_connection_is_kept_and_used_again(tmp_path: Path) -> None:
    found, server = asyncio.run(several(tmp_path, GOOD, [own()] * 5))
    assert (found, len(server.connections)) == (["ok"] * 5, 1)


def test_one_that_says_close_or_sends_too_much_is_not_used_again(tmp_path: Path) -> None:
    for handle in (reply(b'{"nama":"A"}', "Connection: close"), GOOD + GOOD, GOOD + b"x"):
        found, server = asyncio.run(several(tmp_path, handle, [own()] * 3))
        assert (found, len(server.connections)) == (["ok"] * 3, 3)


async def closes_every_second(call: Call, writer: asyncio.StreamWriter) -> None:
    """Answers one question on a connection and hangs up at the next, as if it had just timed out."""
    if call.count % 2:
        writer.write(GOOD)
    else:
        writer.close()


@pytest.mark.parametrize(("effect", "key"), [("safe", None), ("keyed", "k")])
def test_a_repeatable_question_survives_an_idle_connection_that_closed(
    effect: Effect, key: str | None, tmp_path: Path
) -> None:
    asked = own(effect=effect, key=key)
    found, server = asyncio.run(several(tmp_path, closes_every_second, [asked] * 2))
    assert found == ["ok", "ok"]
    assert len(server.calls) == 3


@pytest.mark.parametrize("effect", ["best-effort", "keyed"])
def test_one_that_may_not_be_repeated_rides_a_fresh_connection(effect: Effect, tmp_path: Path) -> None:
    found, server = asyncio.run(several(tmp_path, GOOD, [own(effect=effect)] * 3))
    assert (found, len(server.connections)) == (["ok"] * 3, 3)


async def breaks_every_second(call: Call, writer: asyncio.StreamWriter) -> None:
    """Answers one question on a connection and breaks off in the middle of the next."""
    writer.write(GOOD if call.count % 2 else GOOD[:-5])
    if call.count % 2 == 0:
        writer.close()


def test_a_question_is_not_repeated_once_a_byte_came_back(tmp_path: Path) -> None:
    found, server = asyncio.run(several(tmp_path, breaks_every_second, [own()] * 2))
    assert found == ["ok", "upstream-down"]
    assert len(server.calls) == 2


def test_what_came_unasked_is_never_taken_for_the_next_answer(tmp_path: Path) -> None:
    later = asyncio.Event()

    async def twice(call: Call, writer: asyncio.StreamWriter) -> None:
        writer.write(GOOD)
        if call.count == 1:
            await writer.drain()
            await asyncio.sleep(0.05)
            writer.write(reply(b'{"nama":"ORANG LAIN"}'))
            await writer.drain()
            later.set()

    async def run() -> list[Any]:
        async with serving(twice) as server:
            connectors = node(tmp_path, server)
            first = await connectors.ask(own())
            await later.wait()
            await asyncio.sleep(0.05)
            second = await connectors.ask(own())
            await connectors.close()
            assert len(server.connections) == 2
            return [said(first.body), said(second.body)]

    assert asyncio.run(run()) == [{"nama": "A"}] * 2


async def hangs_up(_: Call, writer: asyncio.StreamWriter) -> None:
    writer.close()


@pytest.mark.parametrize(
    ("effect", "key", "expected", "calls"),
    [
        ("safe", None, "upstream-down", 1),
        ("keyed", "k", "outcome-unknown", 1),
        ("best-effort", None, "outcome-unknown", 1),
    ],
)
def test_a_fresh_connection_that_closes_is_not_tried_again(
    effect: Effect, key: str | None, expected: str, calls: int, tmp_path: Path
) -> None:
    found, server = asyncio.run(several(tmp_path, hangs_up, [own(effect=effect, key=key)]))
    assert (found, len(server.calls)) == ([expected], calls)


@pytest.mark.parametrize("handle", [silence, cut_short, b"SSH-2.0-OpenSSH\r\n\r\n"])
def test_what_became_of_an_effect_is_never_guessed(handle: Spoil | bytes, tmp_path: Path) -> None:
    asked = admitted("tulis", {"isi": "x"}, fields=("nomor",), effect="keyed", key="k", seconds=0.3)
    assert code(tmp_path, handle, asked) == "outcome-unknown"


def test_nobody_listening_means_nothing_was_sent(tmp_path: Path) -> None:
    async def run() -> str:
        async with serving(GOOD) as server:
            connectors = node(tmp_path, server)
        with pytest.raises(Refused) as caught:
            await connectors.ask(own(effect="best-effort"))
        return caught.value.code

    assert asyncio.run(run()) == "upstream-down"


def test_a_system_that_is_down_is_left_alone(tmp_path: Path) -> None:
    found, server = asyncio.run(several(tmp_path, hangs_up, [own()] * (OPENS_AFTER + 3)))
    assert found == ["upstream-down"] * (OPENS_AFTER + 3)
    assert len(server.calls) == OPENS_AFTER


def test_a_no_of_the_system_does_not_open_the_circuit(tmp_path: Path) -> None:
    found, _ = asyncio.run(several(tmp_path, reply(b"{}", status="404 Not Found"), [own()] * (OPENS_AFTER + 3)))
    assert set(found) == {"not-found"}


def test_no_more_questions_at_once_than_the_file_allows(tmp_path: Path) -> None:
    at_once, most = 0, 0
    go = asyncio.Event()

    async def counting(_: Call, writer: asyncio.StreamWriter) -> None:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        if at_once == 3:
            go.set()
        await go.wait()
        await asyncio.sleep(0)
        at_once -= 1
        writer.write(GOOD)

    async def run() -> None:
        async with serving(counting) as server:
            connectors = node(tmp_path, server, many=3)
            await asyncio.gather(*(connectors.ask(own()) for _ in range(12)))
            await connectors.close()

    asyncio.run(run())
    assert most == 3


def test_who_waits_too_long_for_room_has_sent_nothing(tmp_path: Path) -> None:
    async def run() -> list[str]:
        async with serving(silence) as server:
            connectors = node(tmp_path, server, seconds=0.3, many=1)
            found = await asyncio.gather(
                *(connectors.ask(own(effect="best-effort")) for _ in range(2)), return_exceptions=True
            )
            await connectors.close()
            assert len(server.calls) == 1
            return [one.code for one in found if isinstance(one, Refused)]

    assert sorted(asyncio.run(run())) == ["outcome-unknown", "upstream-retry"]


def test_a_caller_that_leaves_takes_its_connection_along(tmp_path: Path) -> None:
    asked, gone = asyncio.Event(), asyncio.Event()

    async def informing(call: Call, writer: asyncio.StreamWriter) -> None:
        asked.set()
        try:
            await informing_for_ever(call, writer)
        finally:
            gone.set()

    async def run() -> None:
        async with serving(informing) as server:
            connectors = node(tmp_path, server)
            leaving = asyncio.ensure_future(connectors.ask(own()))
            await asked.wait()
            leaving.cancel()
            with pytest.raises(asyncio.CancelledError):
                await leaving
            await asyncio.wait_for(gone.wait(), 5)
            await connectors.close()

    asyncio.run(run())
