"""A17, A18, A19, A20, A30 at the door for systems, by raw sockets: what can be read in two ways is not read at all."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import re
from pathlib import Path

import psutil
import pytest

from terpadu.exchange.doors.call import Limits
from terpadu.exchange.doors.callers import Callers
from terpadu.model.identifiers import SubsystemId
from tests.lib.hostile_world import QUESTION, World, attack
from tests.lib.two_nodes import APP, parse, said

PATH = b"/r1/ID/GOV/9/pop/x/orang"
WHO = b"X-Road-Client: ID/GOV/1/app\r\n"
MARK = b"selundup"
INNER = b"POST /r1/ID/GOV/9/pop/x/" + MARK + b" HTTP/1.1\r\nHost: uji\r\n" + WHO + b"Content-Length: 26\r\n\r\n" + QUESTION


def call(
    headers: bytes, body: bytes = b"", line: bytes = b"POST " + PATH + b" HTTP/1.1", host: bytes = b"Host: uji\r\n"
) -> bytes:
    """The bytes of a call; `headers` end each with CRLF, or with what a test wants."""
    return line + b"\r\n" + host + WHO + headers + b"\r\n" + body


def chunked(size: bytes, ending: bytes = b"\r\n", after: bytes = b"\r\n0\r\n\r\n") -> bytes:
    """A chunked body whose size line and line ends are as given."""
    return size + ending + QUESTION + after


TE = b"Transfer-Encoding: chunked\r\n"
SIZE = b"1a"
SMUGGLED: dict[str, bytes] = {
    "two lengths": call(b"Content-Length: 26\r\nContent-Length: 5\r\n", QUESTION),
    "two equal lengths": call(b"Content-Length: 26\r\nContent-Length: 26\r\n", QUESTION),
    "a list of lengths": call(b"Content-Length: 26, 26\r\n", QUESTION),
    "a signed length": call(b"Content-Length: +26\r\n", QUESTION),
    "a negative length": call(b"Content-Length: -1\r\n", QUESTION),
    "a length in hexadecimal": call(b"Content-Length: 0x1a\r\n", QUESTION),
    "a length with a blank": call(b"Content-Length: 2 6\r\n", QUESTION),
    "no length": call(b"Content-Length:\r\n", QUESTION),
    "a length beyond numbers": call(b"Content-Length: 99999999999999999999999\r\n", QUESTION),
    "length and chunks": call(b"Content-Length: 4\r\n" + TE, chunked(SIZE)),
    "chunks and length": call(TE + b"Content-Length: 4\r\n", chunked(SIZE)),
    "xchunked": call(b"Transfer-Encoding: xchunked\r\n", chunked(SIZE)),
    "chunked, identity": call(b"Transfer-Encoding: chunked, identity\r\n", chunked(SIZE)),
    "identity": call(b"Transfer-Encoding: identity\r\n", chunked(SIZE)),
    "gzip": call(b"Transfer-Encoding: gzip\r\n", chunked(SIZE)),
    "a blank before the colon": call(b"Transfer-Encoding : chunked\r\n", chunked(SIZE)),
    "a tab before the colon": call(b"Transfer-Encoding\t: chunked\r\n", chunked(SIZE)),
    "a vertical tab in the value": call(b"Transfer-Encoding:\x0bchunked\r\n", chunked(SIZE)),
    "quoted": call(b'Transfer-Encoding: "chunked"\r\n', chunked(SIZE)),
    "folded": call(b"Transfer-Encoding:\r\n chunked\r\n", chunked(SIZE)),
    "folded header": call(b"X-A: 1\r\n 2\r\nContent-Length: 26\r\n", QUESTION),
    "folded first header": call(b"", QUESTION, host=b" Host: uji\r\nContent-Length: 26\r\n"),
    "chunk size 0x1a": call(TE, chunked(b"0x1a")),
    "chunk size +1a": call(TE, chunked(b"+1a")),
    "chunk size -1": call(TE, chunked(b"-1")),
    "chunk size with a blank before": call(TE, chunked(b" 1a")),
    "chunk size of words": call(TE, chunked(b"zz")),
    "chunk size of nothing": call(TE, chunked(b"")),
    "chunk size beyond numbers": call(TE, chunked(b"1" * 20)),
    "chunk line ended by LF": call(TE, chunked(SIZE, ending=b"\n")),
    "chunk line ended by CR": call(TE, chunked(SIZE, ending=b"\r")),
    "no CRLF after a chunk": call(TE, chunked(SIZE, after=b"0\r\n\r\n")),
    "LF after a chunk": call(TE, chunked(SIZE, after=b"\n0\r\n\r\n")),
    "chunk extension with a line feed": call(TE, chunked(SIZE + b";a=\n")),
    "a trailer": call(TE, chunked(SIZE, after=b"\r\n0\r\nTerpadu-Token: x\r\n\r\n")),
    "lines ended by LF": call(b"Content-Length: 26\r\n", QUESTION).replace(b"\r\n", b"\n"),
    "a bare CR in a header": call(b"X-A: 1\rX-B: 2\r\nContent-Length: 26\r\n", QUESTION),
    "a bare LF in a header": call(b"X-A: 1\nContent-Length: 0\r\nContent-Length: 26\r\n", QUESTION),
    "a NUL in a name": call(b"X-\0A: 1\r\nContent-Length: 26\r\n", QUESTION),
    "a NUL in a value": call(b"X-A: \0\r\nContent-Length: 26\r\n", QUESTION),
    "a header without a colon": call(b"X-A\r\nContent-Length: 26\r\n", QUESTION),
    "a header without a name": call(b": 1\r\nContent-Length: 26\r\n", QUESTION),
    "a line of blanks": call(b" \r\nContent-Length: 26\r\n", QUESTION),
    "two Hosts": call(b"Host: lain\r\nContent-Length: 26\r\n", QUESTION),
    "no Host": call(b"Content-Length: 26\r\n", QUESTION, host=b""),
    "HTTP/1.0": call(b"Content-Length: 26\r\n", QUESTION, line=b"POST " + PATH + b" HTTP/1.0"),
    "HTTP/0.9": b"GET " + PATH + b"\r\n\r\n",
    "HTTP/2.0": call(b"Content-Length: 26\r\n", QUESTION, line=b"POST " + PATH + b" HTTP/2.0"),
    "a body behind an offered upgrade": call(b"Connection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 26\r\n", QUESTION),
    "a preface of HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "TLS at a plain door": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
}  # fmt: skip

LINES: dict[str, bytes] = {
    "absolute form with another Host": b"POST http://lain" + PATH + b" HTTP/1.1",
    "authority form": b"CONNECT lain:443 HTTP/1.1",
    "CONNECT to a path": b"CONNECT " + PATH + b" HTTP/1.1",
    "asterisk": b"OPTIONS * HTTP/1.1",
    "a fragment": b"POST " + PATH + b"#x HTTP/1.1",
    "a blank in the path": b"POST /r1/ID/GOV/9/pop/x/a b HTTP/1.1",
    "a tab in the path": b"POST /r1/ID/GOV/9/pop/x/a\tb HTTP/1.1",
    "a NUL in the path": b"POST /r1/ID/GOV/9/pop/x/a\0b HTTP/1.1",
    "a byte beyond ASCII": b"POST /r1/ID/GOV/9/pop/x/\xff HTTP/1.1",
    "no method": b" " + PATH + b" HTTP/1.1",
    "a method of small letters": b"post " + PATH + b" HTTP/1.1",
    "no path": b"POST  HTTP/1.1",
    "a backslash for a slash": b"POST \\r1\\ID\\GOV\\9\\pop\\x HTTP/1.1",
}
ONE, SERVICE = "/r1/ID/GOV/9/pop", "/r1/ID/GOV/9/pop/x"
BEHIND = (
    "/../catat/orang", "/..%2fcatat", "/%2e%2e/catat", "/%252e%252e/catat", "/..;/catat", "/a;b=c", "//orang", "/a%00",
    "/a%5cb", "/a\\b", "/%ef%bc%8e%ef%bc%8e/a", "/%c0%ae%c0%ae/a", "/%u002e", "/a%23b", "/a%3fb", "/./a", "/a%0d%0ab",
)  # fmt: skip
AMBIGUOUS: dict[str, int] = {
    **{SERVICE + path: 403 for path in BEHIND},
    f"{SERVICE}/a%0d%0aX: 1": 400, f"/{SERVICE}": 400, f"{ONE}%2fx/orang": 400, f"/r1/..{SERVICE}": 404, ONE: 400,
    f"{ONE}/": 400, "/r2/ID/GOV/9/pop/x": 400, "/r/ID/GOV/9/pop/x": 400, "/r11/ID/GOV/9/pop/x": 400, "/": 400,
    "/R1/ID/GOV/9/pop/x": 400, f"{ONE}/%2e%2e": 404, f"{SERVICE};a/orang": 400,
}  # fmt: skip


async def raw(world: World, sent: bytes, seconds: float = 5) -> bytes:
    """Send bytes, then all that comes until the door closes; an open door after so many seconds is a failure."""
    reader, writer = await asyncio.open_connection("127.0.0.1", world.asker.door_port)
    writer.write(sent)
    try:
        with contextlib.suppress(ConnectionError):
            return await asyncio.wait_for(reader.read(), seconds)
        return b""
    finally:
        writer.close()


async def smuggled(world: World) -> None:
    """400 and a closed connection; the second request, behind or inside the first, is never seen."""
    lines = {name: call(b"Content-Length: 26\r\n", QUESTION, line=text) for name, text in LINES.items()}
    for name, first in (SMUGGLED | lines).items():
        found = await raw(world, first + INNER)
        assert found[:12] in (b"HTTP/1.1 400", b"HTTP/1.1 413"), (name, found[:80])
        assert len(re.findall(rb"HTTP/1.1 \d", found)) == 1, (name, found)
        assert b"connection: close" in found.lower(), name
        assert b"Traceback" not in found
    assert world.system.seen == [], [seen.path for seen in world.system.seen]


def test_what_can_be_read_in_two_ways_is_not_read(tmp_path: Path) -> None:
    assert len(SMUGGLED) >= 40
    attack(tmp_path, smuggled)


def test_honest_forms_pass(tmp_path: Path) -> None:
    """The other half: lengths, chunks, pipelines and keep-alive as RFC 9112 has them."""

    async def story(world: World) -> None:
        close = b"Connection: close\r\n"
        whole = await raw(world, call(b"Content-Length: 26\r\n" + close, QUESTION))
        assert parse(whole)[0] == 200
        split = b"a\r\n" + QUESTION[:10] + b"\r\n10;x=y\r\n" + QUESTION[10:] + b"\r\n0\r\n\r\n"
        pieces = await raw(world, call(TE + close, split))
        assert parse(pieces)[0] == 200
        two = await raw(world, call(b"Content-Length: 26\r\n", QUESTION) + call(b"Content-Length: 26\r\n" + close, QUESTION))
        assert two.count(b"HTTP/1.1 200") == 2
        offer = b"Connection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n"
        bare = call(offer, line=b"GET /r1/ID/GOV/9/pop/berkas/a HTTP/1.1")
        assert parse(await raw(world, bare))[0] == 200
        assert len(world.system.seen) == 5

    attack(tmp_path, story)


async def traversed(world: World) -> None:
    """A23 through the whole exchange: a path that has two meanings reaches no system."""
    for path, status in AMBIGUOUS.items():
        found, headers, body = await world.ask_raw("POST", path, QUESTION)
        assert found == status, (path, found, body)
        assert "terpadu-error" in headers or status == 400
        assert b"catat" not in body or "catat" not in path
    assert world.system.seen == []


def test_a_path_with_two_meanings(tmp_path: Path) -> None:
    attack(tmp_path, traversed)


SIZES: dict[str, tuple[bytes, int]] = {
    "a header of 1 MB": (call(b"X-A: " + b"a" * 1_000_000 + b"\r\n"), 431),
    "10,000 headers": (call(b"X-A: 1\r\n" * 10_000), 431),
    "a name of 1 MB": (call(b"X-" + b"a" * 1_000_000 + b": 1\r\n"), 431),
    "a path of 1 MB": (call(b"", line=b"POST " + PATH + b"/" + b"a" * 1_000_000 + b" HTTP/1.1"), 414),
    "a body beyond the limit": (call(b"Content-Length: 99999999999\r\n", b"x" * 1000), 413),
}


async def oversized(world: World) -> None:
    """Refused early: by the line, not when all of it is here."""
    process = psutil.Process()
    before = process.memory_info().rss
    for name, (sent, status) in SIZES.items():
        found = await raw(world, sent)
        assert not found or parse(found)[0] == status, (name, found[:60])
    for endless in (b"X-A: ", b"POST /r1/"):
        await _endless(world, endless)
    assert process.memory_info().rss - before < 20 * 1024 * 1024
    assert world.system.seen == []


async def _endless(world: World, begin: bytes) -> None:
    """Up to 200 MB of one header or one path: the door closes long before."""
    reader, writer = await asyncio.open_connection("127.0.0.1", world.asker.door_port)
    writer.write(call(b"").removesuffix(b"\r\n") + begin if begin.startswith(b"X") else begin)
    sent, piece = 0, b"a" * 65_536
    with contextlib.suppress(ConnectionError):
        while sent < 200_000_000 and not reader.at_eof():
            writer.write(piece)
            await asyncio.wait_for(writer.drain(), 5)
            sent += len(piece)
            await asyncio.sleep(0)
    writer.close()
    assert sent < 20_000_000, sent


def test_sizes_are_refused_early_and_cost_no_memory(tmp_path: Path) -> None:
    attack(tmp_path, oversized)


async def endless_chunks(world: World) -> None:
    """A chunked body without end: cut at the limit, and the old system saw none of it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", world.asker.door_port)
    line = b"POST /r1/ID/GOV/9/pop/berkas/unggah HTTP/1.1"
    writer.write(call(TE, line=line))
    sent, piece = 0, b"10000\r\n" + b"a" * 65_536 + b"\r\n"
    with contextlib.suppress(ConnectionError, TimeoutError):
        while sent < 60_000_000 and not reader.at_eof():
            writer.write(piece)
            await asyncio.wait_for(writer.drain(), 5)
            sent += len(piece)
            await asyncio.sleep(0)
    writer.close()
    assert sent < 30_000_000, sent
    assert world.system.seen == []


