"""One connection between two nodes: TLS 1.3 both ways, the peer's key pinned by the federation, frames within.

The asking side dials. Requests go one way and replies the other, so there is no deadlock (protocol section 4).
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from typing import Protocol, cast

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from terpadu.errors import Refused, TerpaduError, Unverified
from terpadu.exchange.frames import Splitter, Type, frame
from terpadu.model.identifiers import NodeId
from terpadu.model.rights import Rights
from terpadu.signing.hashes import b64

MESSAGE_LANE = "terpadu/1"
BULK_LANE = "terpadu-bulk/1"
HTTP_LANE = "http/1.1"
WINDOW = 1024
"""Unanswered requests that a receiver takes from one peer."""
SILENCE = 15.0
"""Seconds after which a quiet link is asked whether it lives; three of them end it."""


class Hello(msgspec.Struct, frozen=True, omit_defaults=True):
    """The first frame of both sides. `known` is the newest turn note of the other side that is held."""

    node: NodeId
    to: NodeId
    time: int
    window: int = WINDOW
    known: str = ""


class Owner(Protocol):
    """Who a link tells: the asking or the answering walk."""

    def hello(self, link: Link) -> None: ...
    def messages(self, link: Link, body: bytes) -> None: ...
    def bulk(self, link: Link, kind: Type, body: bytes) -> None: ...
    def lost(self, link: Link) -> None: ...


class Identity(msgspec.Struct, frozen=True):
    """What a link needs to know of its own node and of everybody's keys."""

    node: NodeId
    rights: Callable[[], Rights]
    clock: Callable[[], int]
    known: Callable[[NodeId], str]
    """The newest turn note held of a peer, as text; empty if none."""
    heard: Callable[[NodeId, str], None]
    """Told what a peer holds of this node's own turns. Raises `Unverified` where it shows a forgery."""
    unproven: Callable[[Link, TerpaduError], None]
    """Told of garbage: counts it and ends the link."""


