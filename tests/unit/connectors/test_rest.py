"""What an old system, or somebody in its place, may answer: one sentence and one code for each (S8, S9, A22, A24)."""

from __future__ import annotations

import asyncio
import gzip
import time
import tracemalloc
import zlib
from pathlib import Path

import pytest

from terpadu.connectors.rest_reply import body_of
from terpadu.connectors.rest_wire import Reply
from terpadu.errors import Refused
from terpadu.model.message import Answer
from tests.lib.admitting import admitted, said
from tests.lib.raw_server import Call, reply, serving
from tests.lib.rest_node import GOOD, Spoil, ask, code, cut_short, endless, informing_for_ever, node, own, silence

GARBAGE: dict[str, bytes] = {
    "html": reply(b"<html></html>", kind="text/html"),
    "text": reply(b"OK", kind="text/plain"),
    "no type": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
    "two keys": reply(b'{"nama":"A","nama":"B"}'),
    "deep": reply(b"[" * 100_000),
    "not JSON": reply(b"{nama}"),
    "utf-16": reply("{}".encode("utf-16"), kind="application/json; charset=utf-16"),
    "redirect": reply(b"", "Location: http://127.0.0.1:1/", status="302 Found"),
    "redirect for ever": reply(b"{}", "Location: /dasar/a/b", status="307 Temporary Redirect"),
    "not HTTP": b"SSH-2.0-OpenSSH\r\n\r\n",
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    "length and chunks": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "bad chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n{}\r\n0\r\n\r\n",
    "upgrade": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n",
    "folded header": b"HTTP/1.1 200 OK\r\nX-A: 1\r\n 2\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
    "long head": b"HTTP/1.1 200 OK\r\nX-A: " + b"a" * 70_000 + b"\r\n\r\n",
    "many headers": b"HTTP/1.1 200 OK\r\n" + b"X-A: 1\r\n" * 300 + b"Content-Length: 0\r\n\r\n",
    "too large": reply(b'{"nama":"' + b"A" * 300_000 + b'"}'),
    "packed": reply(gzip.compress(b"{}"), "Content-Encoding: br"),
    "packed badly": reply(b"{}", "Content-Encoding: gzip"),
    "packed partly": reply(gzip.compress(b'{"nama":"A"}' * 20)[:-9], "Content-Encoding: gzip"),
    "bomb": reply(gzip.compress(b"[" + b" " * 50_000_000 + b"]"), "Content-Encoding: gzip"),
    "bomb in a bomb": reply(zlib.compress(zlib.compress(b" " * 50_000_000)), "Content-Encoding: deflate"),
}


@pytest.mark.parametrize("name", GARBAGE)
def test_garbage_is_garbage(name: str, tmp_path: Path) -> None:
    assert code(tmp_path, GARBAGE[name]) == "upstream-garbage"


@pytest.mark.parametrize("name", GARBAGE)
def test_garbage_is_garbage_for_a_declared_question_too(name: str, tmp_path: Path) -> None:
    assert code(tmp_path, GARBAGE[name], admitted("tanya", {"nama": "A"}, fields=("nama",))) == "upstream-garbage"


