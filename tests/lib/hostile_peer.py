"""A node with valid keys that speaks the link by itself: honest bytes from terpadu.signing, then bent as a test likes."""

from __future__ import annotations

import asyncio
import contextlib
import os
import ssl
import uuid
from collections.abc import Sequence
from typing import Any

import msgspec

from terpadu.clock import system_clock
from terpadu.exchange.frames import Type, frame
from terpadu.exchange.link import MESSAGE_LANE, tls_context
from terpadu.model.heads import QueryHead, ReplyHead, RequestHead
from terpadu.model.identifiers import NodeId
from terpadu.model.message import Headers, Message
from terpadu.model.rights import Rights, TrustNumbers
from terpadu.signing import canonical, hashes, keys, part, tree
from terpadu.signing.checkpoint import Checkpoint
from terpadu.signing.keys import Signer
from terpadu.signing.part import Part
from terpadu.signing.seal import seal_turn
from terpadu.signing.wire import RawFrame, join_content, pack, unpack
from terpadu.signing.writing import consent_hash
from terpadu.trust.keys import NodeKeys

NUMBERS = TrustNumbers(1, 1, 1)


QUESTION = b'{"nik":"9901010101010001"}'


def make_request(
    *,
    salt: bytes = b"",
    verb: bytes = b"POST",
    headers: Headers | None = None,
    body: bytes = QUESTION,
    path: bytes | None = None,
    receipt: bytes | None = None,
    content: bytes | None = None,
    **head: Any,
) -> Message:
    """A request as this test wants it: every field of the head and every byte of the content can be chosen."""
    now = system_clock()
    values: dict[str, Any] = {
        "agreement": "H1/1", "source": "ID/GOV/6/mata", "id": str(uuid.uuid4()), "kind": "request", "purpose": "uji",
        "time": now, "to": "ID/GOV/9/pop/x", "until": now + 30_000, "v": 1, **head,
    }  # fmt: skip
    if headers is None:
        headers = ((b"X-Road-Client", values["source"].encode()), (b"X-Road-Request-Id", values["id"].encode()))
    if receipt is not None:
        headers = (*headers, (b"Terpadu-Consent", receipt))
        values.setdefault("consent", consent_hash(receipt))
    target = b"/r1/" + values["to"].encode() + b"/orang" if path is None else path
    raw = join_content(salt or os.urandom(16), part.encode(Part(verb, target, headers)), body)
    values.setdefault("content", hashes.commitment("request", values["id"], raw))
    written = RequestHead(**values)
    encoded = canonical.encode_head(written)
    return Message(written, encoded, hashes.leaf(encoded), raw if content is None else content)


def make_query(about: bytes, raw_about: str = "", **head: Any) -> Message:
    """A question about the request of this leaf."""
    now = system_clock()
    values: dict[str, Any] = {
        "about": raw_about or hashes.b64(about), "source": "ID/GOV/6/mata", "id": str(uuid.uuid4()), "kind": "query",
        "time": now, "to": "ID/GOV/9/pop/x", "until": now + 30_000, "v": 1, **head,
    }  # fmt: skip
    written = QueryHead(**values)
    encoded = canonical.encode_head(written)
    return Message(written, encoded, hashes.leaf(encoded), b"")


