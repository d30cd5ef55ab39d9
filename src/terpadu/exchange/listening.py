"""One listening port for peers: what comes is told apart by the protocol that TLS agreed on (ALPN)."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from typing import cast

from terpadu.exchange.link import MESSAGE_LANE


class Doorman(asyncio.Protocol):
    """Waits for the handshake, then hands the connection to the protocol that it is for."""

    def __init__(self, protocols: dict[str, Callable[[], asyncio.Protocol]]) -> None:
        self._protocols = protocols

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        secure: ssl.SSLObject = transport.get_extra_info("ssl_object")
        make = self._protocols.get(secure.selected_alpn_protocol() or "")
        if make is None:
            cast(asyncio.Transport, transport).abort()
            return
        protocol = make()
        cast(asyncio.Transport, transport).set_protocol(protocol)
        protocol.connection_made(transport)


def alpn(protocols: dict[str, Callable[[], asyncio.Protocol]]) -> list[str]:
    """What the server offers, the message lane first."""
    return sorted(protocols, key=lambda name: name != MESSAGE_LANE)
