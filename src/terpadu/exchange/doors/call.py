"""A call and its response as a door sees them, and what one connection may ask for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from itertools import chain
from typing import NamedTuple

from terpadu.errors import Refused
from terpadu.model.message import Headers, Large

NAME_LIMIT = 256
"""Bytes of a header's name."""


class Limits(NamedTuple):
    """What one connection may ask for: bytes and seconds."""

    url: int = 8 * 1024
    headers: int = 48 * 1024
    header_count: int = 100
    memory: int = 64 * 1024
    body: int = 128 * 1024 * 1024
    head_seconds: float = 15.0
    idle_seconds: float = 75.0


def check_size(headers: Sequence[tuple[bytes, bytes]], limits: Limits) -> None:
    """Is a whole head within its limits? While it comes, the door bounds what is held. Raises `Refused`."""
    size = sum(map(len, chain.from_iterable(headers)))
    longest = max([len(header[0]) for header in headers], default=0)
    if size > limits.headers or longest > NAME_LIMIT or len(headers) > limits.header_count:
        raise Refused("headers-too-large", f"Expected at most {limits.headers} bytes of headers.")


class Call(NamedTuple):
    """One HTTP request. Exactly one of `body` and `large` holds the body."""

    verb: bytes
    target: bytes
    headers: Headers
    body: bytes
    large: Large | None
    certificate: bytes | None
    """The client's certificate in DER, where it showed one."""

    def header(self, name: bytes) -> bytes | None:
        """The last value of a header, by its lower-case name."""
        found = None
        for key, value in self.headers:
            if key.lower() == name:
                found = value
        return found


class Response(NamedTuple):
    """One HTTP response; `large` streams where it is given, and a broken stream breaks the connection."""

    status: int
    reason: bytes
    headers: Headers
    body: bytes = b""
    large: Large | None = None


Handler = Callable[[Call], Awaitable[Response]]
Complaint = Callable[[Refused], Response]
"""How the dialect says that a call could not even be read."""