class HostilePeer:
    """One link of a node that tests speak for."""

    def __init__(self, own: NodeKeys, rights: Rights, to: NodeId, port: int) -> None:
        self.own, self.rights, self.to, self.port = own, rights, to, port
        self.node = own.node
        self.journal = Checkpoint(f"{own.node}/journal/1", 7, bytes(32))
        self.reader: asyncio.StreamReader
        self.writer: asyncio.StreamWriter

    def signer(self, use: str = "frame") -> Signer:
        """The signer of one of the node's keys, under the name that its entry gives it."""
        own, entry = self.own.current(use, self.rights, system_clock(), f"{self.node}/journal/1" if use == "journal" else "")  # type: ignore[arg-type]
        return keys.signer(entry, own.key)

    def tls(self, lane: str = MESSAGE_LANE) -> ssl.SSLContext:
        """A client context that shows the node's certificate."""
        authorities = "\n".join(self.rights.federation.authorities)
        context = tls_context(False, str(self.own.certificate(1)), str(self.own.folder / "tls-1.pem"), authorities)
        context.set_alpn_protocols([lane])
        return context

    async def connect(
        self, hello: dict[str, Any] | None = None, context: ssl.SSLContext | None = None, lane: str = MESSAGE_LANE
    ) -> None:
        """Dial, shake hands, say HELLO (bent by `hello`)."""
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port, ssl=context or self.tls(lane))
        said = {"node": self.node, "to": self.to, "time": system_clock(), "window": 1024, **(hello or {})}
        self.raw(frame(Type.HELLO, msgspec.json.encode(said)))

    async def greeted(self) -> bool:
        """Did the other side answer our HELLO with its own?"""
        got = await self.read()
        return got is not None and got[0] == Type.HELLO

    async def close(self) -> None:
        """Go away."""
        self.writer.close()
        with contextlib.suppress(OSError, ssl.SSLError):
            await self.writer.wait_closed()

    # speaking

    def raw(self, packed: bytes) -> None:
        """Any bytes at all."""
        self.writer.write(packed)

    def sealed(self, messages: Sequence[Message], *, to: NodeId | None = None, signer: Signer | None = None,
               node: NodeId | None = None, time: int | None = None, journal: Checkpoint | None = None) -> RawFrame:  # fmt: skip
        """An honest frame of these messages, taken apart so that a test can bend it."""
        (one,) = seal_turn(node or self.node, [(to or self.to, messages)], system_clock() if time is None else time,
                           journal or self.journal, NUMBERS, signer or self.signer())  # fmt: skip
        heads, contents = tuple(m.raw for m in messages), tuple(m.content for m in messages)
        return RawFrame(one.seal.note, one.seal.index, one.seal.path, heads, contents)

    def send(self, *messages: Message, **bent: Any) -> bytes:
        """Seal and send; returns the wire frame, as somebody might have captured it."""
        packed = wire(self.sealed(messages, **bent))
        self.raw(packed)
        return packed

    # hearing

    async def read(self, seconds: float = 5) -> tuple[int, bytes] | None:
        """The next wire frame (type, body), or None where the link was closed."""
        try:
            async with asyncio.timeout(seconds):
                length = int.from_bytes(await self.reader.readexactly(4), "big")
                body = await self.reader.readexactly(length)
        except (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError):
            return None
        return body[0], body[1:]

    async def reply(self, seconds: float = 5) -> ReplyHead | None:
        """The head of the next reply, or None where the link was closed before one came."""
        found = await self.replies(seconds)
        return found[0][0] if found else None

    async def replies(self, seconds: float = 5) -> list[tuple[ReplyHead, bytes]]:
        """Heads and contents of the next frame with replies; empty where the link was closed."""
        while (got := await self.read(seconds)) is not None:
            if got[0] == Type.MESSAGES:
                opened = unpack(got[1])
                pairs = zip(opened.heads, opened.contents, strict=True)
                return [(canonical.decode_head(head), content) for head, content in pairs]  # type: ignore[misc]
        return []

    async def ask(self, message: Message, **bent: Any) -> ReplyHead | None:
        """Send one message and hear its reply."""
        self.send(message, **bent)
        return await self.reply()

    async def code(self, message: Message, **bent: Any) -> str:
        """The code of the signed refusal; `yes` for an answer, `closed` where the link was ended unsigned."""
        found = await self.ask(message, **bent)
        return "closed" if found is None else found.code or "yes"

    async def error(self) -> str:
        """The code of the unsigned ERROR with which the link ends."""
        while (got := await self.read()) is not None:
            if got[0] == Type.ERROR:
                return str(msgspec.json.decode(got[1])["code"])
        return "closed"


def wire(raw: RawFrame) -> bytes:
    """The wire frame of a frame taken apart."""
    return frame(Type.MESSAGES, pack(raw.note, raw.place, raw.path, raw.heads, raw.contents))


def empty_root() -> bytes:
    """Root of an empty tree, for bent turns."""
    return tree.root([])
