"""Bodies over 64 KiB: whole or broken off, never in memory, never a half command for the old system."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
from pathlib import Path

import pytest

from tests.lib.two_nodes import two_nodes

MIB = 1024 * 1024


@pytest.mark.parametrize("size", [65_537, 3 * MIB + 17])
def test_a_large_reply_arrives_whole(tmp_path: Path, size: int) -> None:
    async def story() -> None:
        async with two_nodes(tmp_path) as pair:
            pair.system.said = json.dumps({"isi": "x" * size}).encode()
            status, headers, body = await pair.ask("GET", "/pop/berkas/laporan")
            assert status == 200
            assert hashlib.sha256(unchunk(body, headers)).digest() == hashlib.sha256(pair.system.said).digest()

    asyncio.run(story())


@pytest.mark.parametrize("size", [65_537, 5 * MIB + 3])
def test_a_large_request_reaches_the_system_whole(tmp_path: Path, size: int) -> None:
    async def story() -> None:
        async with two_nodes(tmp_path) as pair:
            sent = os.urandom(size)
            status, _, _ = await pair.ask("POST", "/pop/berkas/unggah", sent)
            assert status == 200
            assert pair.system.seen[0].body == sent

    asyncio.run(story())


def unchunk(body: bytes, headers: dict[str, str]) -> bytes:
    """A chunked body put together."""
    if headers.get("transfer-encoding") != "chunked":
        return body
    found, at = [], 0
    while True:
        end = body.index(b"\r\n", at)
        size = int(body[at:end], 16)
        if size == 0:
            return b"".join(found)
        found.append(body[end + 2 : end + 2 + size])
        at = end + 2 + size + 2
