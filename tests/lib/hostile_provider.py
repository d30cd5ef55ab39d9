"""A provider's node that answers what it likes, with valid keys: a real TLS server that tests write the replies of."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import os
from collections.abc import AsyncIterator, Callable
from typing import Any

import msgspec

from terpadu.clock import system_clock
from terpadu.exchange.frames import Type, frame
from terpadu.exchange.link import MESSAGE_LANE, tls_context
from terpadu.model.heads import ReplyHead, RequestHead
from terpadu.model.message import Headers, Message
from terpadu.signing import canonical, hashes, part
from terpadu.signing.part import Part
from terpadu.signing.wire import join_content, split_content, unpack
from tests.lib.hostile_peer import HostilePeer, wire

Answers = Callable[["HostileProvider", list[Message]], list[tuple[list[Message], dict[str, Any]]]]
"""All requests so far -> frames to send now: messages, and how the frame is bent."""


def honest_headers(asked: Message) -> Headers:
    """X-Road's own headers, as an honest provider would set them."""
    head, (raw, body) = asked.head, split_content(asked.content)
    if not isinstance(head, RequestHead):
        raise TypeError("only a request is answered")
    read = part.decode(raw)
    echoed = [(name.lower(), value) for name, value in read.headers if name.lower() in (b"x-road-id", b"x-road-client")]
    return (
        *echoed, (b"x-road-service", head.to.encode()), (b"x-road-request-id", head.id.encode()),
        (b"x-road-request-hash", xroad_hash(read, body)), (b"content-type", b"application/json"),
    )  # fmt: skip


def xroad_hash(read: Part, body: bytes) -> bytes:
    """X-Road's request hash, reckoned here anew (PR-REST 1.0.4), not by the product's own function."""
    lines = [b"%b:%b\r\n" % (n, v) for n, v in read.headers if not n.lower().startswith((b"terpadu-", b"idempotency-key"))]
    digest = hashlib.sha512(b"%b\r\n%b\r\n%b" % (read.first, read.second, b"".join(lines))).digest()
    return base64.b64encode(hashlib.sha512(digest + hashlib.sha512(body).digest()).digest() if body else digest)


def make_reply(
    asked: Message,
    *,
    status: bytes = b"200",
    reason: bytes = b"OK",
    headers: Headers | None = None,
    more: Headers = (),
    body: bytes = b'{"jebak":"ya"}',
    raw_part: bytes | None = None,
    content: bytes | None = None,
    **head: Any,
) -> Message:
    """A reply to a request, every field of the head and byte of the content as a test likes."""
    about = asked.head
    if not isinstance(about, RequestHead):
        raise TypeError("only a request is answered")
    if raw_part is None:
        raw_part = part.encode(Part(status, reason, (*(honest_headers(asked) if headers is None else headers), *more)))
    raw = join_content(os.urandom(16), raw_part, body)
    values: dict[str, Any] = {
        "about": hashes.b64(asked.leaf), "source": about.to, "id": about.id, "kind": "reply", "rule": "agreement AT/1",
        "status": 200, "time": system_clock(), "to": about.source, "v": 1, **head,
    }  # fmt: skip
    values.setdefault("content", hashes.commitment("reply", values["id"], raw))
    written = ReplyHead(**values)
    encoded = canonical.encode_head(written)
    return Message(written, encoded, hashes.leaf(encoded), raw if content is None else content)


class HostileProvider(HostilePeer):
    """Listens as the node; `answers` writes what it says."""

    answers: Answers

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One link: HELLO, then whatever the test wants."""
        self.reader, self.writer = reader, writer
        asked: list[Message] = []
        with contextlib.suppress(ConnectionError):
            while (got := await self.read(60)) is not None:
                if got[0] == Type.HELLO:
                    self.to = msgspec.json.decode(got[1])["node"]
                    self.raw(frame(Type.HELLO, msgspec.json.encode({"node": self.node, "to": self.to, "time": system_clock()})))
                elif got[0] == Type.MESSAGES:
                    asked += _requests(got[1])
                    for messages, bent in self.answers(self, asked):
                        self.raw(wire(self.sealed(messages, **bent)))
        writer.close()


def _requests(body: bytes) -> list[Message]:
    raw = unpack(body)
    pairs = zip(raw.heads, raw.contents, strict=True)
    found = [Message(canonical.decode_head(head), head, hashes.leaf(head), content) for head, content in pairs]
    return [message for message in found if isinstance(message.head, RequestHead)]


@contextlib.asynccontextmanager
async def hostile_provider(peer: HostileProvider, answers: Answers) -> AsyncIterator[None]:
    """Listen on the node's port for as long as the block lasts."""
    peer.answers = answers
    authorities = "\n".join(peer.rights.federation.authorities)
    context = tls_context(True, str(peer.own.certificate(1)), str(peer.own.folder / "tls-1.pem"), authorities)
    context.set_alpn_protocols([MESSAGE_LANE])
    links: set[asyncio.Task[None]] = set()

    async def link(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            links.add(task)
        await peer.serve(reader, writer)

    server = await asyncio.start_server(link, "127.0.0.1", peer.port, ssl=context)
    try:
        yield
    finally:
        server.close()
        for task in links:
            task.cancel()
        await asyncio.gather(*links, return_exceptions=True)