class Link(asyncio.Protocol):
    """One TLS connection to a peer. `peer` is None until its HELLO was believed; `wanted` who was dialled, if any."""

    def __init__(self, identity: Identity, owner: Owner, wanted: NodeId | None = None) -> None:
        self.identity = identity
        self.owner = owner
        self.wanted = wanted
        self.peer: NodeId | None = None
        self.window = WINDOW
        self.closed = False
        self._splitter = Splitter(self._take)
        self._loop = asyncio.get_running_loop()
        self._heard_at = self._loop.time()
        self._writable = asyncio.Event()
        self._writable.set()

    # what the transport tells

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._transport.set_write_buffer_limits(4 * 1024 * 1024)
        if self.wanted is not None:
            self._say_hello(self.wanted)

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed = True
        self._writable.set()
        self.owner.lost(self)

    def data_received(self, data: bytes) -> None:
        try:
            self._splitter.feed(data)
        except TerpaduError as error:
            self.identity.unproven(self, error)

    def pause_writing(self) -> None:
        """An asker that does not read its replies is not read either; an asking side always reads, so no deadlock."""
        self._writable.clear()
        if self.wanted is None:
            self._transport.pause_reading()

    def resume_writing(self) -> None:
        self._writable.set()
        if self.wanted is None and not self.closed:
            self._transport.resume_reading()

    # what the owner says

    def write(self, packed: bytes) -> None:
        """Send one wire frame, if the link still stands."""
        if not self.closed:
            self._transport.write(packed)

    async def drained(self) -> None:
        """Wait until the peer reads on."""
        await self._writable.wait()

    def fail(self, error: TerpaduError) -> None:
        """Say why, unsigned, and close: it proves nothing (step order, 1 to 6)."""
        if not self.closed:
            body = msgspec.json.encode({"code": error.code, "ids": []})
            self._transport.write(frame(Type.ERROR, body))
            self._end()

    def close(self) -> None:
        """End the connection after what was written."""
        if not self.closed:
            self._transport.write(frame(Type.CLOSE, b""))
            self._end()

    def _end(self) -> None:
        """What follows in the same bytes is not taken any more."""
        self.closed = True
        self._transport.close()

    def pulse(self, now: float) -> None:
        """Called every second or so: ask a quiet peer, leave a dead one."""
        silent = now - self._heard_at
        if silent > 3 * SILENCE:
            self._transport.abort()
        elif silent > SILENCE:
            self.write(frame(Type.PING, int(now).to_bytes(8, "big")))

    # what the peer says

    def _take(self, kind: int, body: bytes) -> None:
        """Only whole frames of a peer that said who it is count as signs of life: a trickle of bytes does not."""
        if self.closed:
            return
        if kind == Type.HELLO:
            self._believe(body)
        elif kind in (Type.ERROR, Type.CLOSE):
            self._end()
        elif self.peer is None:
            raise Unverified(f"Expected a HELLO first; got type {kind}.", "bad-request")
        elif kind == Type.MESSAGES:
            self.owner.messages(self, body)
        elif kind in (Type.PING, Type.PONG):
            self._ping(kind, body)
        elif kind in (Type.CHUNK, Type.CREDIT, Type.STOP):
            self.owner.bulk(self, Type(kind), body)
        else:
            raise Unverified(f"Expected known types of frames; got type {kind}.", "bad-request")
        self._heard_at = self._loop.time()

    def _ping(self, kind: int, body: bytes) -> None:
        if len(body) != 8:
            raise Unverified("Expected 8 bytes in a PING; more would make an echo of it.", "bad-request")
        if kind == Type.PING and self._writable.is_set():
            self.write(frame(Type.PONG, body))

    def _say_hello(self, to: NodeId) -> None:
        identity = self.identity
        hello = Hello(identity.node, to, identity.clock(), known=identity.known(to))
        self.write(frame(Type.HELLO, msgspec.json.encode(hello)))

    def _believe(self, body: bytes) -> None:
        """The TLS peer's key must be listed for the node that it says it is."""
        try:
            hello = msgspec.json.decode(body, type=Hello)
        except msgspec.DecodeError:
            raise Unverified("Expected a HELLO as the protocol writes it.") from None
        if hello.to != self.identity.node or self.wanted not in (None, hello.node) or self.peer is not None:
            raise Unverified("Expected a HELLO from the node that was dialled, to this node.", "identity")
        check_pinned(self._transport, hello.node, self.identity.rights(), self.identity.clock())
        self.peer, self.window = hello.node, max(1, min(hello.window, WINDOW))
        self.identity.heard(hello.node, hello.known)
        if self.wanted is None:
            self._say_hello(hello.node)
        self.owner.hello(self)


def check_pinned(transport: asyncio.BaseTransport, node: NodeId, rights: Rights, now: int) -> None:
    """Is the certificate's key one that the federation lists for this node's TLS? Raises `Unverified("identity")`."""
    shown = _public(transport.get_extra_info("ssl_object").getpeercert(True))
    listed = rights.current_keys(node, "tls", now)
    if node not in rights.nodes or shown not in {entry.key for entry in listed}:
        raise Unverified(f"Expected the TLS key that the federation lists for {node}; another was shown.", "identity")


def node_of(certificate: bytes | None, rights: Rights, now: int) -> NodeId:
    """Whose TLS key a certificate (DER) holds. Raises `Unverified("identity")` where it is no listed node's."""
    shown = _public(certificate) if certificate else ""
    for (name, _), listed in rights.keys.items():
        if listed.entry.key == shown and name in rights.nodes:
            node = NodeId(name)
            if any(entry.key == shown for entry in rights.current_keys(node, "tls", now)):
                return node
    raise Unverified("Expected the TLS key of a node that the federation lists; another was shown.", "identity")


def _public(certificate: bytes) -> str:
    key = x509.load_der_x509_certificate(certificate).public_key()
    return b64(key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo))


def tls_context(server: bool, chain: str, key: str, authorities: str) -> ssl.SSLContext:
    """TLS 1.3 only, both sides show certificates; names are pinned by key, not by host. `authorities` is PEM text."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if server else ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(cadata=authorities)
    context.load_cert_chain(chain, key)
    if server:
        context.num_tickets = 0
    return context


def busy() -> Refused:
    """More than the peer's window is open."""
    return Refused("busy", f"Expected at most {WINDOW} unanswered requests to one node; try again in a moment.")
