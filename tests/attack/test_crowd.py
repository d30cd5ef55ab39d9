"""One member's nodes cannot take all places at the peers' port: the others still come in ."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from pathlib import Path

import pytest

from terpadu.exchange import listening
from terpadu.exchange.link import HTTP_LANE, MESSAGE_LANE
from terpadu.exchange.node import Node
from tests.lib.two_nodes import Pair, two_nodes

QUESTION = b'{"nik":"9901010101010001"}'
MOST = 5
Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def connect(node: Node, port: int, lane: str) -> Stream:
    """A connection with this node's own certificate that says nothing."""
    context: ssl.SSLContext = node.own.tls(server=False, protocols=[lane])
    return await asyncio.open_connection("127.0.0.1", port, ssl=context)


async def stands(stream: Stream) -> bool:
    """Does the other side keep it?"""
    try:
        async with asyncio.timeout(0.3):
            return await stream[0].read(1) != b""
    except TimeoutError:
        return True
    except ConnectionError:
        return False


async def gone(streams: list[Stream]) -> None:
    """All of them are over."""
    for _, writer in streams:
        writer.close()
        with contextlib.suppress(ConnectionError, ssl.SSLError):
            await writer.wait_closed()


def test_a_member_gets_so_many_places_and_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "LINKS_PER_MEMBER", MOST)

    async def story(pair: Pair) -> None:
        port = pair.answerer.peer_port
        assert (await pair.ask("POST", "/pop/x/a", QUESTION))[0] == 200  # its link stands, and is one of the places
        lanes = [MESSAGE_LANE, HTTP_LANE] * MOST
        streams = [await connect(pair.asker, port, lane) for lane in lanes]
        standing = [stream for stream in streams if await stands(stream)]
        assert len(standing) <= MOST - 1
        other = await connect(pair.answerer, port, MESSAGE_LANE)
        assert await stands(other), "another member has places of its own"
        assert (await pair.ask("POST", "/pop/x/b", QUESTION))[0] == 200
        for _, writer in standing:
            writer.close()
        async with asyncio.timeout(5):  # a place that is left is free again
            while not await stands(again := await connect(pair.asker, port, MESSAGE_LANE)):
                streams.append(again)
        await gone([*streams, other, again])

    async def run() -> None:
        async with two_nodes(tmp_path) as pair:
            await story(pair)

    asyncio.run(run())
