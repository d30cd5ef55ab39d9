"""A hostile source (A15) on real sockets: cut at the declared length and at the time, never an exception in the node."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import pytest

from terpadu.trust import acquire, fetch
from terpadu.trust.fetch import Source
from tests.lib.federation import Made
from tests.unit.trust.conftest import HandClock
from tests.unit.trust.hostile import Files, published

Behaviour = Callable[[socket.socket, bytes], None]
OK = b"HTTP/1.1 200 OK\r\n"
TIME = 0.4
MIB = 1024 * 1024


class Server:
    """Answers each connection with one behaviour; counts the bytes that could be sent."""

    def __init__(self, files: Files, bad: str, behaviour: Behaviour) -> None:
        self._files, self._bad, self._behaviour = files, bad, behaviour
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}/"
        self.thread = threading.Thread(target=self._serve)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection:
                try:
                    self._answer(connection)
                except OSError:
                    continue

    def _answer(self, connection: socket.socket) -> None:
        path = connection.recv(65536).split(b" ")[1].decode().lstrip("/")
        raw = self._files.get(path)
        if self._bad in path:
            self._behaviour(connection, raw or b"")
        elif raw is None:
            connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
        else:
            connection.sendall(OK + b"Content-Length: %d\r\n\r\n" % len(raw) + raw)


@contextmanager
def hostile(files: Files, bad: str, behaviour: Behaviour) -> Iterator[str]:
    """A server that behaves so for paths that contain `bad`."""
    server = Server(files, bad, behaviour)
    server.thread.start()
    try:
        yield server.url
    finally:
        server.listener.shutdown(socket.SHUT_RDWR)
        server.listener.close()
        server.thread.join(10)


SENT: list[int] = []


def endless(connection: socket.socket, raw: bytes) -> None:
    SENT.clear()
    connection.sendall(OK + b"Content-Length: 99999999999\r\n\r\n")
    while True:
        SENT.append(connection.send(b" " * 65536))


def endless_chunks(connection: socket.socket, raw: bytes) -> None:
    connection.sendall(OK + b"Transfer-Encoding: chunked\r\n\r\n")
    while True:
        connection.sendall(b"10000\r\n" + b" " * 65536 + b"\r\n")


def endless_head(connection: socket.socket, raw: bytes) -> None:
    connection.sendall(OK)
    while True:
        connection.sendall(b"X-More: " + b"x" * 1000 + b"\r\n")


def trickle(connection: socket.socket, raw: bytes) -> None:
    connection.sendall(OK + b"Content-Length: %d\r\n\r\n" % len(raw))
    _slowly(connection, raw)


def trickled_head(connection: socket.socket, raw: bytes) -> None:
    _slowly(connection, OK + b"Content-Length: %d\r\n\r\n" % len(raw))
    connection.sendall(raw)


def _slowly(connection: socket.socket, raw: bytes) -> None:
    """All of it within a second, never a gap that a time-out on silence would notice."""
    for at in range(0, len(raw), 1 + len(raw) // 10):
        connection.sendall(raw[at : at + 1 + len(raw) // 10])
        time.sleep(0.1)  # the attack itself, not a synchronisation


def silent(connection: socket.socket, raw: bytes) -> None:
    connection.recv(1)


def too_short(connection: socket.socket, raw: bytes) -> None:
    connection.sendall(OK + b"Content-Length: %d\r\n\r\n" % (len(raw) + 1) + raw)


def padded(connection: socket.socket, raw: bytes) -> None:
    connection.sendall(OK + b"Content-Length: %d\r\n\r\n" % (len(raw) + 1) + raw + b" ")


def bomb(connection: socket.socket, raw: bytes) -> None:
    packed = gzip.compress(b" " * 10 * MIB)
    connection.sendall(OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed) + packed)


def packed(connection: socket.socket, raw: bytes) -> None:
    body = gzip.compress(raw)
    connection.sendall(OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body) + body)


def elsewhere(connection: socket.socket, raw: bytes) -> None:
    connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n")


def page(connection: socket.socket, raw: bytes) -> None:
    connection.sendall(OK + b"Content-Length: 14\r\n\r\n<html>\r\n</html>"[:-1])


def deep(connection: socket.socket, raw: bytes) -> None:
    body = b'{"signed":' + b"[" * 8000
    connection.sendall(OK + b"Content-Length: %d\r\n\r\n" % len(body) + body)


def garbage(connection: socket.socket, raw: bytes) -> None:
    connection.sendall(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 10)


ATTACKS: dict[Behaviour, str] = {
    endless: "maximum allowed length|did not send all in time",
    endless_chunks: "maximum allowed length|did not send all in time",
    endless_head: "head of the reply",
    trickle: "in time",
    trickled_head: "in time",
    silent: "closed|in time",
    too_short: "closed before",
    padded: "length|deserialize|Observed",
    bomb: "compressed",
    packed: "compressed",
    elsewhere: "status 302",
    page: "does not verify|length",
    deep: "does not verify|length",
    garbage: "can't be read",
}


SLOW = (trickle, trickled_head, silent)
CASES = [
    (behaviour, bad)
    for behaviour in ATTACKS
    for bad in ("timestamp.json", ".snapshot.json", "federation.json")
    # Blanks after a signed timestamp change nothing that it says; its hash is in no other file.
    if (behaviour, bad) != (padded, "timestamp.json") and (behaviour not in SLOW or bad == ".snapshot.json")
]


@pytest.mark.parametrize(("behaviour", "bad"), CASES, ids=lambda value: getattr(value, "__name__", value))
def test_a15_a_hostile_source_costs_its_time_and_no_more(
    made: Made, clock: HandClock, tmp_path: Path, behaviour: Behaviour, bad: str
) -> None:
    with hostile(published(made.office), bad, behaviour) as url:
        begun = time.monotonic()
        tried = acquire.attempt(Source(url), tmp_path / "tuf", made.root, clock(), TIME)
        took = time.monotonic() - begun
    assert tried.taken is None
    with pytest.raises(AssertionError, match=ATTACKS[behaviour]):
        raise AssertionError(tried.error)
    assert took < TIME + 0.5
    if behaviour is endless:
        assert sum(SENT) < 16 * MIB  # the kernel's buffers, not the 93 GiB that were announced


@pytest.mark.parametrize("behaviour", [trickle, trickled_head], ids=lambda behaviour: behaviour.__name__)
def test_a15_weakened_without_the_deadline_a_trickle_is_endured(
    made: Made, clock: HandClock, tmp_path: Path, behaviour: Behaviour
) -> None:
    with (
        hostile(published(made.office), "timestamp.json", behaviour) as url,
        patch.object(fetch, "_left", lambda deadline: 5.0),
    ):
        assert acquire.attempt(Source(url), tmp_path / "tuf", made.root, clock(), TIME).taken


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/", "http://", "nothing", "http://127.0.0.1:1/", "http://[::1/"])
def test_an_address_that_leads_nowhere_is_a_sentence(made: Made, clock: HandClock, tmp_path: Path, url: str) -> None:
    tried = acquire.attempt(Source(url), tmp_path / "tuf", made.root, clock(), TIME)
    assert tried.taken is None
    assert tried.error.startswith(f"Expected the federation from {url}:")
