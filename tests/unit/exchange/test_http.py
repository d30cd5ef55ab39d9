"""HTTP/1.1 of the door on real sockets: one call at a time, limits before memory, nothing that can be read in two ways."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from msgspec import Struct

from terpadu.errors import CODES, Refused
from terpadu.exchange.doors.call import Call, Handler, Limits, Response
from terpadu.exchange.doors.http import HttpProtocol

HOST = b"Host: simpul\r\n"
SMALL = Limits(url=200, headers=1000, header_count=10, memory=1000, body=500_000, head_seconds=5, idle_seconds=50)


class Door(Struct):
    """A door with its open connections, what was called, and a client's connection to it."""

    open_now: set[HttpProtocol]
    calls: list[tuple[bytes, bytes, int]]
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def sends(self, *pieces: bytes) -> None:
        """Send pieces, each in a packet of its own."""
        for piece in pieces:
            self.writer.write(piece)
            await self.writer.drain()
            await asyncio.sleep(0)

    async def answer(self) -> tuple[int, bytes]:
        """Read one answer that has a length: its status and body."""
        head = await self.reader.readuntil(b"\r\n\r\n")
        length = next((line for line in head.split(b"\r\n") if line.startswith(b"content-length")), b":0")
        return int(head.split()[1]), await self.reader.readexactly(int(length.split(b":")[1]))

    async def rest(self) -> bytes:
        """Everything up to the end of the connection."""
        return await self.reader.read()


def complain(error: Refused) -> Response:
    """A refusal as a door would say it."""
    return Response(CODES[error.code].status, error.code.encode(), (), error.sentence.encode())


async def echo(call: Call) -> Response:
    """The body again, whole."""
    body = call.body
    if call.large is not None:
        body = b"".join([chunk async for chunk in call.large.chunks()])
    return Response(200, b"OK", ((b"x-target", call.target),), body)


def at_a_door(test: Callable[[Door], Awaitable[None]], handler: Handler = echo, limits: Limits = SMALL) -> None:
    """Run a test against a door on a free port."""
    asyncio.run(_at_a_door(test, handler, limits))


async def _at_a_door(test: Callable[[Door], Awaitable[None]], handler: Handler, limits: Limits) -> None:
    open_now: set[HttpProtocol] = set()
    calls: list[tuple[bytes, bytes, int]] = []

    async def handle(call: Call) -> Response:
        calls.append((call.verb, call.target, len(call.body)))
        return await handler(call)

    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: HttpProtocol(handle, complain, limits, open_now), "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname()[:2], limit=1 << 21)
    try:
        async with asyncio.timeout(20):
            await test(Door(open_now, calls, reader, writer))
    finally:
        writer.close()
        server.close()
        for one in list(open_now):
            one.close()
        await asyncio.sleep(0)


async def until(true: Callable[[], object]) -> None:
    """Let the loop turn until something is so; the test's own time limit ends a wait for nothing."""
    while not true():  # noqa: ASYNC110 (what is waited for has no event)
        await asyncio.sleep(0.001)


def post(body: bytes, *headers: bytes, target: bytes = b"/a") -> bytes:
    """One POST with its length."""
    lines = b"".join(line + b"\r\n" for line in headers)
    return b"POST %b HTTP/1.1\r\n%b%bContent-Length: %d\r\n\r\n%b" % (target, HOST, lines, len(body), body)


def test_calls_that_come_together_are_answered_in_their_order() -> None:
    async def test(door: Door) -> None:
        await door.sends(b"".join(post(b"%d" % number) for number in range(20)))
        assert [await door.answer() for _ in range(20)] == [(200, b"%d" % number) for number in range(20)]
        assert len(door.open_now) == 1

    at_a_door(test)


def test_only_one_call_of_a_connection_is_worked_on() -> None:
    working: list[int] = []

    async def slowly(call: Call) -> Response:
        working.append(1)
        assert len(working) == 1
        for _ in range(5):
            await asyncio.sleep(0)
        working.pop()
        return Response(200, b"OK", (), call.body)

    async def test(door: Door) -> None:
        await door.sends(*(post(b"%d" % number) for number in range(5)))
        assert [await door.answer() for _ in range(5)] == [(200, b"%d" % number) for number in range(5)]

    at_a_door(test, slowly)


