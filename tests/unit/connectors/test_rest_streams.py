"""Large bodies: piece by piece, both ways, slowed to their reader, and broken off aloud."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from terpadu.errors import Refused
from terpadu.model.federation import WHOLE_BODY
from terpadu.model.message import Answer
from tests.lib.raw_server import Call, reply, serving
from tests.lib.rest_node import GOOD, Spoil, ask, endless, node, own


class Pieces:
    """A large body of a caller."""

    def __init__(self, pieces: list[bytes], size: int | None) -> None:
        self.size = size
        self._pieces = pieces

    async def chunks(self) -> Any:
        for piece in self._pieces:
            yield piece


@pytest.mark.parametrize("known", [True, False])
def test_a_large_request_is_sent_piece_by_piece(known: bool, tmp_path: Path) -> None:
    pieces = [bytes([number]) * 60_000 for number in range(30)]
    asked = replace(own(verb="POST"), large=Pieces(pieces, 1_800_000 if known else None))
    answer, server = ask(tmp_path, GOOD, asked)
    assert isinstance(answer, Answer)
    assert server.calls[0].body == b"".join(pieces)
    assert ("content-length" in server.calls[0].headers) is known


async def read_all(answer: Answer) -> int:
    assert answer.large is not None
    size = 0
    async for piece in answer.large.chunks():
        assert len(piece) <= 65_536
        size += len(piece)
    return size


@pytest.mark.parametrize("size", [65_537, 2_900_000])
def test_a_large_answer_streams_where_nothing_is_cut(size: int, tmp_path: Path) -> None:
    async def run() -> int:
        async with serving(reply(b"x" * size, kind="application/pdf")) as server:
            connectors = node(tmp_path, server)
            answer = await connectors.ask(own(fields=(WHOLE_BODY,)))
            assert answer.large is not None
            assert answer.large.size == size
            read = await read_all(answer)
            await connectors.close()
            return read

    assert asyncio.run(run()) == size


def test_a_small_whole_body_comes_at_once(tmp_path: Path) -> None:
    answer, _ = ask(tmp_path, reply(b"%PDF", kind="application/pdf"), own(fields=(WHOLE_BODY,)))
    assert isinstance(answer, Answer)
    assert (answer.body, answer.large) == (b"%PDF", None)


async def stops_in_the_middle(_: Call, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 500000\r\n\r\n" + b"x" * 100_000)
    await writer.drain()
    writer.close()


async def falls_silent(_: Call, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 500000\r\n\r\n" + b"x" * 100_000)
    await asyncio.Event().wait()


@pytest.mark.parametrize(
    ("handle", "seconds", "says"),
    [
        (stops_in_the_middle, 5, "ended in the middle"),
        (falls_silent, 0.3, "nothing came for 0.3 seconds"),
        (endless, 5, "more than 3000000 bytes"),
    ],
)
def test_a_stream_that_breaks_off_says_so(handle: Spoil, seconds: float, says: str, tmp_path: Path) -> None:
    async def run() -> str:
        async with serving(handle) as server:
            connectors = node(tmp_path, server, seconds=seconds)
            answer = await connectors.ask(own(fields=(WHOLE_BODY,)))
            with pytest.raises(Refused) as caught:
                await read_all(answer)
            await connectors.close()
            assert caught.value.code == "body-broken"
            return caught.value.sentence

    assert says in asyncio.run(run())


def test_a_slow_reader_slows_the_system_down(tmp_path: Path) -> None:
    sent = 0

    async def pushing(_: Call, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.transport.set_write_buffer_limits(0)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2900000\r\n\r\n")
        for _ in range(29):
            writer.write(b"x" * 100_000)
            await writer.drain()
            sent += 100_000

    async def run() -> None:
        async with serving(pushing) as server:
            connectors = node(tmp_path, server)
            answer = await connectors.ask(own(fields=(WHOLE_BODY,)))
            assert answer.large is not None
            before = -1
            while before != sent:
                before = sent
                await asyncio.sleep(0.05)
            assert vars(answer.large)["_waiting"] < 700_000
            assert await read_all(answer) == 2_900_000
            await connectors.close()

    asyncio.run(run())


def test_a_stream_that_nobody_reads_is_let_go(tmp_path: Path) -> None:
    gone = asyncio.Event()

    async def pushing(_: Call, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n")
        try:
            for _ in range(1000):
                writer.write(b"x" * 100_000)
                await writer.drain()
        finally:
            gone.set()

    async def run() -> None:
        async with serving(pushing) as server:
            connectors = node(tmp_path, server, seconds=0.2)
            answer = await connectors.ask(own(fields=(WHOLE_BODY,)))
            await asyncio.wait_for(gone.wait(), 5)
            with pytest.raises(Refused):
                await read_all(answer)
            await connectors.close()

    asyncio.run(run())
