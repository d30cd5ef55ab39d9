"""The node's own keys in use: which signs now, looked up again when the federation changes or a minute has passed."""

from __future__ import annotations

import ssl
from collections.abc import Callable

from terpadu.exchange.link import BULK_LANE, MESSAGE_LANE, tls_context
from terpadu.model.federation import KeyUse
from terpadu.model.rights import Rights
from terpadu.signing.keys import Signer, signer
from terpadu.trust.keys import NodeKeys

LOOK_AGAIN = 60_000


class OwnKeys:
    """Signers and TLS contexts of a node."""

    def __init__(self, keys: NodeKeys, rights: Callable[[], Rights], clock: Callable[[], int]) -> None:
        self.keys = keys
        self._rights = rights
        self._clock = clock
        self._frame: Signer | None = None
        self._looked = 0

    def changed(self) -> None:
        """The federation changed: what signs may have changed with it."""
        self._frame = None

    def frame(self) -> Signer:
        """Who signs turns now."""
        now = self._clock()
        if self._frame is None or now - self._looked > LOOK_AGAIN:
            self._frame, self._looked = self.signer("frame"), now
        return self._frame

    def signer(self, use: KeyUse, name: str = "") -> Signer:
        """The current signer of a use. Raises `BadInput` where no listed key is held."""
        own, entry = self.keys.current(use, self._rights(), self._clock(), name)
        return signer(entry, own.key)

    def tls(self, server: bool, protocols: list[str]) -> ssl.SSLContext:
        """A context with the current TLS key, for the given application protocols."""
        rights = self._rights()
        own, _ = self.keys.current("tls", rights, self._clock())
        chain = self.keys.certificate(own.generation)
        key = self.keys.folder / f"tls-{own.generation}.pem"
        context = tls_context(server, str(chain), str(key), "\n".join(rights.federation.authorities))
        context.set_alpn_protocols(protocols)
        return context


LANES = (MESSAGE_LANE, BULK_LANE)