def test_a_call_may_come_byte_by_byte() -> None:
    async def test(door: Door) -> None:
        await door.sends(*(bytes((byte,)) for byte in post(b"halo") + post(b"lagi")))
        assert await door.answer() == (200, b"halo")
        assert await door.answer() == (200, b"lagi")

    at_a_door(test)


@pytest.mark.parametrize("size", [0, 1, 1000, 1001, 70_000, 400_000])
def test_bodies_of_any_size_come_whole_with_a_length_or_in_chunks(size: int) -> None:
    body = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in _parts(body, 999)) + b"0\r\n\r\n"

    async def test(door: Door) -> None:
        await door.sends(post(body))
        assert await door.answer() == (200, body)
        await door.sends(b"POST /a HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n" + chunks)
        assert await door.answer() == (200, body)
        assert [length for _, _, length in door.calls] == [size if size <= SMALL.memory else 0] * 2

    at_a_door(test)


def _parts(body: bytes, size: int) -> list[bytes]:
    return [body[at : at + size] for at in range(0, len(body), size)]


def test_a_large_call_that_begins_behind_a_small_one_is_served_too() -> None:
    large = b"y" * 20_000

    async def test(door: Door) -> None:
        await door.sends(post(b"kecil") + post(large)[:5000], post(large)[5000:] + post(b"akhir"))
        assert [await door.answer() for _ in range(3)] == [(200, b"kecil"), (200, large), (200, b"akhir")]

    at_a_door(test)


def test_who_expects_a_go_ahead_gets_it_before_the_body() -> None:
    async def test(door: Door) -> None:
        head, _, body = post(b"halo", b"Expect: 100-continue").partition(b"\r\n\r\n")
        await door.sends(head + b"\r\n\r\n")
        assert await door.answer() == (100, b"")
        await door.sends(body)
        assert await door.answer() == (200, b"halo")

    at_a_door(test)


def test_who_expects_a_go_ahead_for_too_much_is_refused_before_the_body() -> None:
    async def test(door: Door) -> None:
        lines = b"POST /a HTTP/1.1\r\n" + HOST + b"Expect: 100-continue\r\nContent-Length: 500001\r\n\r\n"
        await door.sends(lines)
        assert (await door.answer())[0] == 413
        assert await door.rest() == b""

    at_a_door(test)


