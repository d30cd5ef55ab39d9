"""The HTTP line and headers of a message, in the bytes that X-Road signs (PR-REST 1.0.4; protocol section 2).

request  VERB CRLF PATH[?QUERY] CRLF (Name:Value CRLF)*
reply    CODE CRLF REASON CRLF (Name:Value CRLF)*
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from terpadu.errors import Refused
from terpadu.model.message import Headers

VERBS = frozenset((b"DELETE", b"GET", b"HEAD", b"OPTIONS", b"PATCH", b"POST", b"PUT", b"TRACE"))
DROPPED = frozenset(
    (
        *(b"transfer-encoding", b"keep-alive", b"proxy-authenticate", b"proxy-authorization", b"te", b"trailer"),
        *(b"upgrade", b"connection", b"user-agent", b"host", b"content-length", b"server", b"expect"),
        *(b"x-road-request-id", b"x-road-request-hash"),
    )
)
"""X-Road's list: hop-by-hop headers and those that a caller must not set, dropped at both ends."""

_LINES = re.compile(rb"(?:[!#$%&'*+.^`|~0-9A-Za-z-]{1,128}:[^\r\n\0]*\r\n)*")
_line = b":".join
_pairs = re.compile(rb"([^:]+):([^\r]*)\r\n").findall
"""The headers of lines that fit: no name holds a colon, no value a CR."""
_PATH = re.compile(rb"/[!-~]*")
_STATUS = re.compile(rb"[2-5][0-9]{2}")
_REASON = re.compile(rb"[\t -~\x80-\xff]*")


class Part(NamedTuple):
    """First and second line (verb and path, or status and reason), and the headers in order."""

    first: bytes
    second: bytes
    headers: Headers


def encode(part: Part) -> bytes:
    """The part's bytes."""
    return b"\r\n".join((part.first, part.second, *map(_line, part.headers), b""))


def decode(raw: bytes) -> Part:
    """The part of these bytes. Raises `Refused("content")` on control bytes, bad names, obsolete folding."""
    first, _, rest = raw.partition(b"\r\n")
    second, gap, lines = rest.partition(b"\r\n")
    if not gap or not _LINES.fullmatch(lines):
        raise Refused("content", "Expected two lines and headers, each ended by CRLF, names without underscore.")
    return Part(first, second, tuple(_pairs(lines)))


def check_request(part: Part) -> None:
    """Is it a request's part: a known verb, a path in origin form? Raises `Refused("content")`."""
    if part.first not in VERBS or not _PATH.fullmatch(part.second) or b"#" in part.second:
        raise Refused("content", "Expected a known method and a path in origin form in the request's part.")


def check_reply(part: Part) -> int:
    """The status of a reply's part, a final one: after 1xx a client reads on. Raises `Refused("content")`."""
    if not _STATUS.fullmatch(part.first) or not _REASON.fullmatch(part.second):
        raise Refused("content", "Expected a status from 200 to 599 and a reason in the reply's part.")
    return int(part.first)


def passed(headers: Sequence[tuple[bytes, bytes]]) -> Headers:
    """Headers that travel: not X-Road's list, not what `Connection` names, not ours, none with an underscore (A19)."""
    kept = [header for header in headers if travels(header[0])]
    if len(kept) == len(headers):  # not even a `Connection`
        return tuple(kept)
    named = [value for name, value in headers if len(name) == 10 and name.lower() == b"connection"]
    if named:
        ends = {token.strip().lower() for value in named for token in value.split(b",")}
        kept = [(name, value) for name, value in kept if lowered(name) not in ends]
    return tuple(kept)


def by_name(headers: Sequence[tuple[bytes, bytes]]) -> dict[bytes, list[bytes]]:
    """All values of each header, by its lower-case name."""
    found: dict[bytes, list[bytes]] = {}
    for name, value in headers:
        lower = lowered(name)
        if lower in found:
            found[lower].append(value)
        else:
            found[lower] = [value]
    return found


@lru_cache(maxsize=1024)
def lowered(name: bytes) -> bytes:
    """A header's name as it is compared. Cached, since the same few names come again and again."""
    return name.lower()


@lru_cache(maxsize=1024)
def travels(name: bytes) -> bool:
    """Does a header of this name travel, whatever `Connection` says?"""
    lower = name.lower()
    return lower not in DROPPED and b"_" not in lower and not is_ours(name)


@lru_cache(maxsize=1024)
def is_ours(name: bytes) -> bool:
    """Is it a header that only our nodes and their callers exchange?"""
    return name.lower().startswith((b"terpadu-", b"idempotency-key"))
