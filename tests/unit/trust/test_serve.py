"""The publisher's small server: files below one folder, GET only; freshness signed again, whatever goes wrong once."""

from __future__ import annotations

import asyncio
import contextlib
from unittest.mock import patch

import pytest

from terpadu.errors import BadInput
from terpadu.trust import online
from terpadu.trust.metadata import version_of
from terpadu.trust.office import Office
from terpadu.trust.serve import keep_fresh, listening
from tests.lib.federation import Made
from tests.unit.trust.conftest import HandClock

ASKED = {
    "GET /root.json HTTP/1.1": 200,
    "GET /root.json?x=1 HTTP/1.1": 200,
    "GET /metadata/timestamp.json HTTP/1.0": 200,
    "GET /metadata/2.root.json HTTP/1.1": 404,
    "GET / HTTP/1.1": 404,
    "GET /metadata HTTP/1.1": 404,
    "GET /../online/timestamp.pem HTTP/1.1": 404,
    "GET /metadata/../../online/timestamp.pem HTTP/1.1": 404,
    "GET /%2e%2e/online/timestamp.pem HTTP/1.1": 404,
    "GET //etc/passwd HTTP/1.1": 404,
    "GET /link.pem HTTP/1.1": 404,
    "GET /.hidden HTTP/1.1": 404,
    "GET": 404,
    "POST /root.json HTTP/1.1": 405,
    "HEAD /root.json HTTP/1.1": 405,
    "x" * 20_000: None,
}


async def _ask(port: int, line: str) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    told = b""
    with contextlib.suppress(ConnectionError):
        writer.write(f"{line}\r\nHost: x\r\n\r\n".encode())
        told = await reader.read()
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()
    return told


@pytest.mark.parametrize("line", ASKED, ids=lambda line: line[:50])
def test_only_what_is_published(made: Made, line: str) -> None:
    public = made.office.public
    (public / "link.pem").symlink_to(made.office.directory / "online/timestamp.pem")
    (public / ".hidden").write_bytes(b"x")

    async def story() -> bytes:
        async with listening(public, "127.0.0.1", 0) as port:
            return await _ask(port, line)

    told = asyncio.run(story())
    status = ASKED[line]
    assert told.startswith(f"HTTP/1.1 {status} ".encode()) if status else told == b""
    assert b"PRIVATE KEY" not in told


def test_freshness_survives_a_bad_moment(made: Made, clock: HandClock) -> None:
    """A disk that is full for a while costs freshness for that while, not the publisher."""
    timestamp = made.office.public / "metadata/timestamp.json"
    before, real = version_of(timestamp.read_bytes()), online.freshen
    moments = [OSError("No space left on device"), BadInput("a bad edit"), None]

    async def story() -> None:
        loop, signed = asyncio.get_running_loop(), asyncio.Event()

        def freshen(office: Office, now: int) -> None:
            if moments and (error := moments.pop(0)):
                raise error
            real(office, now)
            loop.call_soon_threadsafe(signed.set)

        with patch("terpadu.trust.serve.online.freshen", freshen):
            keeping = asyncio.create_task(keep_fresh(made.office, clock, 0.001))
            async with asyncio.timeout(10):
                await signed.wait()
            keeping.cancel()

    asyncio.run(story())
    assert version_of(timestamp.read_bytes()) > before
