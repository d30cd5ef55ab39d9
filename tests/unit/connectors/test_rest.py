"""The rest connector against every bad thing that an old system, or somebody in its place, can send (S8, S9, A22-A24)."""

from __future__ import annotations

import asyncio
import gzip
import json
import zlib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from terpadu.connectors.asking import Connectors
from terpadu.connectors.circuit import OPENS_AFTER
from terpadu.errors import Refused
from terpadu.model.federation import WHOLE_BODY, Effect
from terpadu.model.message import Admitted, Answer, Headers
from tests.lib.admitting import admitted, described, said
from tests.lib.raw_server import Call, Server, reply, serving

FILE = """
[system]
name = "Uji"
kind = "rest"
subsystem = "ID/GOV/UJI/SISTEM"
base = "{url}/dasar"
limits = {{ seconds = {seconds}, bytes = 200000, stream_bytes = 3000000, concurrency = {many} }}
[secrets]
user = "UJI_USER"
password = "UJI_PASSWORD"
[[rest.auth]]
kind = "basic"
user = "user"
password = "password"
[service.lewat]
mode = "pass-through"
endpoints = [{{ method = "*", path = "/a/*" }}, {{ method = "GET", path = "/dalam/**" }}]
[service.tanya]
mode = "asked"
question = {{ type = "object", required = ["nama"], properties = {{ nama = {{ type = "string" }} }} }}
request.method = "GET"
request.path = "/orang/{{nama}}"
request.parameters = {{ nama = "question.nama" }}
request.query = {{ q = "question.nama" }}
answer = {{ nama = "nama" }}
[service.tulis]
mode = "asked"
question = {{ type = "object" }}
request = {{ method = "POST", path = "/tulis", body = {{ isi = "question.isi", kunci = "key" }} }}
answer = {{ nomor = "nomor" }}
"""
GOOD = reply(b'{"nama":"A","nik":"1"}')
Spoil = Callable[[Call, asyncio.StreamWriter], Awaitable[None]]


def node(folder: Path, server: Server, seconds: float = 5, many: int = 8) -> Connectors:
    text = FILE.format(url=server.url, seconds=seconds, many=many)
    return described(folder, text, UJI_USER="pengguna", UJI_PASSWORD="sandi")


def own(
    path: str = "/a/b",
    *,
    verb: str = "GET",
    fields: tuple[str, ...] = ("nama",),
    headers: Headers = (),
    body: bytes = b"",
    effect: Effect = "safe",
    key: str | None = None,
    seconds: float = 10,
) -> Admitted:
    """A request passed through."""
    asked = admitted("lewat", body, fields=fields, effect=effect, key=key, seconds=seconds)
    return replace(asked, path=path, verb=verb, headers=headers)


def ask(folder: Path, handle: Spoil | bytes, asked: Admitted, **limits: Any) -> tuple[Answer | Refused, Server]:
    """One question to one server."""

    async def run() -> tuple[Answer | Refused, Server]:
        async with serving(handle) as server:
            connectors = node(folder, server, **limits)
            try:
                return await connectors.ask(asked), server
            except Refused as refusal:
                return refusal, server
            finally:
                await connectors.close()

    return asyncio.run(run())


def code(folder: Path, handle: Spoil | bytes, asked: Admitted | None = None, **limits: Any) -> str:
    """The code of the refusal; the sentence is one line and names the system."""
    found, _ = ask(folder, handle, asked or own(), **limits)
    assert isinstance(found, Refused), found
    assert "\n" not in found.sentence
    return found.code


# what goes out


