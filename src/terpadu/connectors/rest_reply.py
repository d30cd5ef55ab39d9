"""What came back over HTTP, made sense of by status and content type; nothing is guessed."""

from __future__ import annotations

import re
import zlib
from functools import lru_cache
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
    if not reply.body and reply.stream is None:
        return "empty"
    return _content_type(reply.header(b"content-type"))[0]


@lru_cache(maxsize=256)
def _content_type(header: bytes) -> tuple[str, str | None]:
    """Media type as above, and the charset that is read (UTF-8 where none is named, None for one that is not read)."""
    text = header.decode("latin-1")
    kind = text.partition(";")[0].strip().casefold()
    named = _CHARSET.search(text)
    charset = "utf-8" if named is None else CHARSETS.get(named[1].casefold())
    if _JSON.fullmatch(kind):
        return "json", charset
    return {"text/html": "html", "application/xhtml+xml": "html", "text/plain": "text"}.get(kind, "other"), charset


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
    if encoding and encoding != b"identity":
        body = _unpacked(body, encoding, most, system)
    charset = _content_type(reply.header(b"content-type"))[1]
    if charset is None:
        raise failed("upstream-garbage", system, "a charset that is not read")
    return body if charset == "utf-8" else body.decode(charset, "replace").encode()


def headers_of(reply: Reply) -> Headers:
    """The headers that may leave; the content type says UTF-8 JSON without a charset (RFC 8259 section 11)."""
    return tuple([
        (name, _plain_type(value) if name == b"content-type" else value)
        for name, value in reply.headers
        if name in KEPT
    ])  # fmt: skip


@lru_cache(maxsize=256)
def _plain_type(value: bytes) -> bytes:
    return value.partition(b";")[0].strip() if _content_type(value)[0] == "json" else value


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