def test_chunks_without_end_are_cut(tmp_path: Path) -> None:
    attack(tmp_path, endless_chunks, limits=Limits(body=4 * 1024 * 1024))


@pytest.mark.parametrize("begun", [b"POST /r1", call(b"Content-Length: 26\r\n", b"{")[:-1]])
def test_a_slow_head_or_body_is_cut(tmp_path: Path, begun: bytes) -> None:
    """A20, A21: shorter than its length, or never ended: the door waits so long and no longer."""

    async def story(world: World) -> None:
        found = await raw(world, begun, seconds=6)
        assert found == b"" or found.startswith(b"HTTP/1.1 4")
        assert world.system.seen == []

    attack(tmp_path, story, limits=Limits(head_seconds=1.0))


def test_a_body_longer_than_its_length_is_a_next_call_and_a_bad_one(tmp_path: Path) -> None:
    async def story(world: World) -> None:
        found = await raw(world, call(b"Content-Length: 26\r\n", QUESTION + b"sisa"))
        assert found.count(b"HTTP/1.1 200") <= 1
        assert [seen.body for seen in world.system.seen] in ([QUESTION], [])

    attack(tmp_path, story)


async def twins(world: World) -> None:
    """A19: security inputs come under one name; hop-by-hop and underscore twins do not count, the last of two does."""
    purpose = {
        b"Terpadu_Purpose: lain\r\n": 200, b"Terpadu-Purpose: lain\r\n": 403, b"Connection: X-Road-Client\r\n": 400,
        b"X_Road_Client: ID/GOV/9/pop\r\n": 200, b"Terpadu-Purpose: uji\r\nTerpadu_Purpose: lain\r\n": 200,
        b"Idempotency_Key: k\r\n": 200, b"Connection: Terpadu-Purpose\r\nTerpadu-Purpose: lain\r\n": 403,
    }  # fmt: skip
    for more, status in purpose.items():
        found = await raw(world, call(more + b"Content-Length: 26\r\nConnection: close\r\n", QUESTION))
        assert parse(found)[0] == status, (more, found)
    for seen in world.system.seen:
        assert seen.headers["x-road-client"] == "ID/GOV/1/app"
        assert not [name for name in seen.headers if "_" in name or name.startswith(("terpadu", "idempotency"))]


