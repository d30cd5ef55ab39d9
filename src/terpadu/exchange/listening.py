"""One listening port for peers: what comes is told apart by the protocol that TLS agreed on (ALPN). The door's own TLS."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Sequence
from typing import cast

from terpadu.clock import Clock
from terpadu.errors import TerpaduError
from terpadu.exchange.ground import log
from terpadu.exchange.link import MESSAGE_LANE, node_of
from terpadu.exchange.plan import Plan
from terpadu.model.identifiers import member_of
from terpadu.model.rights import Rights

LINKS_PER_MEMBER = 64
"""Connections of one member's nodes at a time, on all lanes: a node needs three, a restart leaves some behind for 45 s."""


class Crowd:
    """Who stands at the peers' port: no member takes the places of the others."""

    def __init__(self, rights: Callable[[], Rights], clock: Clock) -> None:
        self._rights, self._clock = rights, clock
        self._standing: dict[str, list[asyncio.BaseTransport]] = {}

    def lets_in(self, transport: asyncio.BaseTransport, certificate: bytes | None) -> bool:
        """Is there room for one more of this member? Those whose key nobody lists share the places of one."""
        try:
            name = str(member_of(node_of(certificate, self._rights(), self._clock())))
        except TerpaduError:
            name = ""
        standing = [one for one in self._standing.get(name, ()) if not one.is_closing()]
        room = len(standing) < LINKS_PER_MEMBER
        self._standing[name] = [*standing, transport] if room else standing
        if not room:
            log.warning("peers.crowded", member=name or "unlisted", standing=len(standing))
        return room


class Doorman(asyncio.Protocol):
    """Waits for the handshake, then hands the connection to the protocol that it is for, where the crowd has room."""

    def __init__(self, protocols: dict[str, Callable[[], asyncio.Protocol]], crowd: Crowd) -> None:
        self._protocols = protocols
        self._crowd = crowd

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        secure: ssl.SSLObject = transport.get_extra_info("ssl_object")
        make = self._protocols.get(secure.selected_alpn_protocol() or "")
        if make is None or not self._crowd.lets_in(transport, secure.getpeercert(True)):
            cast(asyncio.Transport, transport).abort()
            return
        protocol = make()
        cast(asyncio.Transport, transport).set_protocol(protocol)
        protocol.connection_made(transport)


async def stop_listening(servers: Sequence[asyncio.AbstractServer]) -> None:
    """Take no new connection, and let one that was just taken come to its transport, which asyncio would else lose."""
    loop = asyncio.get_running_loop()
    for server in servers:
        for listener in cast(asyncio.Server, server).sockets:
            loop.remove_reader(listener.fileno())
    await asyncio.sleep(0)
    for server in servers:
        server.close()


def alpn(protocols: dict[str, Callable[[], asyncio.Protocol]]) -> list[str]:
    """What the server offers, the message lane first."""
    return sorted(protocols, key=lambda name: name != MESSAGE_LANE)


def door_tls(plan: Plan) -> ssl.SSLContext | None:
    """The context of the door for systems: TLS where the plan has a certificate, callers' certificates where it asks."""
    if plan.door_certificate is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(plan.door_certificate, plan.door_key)
    if plan.door_clients is not None:
        context.load_verify_locations(plan.door_clients)
        context.verify_mode = ssl.CERT_OPTIONAL
    return context