def test_the_caller_s_request_passes_with_our_proof_instead_of_theirs(tmp_path: Path) -> None:
    headers = (
        (b"Accept", b"application/json"), (b"Authorization", b"Bearer milik-pemanggil"), (b"Cookie", b"a=b"),
        (b"X-Road-Client", b"ID/GOV/A/B"), (b"X_Road_Client", b"palsu"), (b"Content-Length", b"99"),
        (b"Transfer-Encoding", b"chunked"), (b"Connection", b"X-Road-Client"), (b"Expect", b"100-continue"),
        (b"Host", b"lain.invalid"), (b"Accept-Encoding", b"gzip"), (b"Content-Type", b"application/json"),
    )  # fmt: skip
    asked = own("/a/b?c=d%20e", verb="POST", headers=headers, body=b'{"x":1}', effect="keyed", key="k-1")
    answer, server = ask(tmp_path, GOOD, asked)
    assert isinstance(answer, Answer)
    [call] = server.calls
    assert call.line == "POST /dasar/a/b?c=d%20e HTTP/1.1"
    assert call.body == b'{"x":1}'
    assert call.headers == {
        "host": server.url.removeprefix("http://"), "accept": "application/json", "accept-encoding": "identity",
        "authorization": "Basic cGVuZ2d1bmE6c2FuZGk=", "x-road-client": "ID/GOV/A/B", "idempotency-key": "k-1",
        "content-type": "application/json", "content-length": "7",
    }  # fmt: skip
    assert said(answer.body) == {"nama": "A"}
    assert (answer.held, answer.released) == (2, 1)


@pytest.mark.parametrize(
    "path",
    [
        "/b/c", "/a", "/a/b/c", "/a/../b", "/a/%2e%2e", "/a/..%2fb", "/a/%252e%252e", "/a/b;x=1", "/a//b", "//evil.invalid/a/b",
        "/a/b\\c", "/a/b%00", "/a/b%5cc", "/a/b#c", "/a/b c", "/a/b\r\nX: y", "/a/b?c=d e", "/a/b?c\r\nX: y", "a/b",
        "http://evil.invalid/a/b", "/a/%zz", "/a/.", "/dalam/../a/b", "/a/é",
    ],
)  # fmt: skip
def test_a_path_that_is_not_allowed_or_not_plain_is_never_asked(path: str, tmp_path: Path) -> None:
    found, server = ask(tmp_path, GOOD, own(path))
    assert isinstance(found, Refused)
    assert found.code == "endpoint"
    assert server.calls == []


@pytest.mark.parametrize("headers", [((b"X-A", b"1\r\nX-B: 2"),), ((b"X-A", b"1\nX-B: 2"),), ((b"X-A\r\nX-B", b"1"),)])
def test_a_line_break_in_a_header_is_never_sent(headers: Headers, tmp_path: Path) -> None:
    found, server = ask(tmp_path, GOOD, own(headers=headers))
    assert isinstance(found, Refused)
    assert found.code == "content"
    assert server.calls == []


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("A B/c?d=e&f", "GET /dasar/orang/A%20B%2Fc%3Fd%3De%26f?q=A%20B%2Fc%3Fd%3De%26f HTTP/1.1"),
        ("../x", "GET /dasar/orang/..%2Fx?q=..%2Fx HTTP/1.1"),
        ("é\r\nX: y", "GET /dasar/orang/%C3%A9%0D%0AX%3A%20y?q=%C3%A9%0D%0AX%3A%20y HTTP/1.1"),
    ],
)
def test_a_question_s_values_are_percent_encoded(name: str, line: str, tmp_path: Path) -> None:
    answer, server = ask(tmp_path, GOOD, admitted("tanya", {"nama": name}, fields=("nama",)))
    assert isinstance(answer, Answer)
    assert server.calls[0].line == line


@pytest.mark.parametrize("name", ["..", ".", "", "9901015204869001", "nip 198604122010012000"])
def test_values_that_must_not_stand_in_an_address_are_not_sent(name: str, tmp_path: Path) -> None:
    found, server = ask(tmp_path, GOOD, admitted("tanya", {"nama": name}, fields=("nama",)))
    assert isinstance(found, Refused)
    assert name not in found.sentence or len(name) < 3
    assert server.calls == []


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"nama":1}', b'{"nama":"a","nama":"b"}', b"<a/>"])
def test_a_question_in_another_form_is_not_asked(body: bytes, tmp_path: Path) -> None:
    found, server = ask(tmp_path, GOOD, admitted("tanya", body, fields=("nama",)))
    assert isinstance(found, Refused)
    assert found.code == "content"
    assert server.calls == []


