"""What came back over HTTP, made sense of by status and content type; nothing is guessed."""

from __future__ import annotations

import re
import zlib
from typing import Any

from terpadu.connectors.errors import by_status, failed
from terpadu.connectors.mapping import strict
from terpadu.connectors.rest_client import Reply
from terpadu.errors import Refused
from terpadu.model.message import Headers

KEPT = {b"content-type", b"content-language", b"content-disposition", b"etag", b"last-modified"}
"""The headers of an answer that may leave with it; any other might carry what the agreement does not name."""

CHARSETS = {"utf-8": "utf-8", "utf8": "utf-8", "us-ascii": "utf-8", "iso-8859-1": "cp1252", "windows-1252": "cp1252"}
"""Charsets that are read; latin-1 means windows-1252, as in every browser (WHATWG Encoding)."""

_JSON = re.compile(r"application/(?:[\w.-]+\+)?json")
_CHARSET = re.compile(r";\s*charset\s*=\s*\"?([\w-]+)", re.IGNORECASE)


def is_success(status: int) -> bool:
    """2xx, and only that: redirects are never followed."""
    return 200 <= status < 300


def text_or_json(reply: Reply, most: int, system: str) -> Any:
    """The decoded JSON of a reply; a Refused by its status where it is something else."""
    if media_type(reply) != "json":
        raise not_json(reply, system)
    return strict(body_of(reply, most, system))


def media_type(reply: Reply) -> str:
    """`json`, `html`, `text`, `empty` or `other`, by content type alone."""
    kind = reply.header(b"content-type").decode("latin-1").partition(";")[0].strip().casefold()
    if not reply.body and reply.stream is None:
        return "empty"
    if _JSON.fullmatch(kind):
        return "json"
    return {"text/html": "html", "application/xhtml+xml": "html", "text/plain": "text"}.get(kind, "other")


def not_json(reply: Reply, system: str) -> Refused:
    """Why a reply that should have been JSON is none: an error by its status, else unreadable."""
    what = {"html": "an HTML page", "text": "plain text", "empty": "an empty body"}.get(media_type(reply), "a type")
    if 300 <= reply.status < 400:
        return failed("upstream-garbage", system, f"HTTP {reply.status}, a redirect, which is never followed")
    if not is_success(reply.status):
        retry_after = reply.header(b"retry-after").decode("latin-1")
        return by_status(reply.status, system, f"{what} instead of JSON", retry_after)
    return failed("upstream-garbage", system, f"{what} instead of JSON")


def body_of(reply: Reply, most: int, system: str) -> bytes:
    """The body as UTF-8, unpacked within `most` bytes. Raises Refused("upstream-garbage")."""
    body = reply.body
    encoding = reply.header(b"content-encoding").strip().lower()
    if encoding not in (b"", b"identity"):
        body = _unpacked(body, encoding, most, system)
    named = _CHARSET.search(reply.header(b"content-type").decode("latin-1"))
    if named is None:
        return body
    charset = CHARSETS.get(named[1].casefold())
    if charset is None:
        raise failed("upstream-garbage", system, "a charset that is not read")
    return body if charset == "utf-8" else body.decode(charset, "replace").encode()


def headers_of(reply: Reply) -> Headers:
    """The headers that may leave; the content type says UTF-8 JSON without a charset (RFC 8259 section 11)."""
    kept = tuple(pair for pair in reply.headers if pair[0] in KEPT)
    return tuple((name, _without_charset(value) if name == b"content-type" else value) for name, value in kept)


def _without_charset(value: bytes) -> bytes:
    kind = value.partition(b";")[0].strip()
    return kind if _JSON.fullmatch(kind.decode("latin-1").casefold()) else value


def _unpacked(body: bytes, encoding: bytes, most: int, system: str) -> bytes:
    if encoding not in (b"gzip", b"x-gzip", b"deflate"):
        raise failed("upstream-garbage", system, "a packed body although none was asked for")
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 32)
    try:
        plain = unpacker.decompress(body, most + 1)
    except zlib.error as error:
        raise failed("upstream-garbage", system, "a packed body that does not unpack") from error
    if len(plain) > most:
        raise failed("upstream-garbage", system, f"a packed body of more than {most} bytes")
    if not unpacker.eof or unpacker.unused_data:
        raise failed("upstream-garbage", system, "a packed body that breaks off")
    return plain
