"""One bounded GET, and the two ways in which python-tuf gets its files: from an address, or from files already here.

A hostile or broken server can cost no more than the deadline and the declared length: one absolute deadline covers
connecting, the head and the body however slowly they trickle, nothing is decompressed, nothing is followed.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

import httptools
from tuf.api.exceptions import DownloadError, DownloadHTTPError, SlowRetrievalError
from tuf.ngclient.fetcher import FetcherInterface

HEAD_LIMIT = 16 * 1024
_PIECE = 64 * 1024


class Source(NamedTuple):
    """Where the federation's files are served: an address (http or https), and how to speak TLS to it.

    A peer's relay stands at its node's port and asks for mutual TLS: give the context of the link.
    """

    url: str
    tls: ssl.SSLContext | None = None


class FilesFetcher(FetcherInterface):
    """Files that are already here, by name: the last good ones, to be verified again."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files

    def _fetch(self, url: str) -> Iterator[bytes]:
        found = self._files.get(url)
        if found is None:
            raise DownloadHTTPError(f"not among the kept files: {url}", 404)
        return iter((found,))


class HttpFetcher(FetcherInterface):
    """Files from one source; all of them together before `deadline` (seconds of the monotonic clock)."""

    def __init__(self, source: Source, deadline: float) -> None:
        self._source = source
        self._deadline = deadline

    def _fetch(self, url: str) -> Iterator[bytes]:
        return get(url, self._source.tls, self._deadline)


class _Reply:
    """What the parser tells of a reply so far."""

    def __init__(self) -> None:
        self.parser = httptools.HttpResponseParser(self)
        self.body: list[bytes] = []
        self.headed = self.complete = False
        self.encoded = False

    def on_header(self, name: bytes, value: bytes) -> None:
        self.encoded |= name.lower() == b"content-encoding" and value.strip().lower() != b"identity"

    def on_headers_complete(self) -> None:
        self.headed = True

    def on_body(self, body: bytes) -> None:
        self.body.append(body)

    def on_message_complete(self) -> None:
        self.complete = True


def get(url: str, tls: ssl.SSLContext | None, deadline: float) -> Iterator[bytes]:
    """The body of a 200 reply, piece by piece; the reader stops where it wants. Raises python-tuf's download errors."""
    where = urlsplit(url)
    with _connect(where, tls, deadline) as connection:
        connection.sendall(_question(where))
        yield from _body(connection, url, deadline)


def _question(where: SplitResult) -> bytes:
    return (
        f"GET {where.path} HTTP/1.1\r\nHost: {where.netloc}\r\n"
        "Accept-Encoding: identity\r\nConnection: close\r\nUser-Agent: terpadu\r\n\r\n"
    ).encode()


def _connect(where: SplitResult, tls: ssl.SSLContext | None, deadline: float) -> socket.socket:
    secure = where.scheme == "https"
    if where.scheme not in ("http", "https") or not where.hostname:
        raise DownloadError(f"expected an http or https address, got {where.geturl()}")
    address = (where.hostname, where.port or (443 if secure else 80))
    connection = socket.create_connection(address, timeout=_left(deadline))
    if not secure:
        return connection
    context = tls or ssl.create_default_context()
    return context.wrap_socket(connection, server_hostname=where.hostname)


def _body(connection: socket.socket, url: str, deadline: float) -> Iterator[bytes]:
    reply, received = _Reply(), 0
    while not reply.complete:
        piece = _receive(connection, deadline)
        received += len(piece)
        _feed(reply, piece)
        if not reply.headed:
            _check_head(received)
            continue
        _check_status(reply, url)
        yield from reply.body
        reply.body.clear()


def _feed(reply: _Reply, piece: bytes) -> None:
    try:
        reply.parser.feed_data(piece)
    except httptools.HttpParserError as error:
        raise DownloadError(f"the source does not speak HTTP: {error}") from None


def _receive(connection: socket.socket, deadline: float) -> bytes:
    connection.settimeout(_left(deadline))
    try:
        piece = connection.recv(_PIECE)
    except TimeoutError:
        raise SlowRetrievalError("the source did not send all in time") from None
    if not piece:
        raise DownloadError("the source closed before the declared end")
    return piece


def _check_head(received: int) -> None:
    if received > HEAD_LIMIT:
        raise DownloadError(f"the head of the reply is longer than {HEAD_LIMIT} bytes")


def _check_status(reply: _Reply, url: str) -> None:
    status = reply.parser.get_status_code()
    if status != 200:
        raise DownloadHTTPError(f"status {status} for {url}", status)
    if reply.encoded:
        raise DownloadError("the reply is compressed, which was not asked for")


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise SlowRetrievalError("the source did not send all in time")
    return left
