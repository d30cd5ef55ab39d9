"""Reading what a draft is made from: a file, or an address that the person who types names."""

from __future__ import annotations

import asyncio
from pathlib import Path
from urllib.parse import urlsplit

from terpadu.connectors.rest_client import Broken, Client, Garbled, NotReached, Room, Wire, address
from terpadu.errors import BadInput

MOST_BYTES = 16 << 20
SECONDS = 20.0


def read(source: str, expected: str) -> bytes:
    """The bytes of a file or an http(s) address. Raises BadInput: what was expected, what came, what to do."""
    return (
        asyncio.run(_fetched(source, expected))
        if source.startswith(("http://", "https://"))
        else _file(source, expected)
    )


def html(body: bytes) -> bool:
    """Would a browser show this as a page?"""
    return body[:300].lstrip().lower().startswith((b"<!doctype html", b"<html"))


def _file(source: str, expected: str) -> bytes:
    try:
        with Path(source).open("rb") as file:
            body = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise BadInput(f"Expected {expected} at {source}, got no file ({error.strerror}); check the name.") from None
    if len(body) > MOST_BYTES:
        raise BadInput(f"Expected {expected} of at most {MOST_BYTES} bytes at {source}, got more; give a shorter one.")
    return body


async def _fetched(source: str, expected: str) -> bytes:
    parts = urlsplit(source)
    where = address(f"{parts.scheme}://{parts.netloc}")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not target.isascii() or not target.isprintable() or " " in target:
        raise BadInput(f"Expected a plain address, got {source!r}; percent-encode it.")
    client = Client(where, 0)
    head = f"GET {target} HTTP/1.1\r\nHost: {parts.netloc}\r\nAccept: */*\r\n".encode()
    try:
        async with asyncio.timeout(SECONDS):
            reply = await client.ask(Wire(head), Room(MOST_BYTES, 0, SECONDS))
    except (NotReached, Broken, Garbled, TimeoutError) as error:
        raise BadInput(
            f"Expected {expected} at {source}, got no answer ({error or 'too late'}); check the address."
        ) from None
    finally:
        client.close()
    if reply.status != 200:
        raise BadInput(f"Expected {expected} at {source}, got HTTP {reply.status}; check the address in a browser.")
    return reply.body