async def trickle(_: Call, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(1000):
        writer.write(b" ")
        await asyncio.sleep(0.02)


async def trickled_head(_: Call, writer: asyncio.StreamWriter) -> None:
    for number in range(100):
        writer.write(b"HTTP/1.1 200 OK\r\n" if number == 0 else b"X: y\r\n")
        await asyncio.sleep(0.02)


@pytest.mark.parametrize("handle", [silence, trickle, trickled_head, informing_for_ever])
def test_a_slow_system_is_cut_at_its_time_limit(handle: Spoil, tmp_path: Path) -> None:
    assert code(tmp_path, handle, seconds=0.3) == "upstream-down"


def test_the_caller_s_deadline_cuts_earlier(tmp_path: Path) -> None:
    began = time.monotonic()
    assert code(tmp_path, silence, own(seconds=0.2)) == "upstream-down"
    assert time.monotonic() - began < 3
    assert code(tmp_path, silence, own(seconds=-1)) == "stale"


async def endless_chunks(_: Call, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
    while not writer.is_closing():
        writer.write(b"8000\r\n" + b" " * 0x8000 + b"\r\n")
        await writer.drain()


@pytest.mark.parametrize("handle", [endless, endless_chunks])
def test_an_endless_body_is_cut(handle: Spoil, tmp_path: Path) -> None:
    assert code(tmp_path, handle) == "upstream-garbage"


async def cut_in_chunks(_: Call, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n")
    await writer.drain()
    writer.close()


@pytest.mark.parametrize("handle", [cut_short, cut_in_chunks])
def test_a_truncated_answer_is_no_answer(handle: Spoil, tmp_path: Path) -> None:
    assert code(tmp_path, handle) == "upstream-down"


def test_a_bomb_is_never_unpacked_whole() -> None:
    packed = gzip.compress(b" " * 50_000_000)
    bomb = Reply(200, "OK", ((b"content-encoding", b"gzip"),), packed)
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    tracemalloc.reset_peak()
    with pytest.raises(Refused):
        body_of(bomb, 200_000, "Uji")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most - before < 2_000_000


def test_a_body_without_a_length_ends_with_the_connection(tmp_path: Path) -> None:
    async def until_close(_: Call, writer: asyncio.StreamWriter) -> None:
        writer.write(b'HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n{"nama":"A"}')
        await writer.drain()
        writer.close()

    answer, _ = ask(tmp_path, until_close, own())
    assert isinstance(answer, Answer)
    assert said(answer.body) == {"nama": "A"}


@pytest.mark.parametrize(
    "handle",
    [
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        b'7\r\n{"nama"\r\n5\r\n:"A"}\r\n0\r\n\r\n',
        b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + GOOD,
        reply(gzip.compress(b'{"nama":"A"}'), "Content-Encoding: gzip"),
        reply(zlib.compress(b'{"nama":"A"}'), "Content-Encoding: deflate"),
        reply('{"nama":"A"}'.encode("latin-1"), kind="application/json; charset=iso-8859-1"),
    ],
    ids=["chunks", "early hints", "gzip", "deflate", "latin-1"],
)  # fmt: skip
def test_unusual_but_honest_answers_are_read(handle: bytes, tmp_path: Path) -> None:
    answer, _ = ask(tmp_path, handle, own())
    assert isinstance(answer, Answer)
    assert said(answer.body) == {"nama": "A"}


def test_latin_letters_come_out_right(tmp_path: Path) -> None:
    answer, _ = ask(
        tmp_path, reply('{"nama":"José"}'.encode("latin-1"), kind="application/json;charset=ISO-8859-1"), own()
    )
    assert isinstance(answer, Answer)
    assert said(answer.body) == {"nama": "José"}
    assert answer.headers == ((b"content-type", b"application/json"),)


def test_only_harmless_headers_leave_with_an_answer(tmp_path: Path) -> None:
    handle = reply(b'{"nama":"A"}', "Set-Cookie: a=b", "X-NIK: 1", "Server: rahasia", 'ETag: "1"')
    answer, _ = ask(tmp_path, handle, own())
    assert isinstance(answer, Answer)
    assert answer.headers == ((b"content-type", b"application/json"), (b"etag", b'"1"'))


STATUS = (
    ("401 Unauthorized", "upstream-auth"), ("404 Not Found", "not-found"), ("422 Unprocessable", "business-rule"),
    ("429 Too Many", "upstream-retry"), ("500 Oops", "upstream-down"), ("503 Later", "upstream-retry"),
)  # fmt: skip


@pytest.mark.parametrize(("status", "expected"), STATUS)
@pytest.mark.parametrize("kind", ["application/json", "text/plain", "text/html"])
def test_a_status_means_the_same_whatever_the_body(status: str, expected: str, kind: str, tmp_path: Path) -> None:
    handle = reply(b'{"pesan":"9901015204869001"}', "Retry-After: 30", status=status, kind=kind)
    assert code(tmp_path, handle) == expected
    assert code(tmp_path, handle, admitted("tanya", {"nama": "A"}, fields=("nama",))) == expected


def test_a_redirect_to_an_internal_address_is_not_followed(tmp_path: Path) -> None:
    async def run() -> None:
        async with serving(GOOD) as canary:
            for status in ("301 Moved", "302 Found", "303 See", "307 Temporary", "308 Permanent"):
                handle = reply(
                    b"{}", f"Location: {canary.url}/dasar/a/b", f"Refresh: 0; url={canary.url}", status=status
                )
                async with serving(handle) as server:
                    connectors = node(tmp_path, server)
                    with pytest.raises(Refused):
                        await connectors.ask(own())
                    await connectors.close()
            assert (canary.calls, canary.connections) == ([], [])

    asyncio.run(run())