def test_a_value_that_is_missing_refuses_before_asking(tmp_path: Path) -> None:
    found, server = ask(tmp_path, GOOD, admitted("tulis", {"isi": "x"}, fields=("nomor",)))
    assert isinstance(found, Refused)
    assert "kunci" in found.sentence
    assert server.calls == []


# what comes back


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


async def silence(_: Call, writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def trickle(_: Call, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(1000):
        writer.write(b" ")
        await asyncio.sleep(0.02)


async def trickled_head(_: Call, writer: asyncio.StreamWriter) -> None:
    for number in range(100):
        writer.write(b"HTTP/1.1 200 OK\r\n" if number == 0 else b"X: y\r\n")
        await asyncio.sleep(0.02)


async def informing_for_ever(_: Call, writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b"HTTP/1.1 103 Early Hints\r\n\r\n")
        await writer.drain()
        await asyncio.sleep(0.01)


@pytest.mark.parametrize("handle", [silence, trickle, trickled_head, informing_for_ever])
def test_a_slow_system_is_cut_at_its_time_limit(handle: Spoil, tmp_path: Path) -> None:
    assert code(tmp_path, handle, seconds=0.3) == "upstream-down"


def test_the_caller_s_deadline_cuts_earlier(tmp_path: Path) -> None:
    assert code(tmp_path, silence, own(seconds=0.2)) == "upstream-down"
    assert code(tmp_path, silence, own(seconds=-1)) == "stale"


async def endless(_: Call, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
    while not writer.is_closing():
        writer.write(b" " * 65_536)
        await writer.drain()


async def endless_chunks(_: Call, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
    while not writer.is_closing():
        writer.write(b"8000\r\n" + b" " * 0x8000 + b"\r\n")
        await writer.drain()


@pytest.mark.parametrize("handle", [endless, endless_chunks])
def test_an_endless_body_is_cut(handle: Spoil, tmp_path: Path) -> None:
    assert code(tmp_path, handle) == "upstream-garbage"


async def cut_short(_: Call, writer: asyncio.StreamWriter) -> None:
    writer.write(GOOD[:-5])
    await writer.drain()
    writer.close()


async def cut_in_chunks(_: Call, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n")
    await writer.drain()
    writer.close()


@pytest.mark.parametrize("handle", [cut_short, cut_in_chunks])
def test_a_truncated_answer_is_no_answer(handle: Spoil, tmp_path: Path) -> None:
    assert code(tmp_path, handle) == "upstream-down"


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


# connections


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


@pytest.mark.parametrize("handle", [silence, cut_short, GARBAGE["not HTTP"]])
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


# large bodies


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


@pytest.mark.parametrize("handle", [stops_in_the_middle, falls_silent, endless])
def test_a_stream_that_breaks_off_says_so(handle: Spoil, tmp_path: Path) -> None:
    async def run() -> str:
        async with serving(handle) as server:
            connectors = node(tmp_path, server, seconds=0.3)
            answer = await connectors.ask(own(fields=(WHOLE_BODY,)))
            with pytest.raises(Refused) as caught:
                await read_all(answer)
            await connectors.close()
            return caught.value.code

    assert asyncio.run(run()) == "body-broken"


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


def test_a_bodyless_post_says_so_and_a_head_has_no_body(tmp_path: Path) -> None:
    answer, server = ask(tmp_path, GOOD, own(verb="POST"))
    assert isinstance(answer, Answer)
    assert server.calls[0].headers["content-length"] == "0"
    answer, _ = ask(tmp_path, b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n", own(verb="HEAD"))
    assert isinstance(answer, Answer)
    assert answer.body == b""


def test_the_answers_of_a_declared_question_are_json_of_ours(tmp_path: Path) -> None:
    asked = admitted("tulis", {"isi": {"a": [1, "b"]}}, fields=("nomor",), effect="keyed", key="k")
    answer, server = ask(tmp_path, reply(b'{"nomor":7,"lain":8}', status="201 Created"), asked)
    assert isinstance(answer, Answer)
    assert json.loads(server.calls[0].body) == {"isi": {"a": [1, "b"]}, "kunci": "k"}
    assert (answer.status, answer.body, answer.held, answer.released) == (200, b'{"nomor":7}', 2, 1)