REFUSED: dict[str, tuple[bytes, int]] = {
    "no host": (b"GET / HTTP/1.1\r\n\r\n", 400),
    "two hosts": (b"GET / HTTP/1.1\r\n" + HOST + HOST + b"\r\n", 400),
    "http/1.0": (b"GET / HTTP/1.0\r\n" + HOST + b"\r\n", 400),
    "http/2 preface": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
    "length and chunks": (
        b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400,
    ),
    "two lengths": (b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc", 400),
    "negative length": (b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: -1\r\n\r\n", 400),
    "no number as a chunk": (b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
    "unknown coding": (b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: gzip\r\n\r\n", 400),
    "folded header": (b"GET / HTTP/1.1\r\n" + HOST + b"X-A: b\r\n c\r\n\r\n", 400),
    "space before the colon": (b"GET / HTTP/1.1\r\n" + HOST + b"X-A : b\r\n\r\n", 400),
    "bare line feeds": (b"GET / HTTP/1.1\n" + HOST + b"\n\n", 400),
    "absolute target": (b"GET http://lain/ HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "fragment": (b"GET /a#b HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "a byte that is not ascii": (b"GET /\xff HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "tunnel": (b"CONNECT lain:443 HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "trailer": (
        b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX-Road-Client: b\r\n\r\n", 400,
    ),
    "long target": (b"GET /" + b"a" * 300 + b" HTTP/1.1\r\n" + HOST + b"\r\n", 414),
    "long headers": (b"GET / HTTP/1.1\r\n" + HOST + b"X-A: " + b"b" * 1100 + b"\r\n\r\n", 431),
    "many headers": (b"GET / HTTP/1.1\r\n" + HOST + b"X-A: b\r\n" * 11 + b"\r\n", 431),
    "long name": (b"GET / HTTP/1.1\r\n" + HOST + b"X" * 300 + b": b\r\n\r\n", 431),
    "a header without end": (b"GET / HTTP/1.1\r\n" + HOST + b"X-A: " + b"b" * 80_000, 431),
    "declared too large": (b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 500001\r\n\r\n", 413),
    "no http at all": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
}  # fmt: skip


@pytest.mark.parametrize("name", list(REFUSED))
def test_what_can_be_read_in_two_ways_is_refused_once_and_the_connection_ends(name: str) -> None:
    sent, status = REFUSED[name]

    async def test(door: Door) -> None:
        await door.sends(sent + post(b"selundupan"))
        answered = await door.rest()
        assert answered.startswith(b"HTTP/1.1 %d " % status)
        assert len(re.findall(rb"HTTP/1\.1 \d", answered)) == 1
        assert b"connection: close" in answered
        assert door.calls == []

    at_a_door(test)


def test_chunks_that_grow_too_large_break_off_what_was_begun() -> None:
    seen: list[str] = []

    async def reads(call: Call) -> Response:
        assert call.large is not None
        with pytest.raises(Refused) as told:
            _ = [chunk async for chunk in call.large.chunks()]
        seen.append(told.value.code)
        raise told.value

    async def test(door: Door) -> None:
        await door.sends(b"POST /a HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n")
        piece = b"ffff\r\n" + b"z" * 0xFFFF + b"\r\n"
        await door.sends(*[piece] * 9)
        assert (await door.rest()).startswith(b"HTTP/1.1 502 ")
        assert seen == ["body-broken"]

    at_a_door(test, _told(reads))


def _told(handler: Handler) -> Handler:
    """What the door's own handler does: a refusal becomes an answer."""

    async def handle(call: Call) -> Response:
        try:
            return await handler(call)
        except Refused as error:
            return complain(error)

    return handle


def test_a_caller_that_leaves_in_the_middle_breaks_the_body() -> None:
    told: asyncio.Queue[str] = asyncio.Queue()

    async def reads(call: Call) -> Response:
        assert call.large is not None
        try:
            return Response(200, b"OK", (), b"".join([chunk async for chunk in call.large.chunks()]))
        except Refused as error:
            await told.put(error.code)
            raise

    async def test(door: Door) -> None:
        await door.sends(post(b"y" * 5000)[:3000])
        await until(lambda: door.calls)
        door.writer.close()
        assert await told.get() == "body-broken"
        await until(lambda: not door.open_now)

    at_a_door(test, _told(reads))


def test_a_large_body_waits_at_the_caller_until_it_is_read() -> None:
    begin, held = asyncio.Event(), Limits(memory=1000, body=1 << 26)
    received: list[int] = []

    async def waits(call: Call) -> Response:
        await begin.wait()
        assert call.large is not None
        async for chunk in call.large.chunks():
            assert len(chunk) <= 65_536
            received.append(len(chunk))
        return Response(200, b"OK", (), b"%d" % sum(received))

    async def test(door: Door) -> None:
        size = 32 << 20
        head = b"POST /a HTTP/1.1\r\n" + HOST + b"Content-Length: %d\r\n\r\n" % size
        door.writer.write(head)
        sending = asyncio.ensure_future(_send(door.writer, size))
        await until(lambda: door.calls)
        done, _ = await asyncio.wait([sending], timeout=0.5)
        assert not done, "32 MiB left although nobody read them: they lie in memory"
        begin.set()
        assert await door.answer() == (200, b"%d" % size)
        await sending

    at_a_door(test, waits, held)


async def _send(writer: asyncio.StreamWriter, size: int) -> None:
    piece = b"p" * 65_536
    for _ in range(size // len(piece)):
        writer.write(piece)
        await writer.drain()


class Made(Struct):
    """A large answer; counts what it was asked for."""

    size: int | None
    pieces: int
    made: int = 0
    breaks_at: int = -1

    async def chunks(self) -> AsyncIterator[bytes]:
        for number in range(self.pieces):
            if number == self.breaks_at:
                raise Refused("body-broken", "Expected marks that fit.")
            self.made += 1
            yield b"m" * 65_536


@pytest.mark.parametrize("known", [True, False])
def test_a_large_answer_waits_until_the_caller_reads(known: bool) -> None:
    large = Made(size=400 * 65_536 if known else None, pieces=400)

    async def gives(_: Call) -> Response:
        return Response(200, b"OK", (), large=large)

    async def test(door: Door) -> None:
        door.writer.transport.pause_reading()  # type: ignore[attr-defined]
        await door.sends(b"GET /a HTTP/1.1\r\n" + HOST + b"\r\n")
        before = -1
        while before != large.made or not large.made:
            before = large.made
            await asyncio.sleep(0.2)
        assert large.made < 400, "26 MB were written although nobody read them"
        door.writer.transport.resume_reading()  # type: ignore[attr-defined]
        head = await door.reader.readuntil(b"\r\n\r\n")
        assert (b"content-length: 26214400" in head) == known
        assert (b"transfer-encoding: chunked" in head) != known
        whole = 400 * (65_536 + (0 if known else 9)) + (0 if known else 5)
        assert len(await door.reader.readexactly(whole)) == whole
        await door.sends(post(b"", target=b"/b"))

    at_a_door(test, gives)


@pytest.mark.parametrize("size", [3 * 65_536, None])
def test_a_large_answer_that_breaks_off_is_never_ended_as_if_it_were_whole(size: int | None) -> None:
    async def gives(_: Call) -> Response:
        return Response(200, b"OK", (), large=Made(size=size, pieces=3, breaks_at=2))

    async def test(door: Door) -> None:
        await door.sends(b"GET /a HTTP/1.1\r\n" + HOST + b"\r\n")
        received = b""
        with contextlib.suppress(ConnectionResetError):
            while piece := await door.reader.read(65_536):
                received += piece
        assert received.startswith(b"HTTP/1.1 200 ")
        assert not received.endswith(b"0\r\n\r\n")
        assert received.count(b"m") < 3 * 65_536

    at_a_door(test, gives)


def test_no_body_stands_behind_an_answer_to_head_nor_behind_no_content() -> None:
    async def gives(call: Call) -> Response:
        return Response(204 if call.target == b"/kosong" else 200, b"OK", (), b"isi")

    async def test(door: Door) -> None:
        await door.sends(b"HEAD /a HTTP/1.1\r\n" + HOST + b"\r\n")
        assert (await door.reader.readuntil(b"\r\n\r\n")).endswith(b"content-length: 3\r\n\r\n")
        await door.sends(b"GET /kosong HTTP/1.1\r\n" + HOST + b"\r\n")
        assert b"content-length" not in await door.reader.readuntil(b"\r\n\r\n")
        await door.sends(b"GET /a HTTP/1.1\r\n" + HOST + b"\r\n")
        assert await door.answer() == (200, b"isi")

    at_a_door(test, gives)


def test_an_answer_before_the_whole_large_body_was_read_ends_the_connection() -> None:
    async def refuses(_: Call) -> Response:
        return Response(403, b"No", (), b"tidak")

    async def test(door: Door) -> None:
        await door.sends(post(b"y" * 50_000)[:3000])
        assert await door.answer() == (403, b"tidak")
        assert await door.rest() == b""

    at_a_door(test, refuses)


def test_close_is_obeyed() -> None:
    async def test(door: Door) -> None:
        await door.sends(post(b"akhir", b"Connection: close") + post(b"lagi"))
        assert await door.answer() == (200, b"akhir")
        assert await door.rest() == b""
        assert len(door.calls) == 1

    at_a_door(test)


def test_a_call_that_was_begun_is_answered_although_garbage_follows() -> None:
    async def test(door: Door) -> None:
        await door.sends(post(b"berakibat") + b"\x00garbage\r\n\r\n", post(b"lagi"))
        assert await door.answer() == (200, b"berakibat")
        assert (await door.answer())[0] == 400
        assert await door.rest() == b""
        assert len(door.calls) == 1

    at_a_door(test)


def test_an_upgrade_that_is_offered_is_not_taken() -> None:
    async def test(door: Door) -> None:
        await door.sends(b"GET /a HTTP/1.1\r\n" + HOST + b"Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n")
        assert await door.answer() == (200, b"")
        await door.sends(post(b"lagi"))
        assert await door.answer() == (200, b"lagi")

    at_a_door(test)


@pytest.mark.parametrize(
    ("sent", "after", "ends"),
    [
        (b"GET / HTT", 6, True),
        (b"GET / HTTP/1.1\r\nHost: sim", 6, True),
        (post(b"halo")[:-2], 6, True),
        (b"GET / HTT", 4, False),
        (b"", 6, False),
        (b"", 51, True),
    ],
)
def test_slow_heads_small_bodies_and_long_silence_end_a_connection(sent: bytes, after: float, ends: bool) -> None:
    async def test(door: Door) -> None:
        await door.sends(sent)
        await until(lambda: door.open_now)
        connection = next(iter(door.open_now))
        await until(lambda: not sent or not connection.idle)
        connection.expire(connection.since + after)
        if ends:
            assert await door.rest() == b""
        else:
            assert door.open_now == {connection}

    at_a_door(test)


def test_a_large_body_that_stops_ends_the_connection_but_not_one_that_must_wait() -> None:
    begin = asyncio.Event()

    async def waits(call: Call) -> Response:
        await begin.wait()
        return await echo(call)

    async def test(door: Door) -> None:
        await door.sends(post(b"y" * 400_000)[:300_000])
        await until(lambda: door.calls)
        connection = next(iter(door.open_now))
        await until(lambda: not connection._transport.is_reading())
        connection.expire(connection.since + 51)
        assert door.open_now == {connection}
        begin.set()
        await until(connection._transport.is_reading)
        connection.expire(connection.since + 49)
        assert door.open_now == {connection}
        connection.expire(connection.since + 51)
        await until(lambda: not door.open_now)

    at_a_door(test, _told(waits))


def test_a_trickle_does_not_move_the_clock() -> None:
    async def test(door: Door) -> None:
        await door.sends(b"GET / HTTP/1.1\r\n")
        await until(lambda: any(not one.idle for one in door.open_now))
        connection = next(iter(door.open_now))
        since = connection.since
        await door.sends(*[b"X-A: b\r\n"] * 5)
        await asyncio.sleep(0.05)
        assert connection.since == since

    at_a_door(test)


def test_an_answer_that_nobody_reads_ends_the_connection() -> None:
    async def gives(_: Call) -> Response:
        return Response(200, b"OK", (), large=Made(size=None, pieces=10_000))

    async def test(door: Door) -> None:
        door.writer.transport.pause_reading()  # type: ignore[attr-defined]
        await door.sends(b"GET /a HTTP/1.1\r\n" + HOST + b"\r\n")
        await asyncio.sleep(0.3)
        loop: Any = asyncio.get_running_loop()
        for one in list(door.open_now):
            one.expire(loop.time() + 60)
        await until(lambda: not door.open_now)

    at_a_door(test, gives)


def test_a_calls_header_is_the_last_of_its_name() -> None:
    call = Call(b"GET", b"/", ((b"X-A", b"1"), (b"x-a", b"2")), b"", None, None)
    assert call.header(b"x-a") == b"2"
    assert call.header(b"x-b") is None


def test_who_goes_on_sending_reads_why_it_was_refused() -> None:
    async def test(door: Door) -> None:
        body = b"z" * 1_000_000
        await door.sends(b"POST /a HTTP/1.1\r\n" + HOST + b"Content-Length: 1000000\r\n\r\n", body[:500_000], body[500_000:])
        answered = await door.rest()
        assert answered.startswith(b"HTTP/1.1 413 ")
        assert b"connection: close" in answered
        assert door.calls == []
        door.writer.close()
        await until(lambda: not door.open_now)

    at_a_door(test)


def test_who_sends_on_and_on_or_never_reads_is_let_go() -> None:
    async def test(door: Door) -> None:
        door.writer.write(b"POST /a HTTP/1.1\r\n" + HOST + b"Content-Length: 1000000000\r\n\r\n")
        with pytest.raises(ConnectionError):
            await door.sends(*[b"z" * 65_536] * 20_000)
        await until(lambda: not door.open_now)

    async def silent(door: Door) -> None:
        await door.sends(b"no HTTP at all\r\n\r\n")
        assert (await door.rest()).startswith(b"HTTP/1.1 400 ")
        await until(lambda: len(door.open_now) == 1)
        lingering = next(iter(door.open_now))
        lingering.expire(asyncio.get_running_loop().time())
        assert door.open_now
        lingering.expire(asyncio.get_running_loop().time() + 3)
        await until(lambda: not door.open_now)

    at_a_door(test)
    at_a_door(silent)