def test_twins_of_a_header_do_not_count(tmp_path: Path) -> None:
    attack(tmp_path, twins)


OTHER = SubsystemId("ID/GOV/1/gaji")
TOKENS = {"token-app": APP, "token-gaji": OTHER}
BY_TOKEN = Callers(tokens={hashlib.sha256(token.encode()).hexdigest(): name for token, name in TOKENS.items()})


async def deputies(world: World) -> None:
    """A30: token x claimed subsystem: a caller can only be its own subsystem, at the exchange and at the desk."""
    number = ""
    for token in (*TOKENS, "token-palsu", ""):
        for claimed in (APP, OTHER, "ID/GOV/9/pop", "ID/GOV/6/mata"):
            headers = {"Terpadu-Token": token} if token else {}
            before = world.asker.journal.durable
            status, answered, _ = await world.ask("POST", "/pop/x/orang", QUESTION, client=claimed, **headers)
            own = TOKENS.get(token)
            expected = 401 if own is None else 403 if own != claimed else 200 if own == APP else 404
            assert status == expected, (token, claimed)
            if status == 200:
                number = answered["x-road-request-id"]
            else:
                assert world.asker.journal.durable == before, "who is not known leaves no record"
    assert len(world.system.seen) == 1
    for token, claimed, status in (("token-app", APP, 200), ("token-gaji", OTHER, 404), ("token-gaji", APP, 403), ("", APP, 401)):
        headers = {"Terpadu-Token": token} if token else {}
        found, _, body = await world.ask_raw("GET", f"/exchanges/{number}", client=claimed, **headers)
        assert found == status, (token, claimed, body)
        if status == 200:
            assert said(body)["state"] == "done"


def test_a_caller_is_its_own_subsystem_and_no_other(tmp_path: Path) -> None:
    attack(tmp_path, deputies, callers=BY_TOKEN)
