"""The node's own keys in use: which signs now, looked up again when the federation changes or a minute has passed.

A key that was renewed (`terpadu node renew`) comes into use without a restart: its file is seen, and once the registry
lists it, its time has come and (for TLS) its certificate lies beside it, it serves.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable
from pathlib import Path

import structlog
from cryptography import x509

from terpadu.errors import BadInput, TerpaduError
from terpadu.exchange.link import tls_context
from terpadu.model.federation import KeyUse
from terpadu.model.rights import Rights
from terpadu.signing.keys import Signer, signer
from terpadu.trust import keys as node_keys
from terpadu.trust.keys import NodeKeys, OwnKey

LOOK_AGAIN = 60_000

_log = structlog.get_logger("terpadu.exchange")


class OwnKeys:
    """Signers and TLS contexts of a node."""

    def __init__(self, keys: NodeKeys, rights: Callable[[], Rights], clock: Callable[[], int]) -> None:
        self.keys = keys
        self._rights = rights
        self._clock = clock
        self._frame: Signer | None = None
        self._looked = 0
        self._listening: list[ssl.SSLContext] = []
        self._shown: Path | None = None

    def changed(self) -> None:
        """The federation changed: what signs may have changed with it."""
        self._frame = None
        self.look_again()

    def look_again(self) -> None:
        """See new key files; give open listeners the TLS key whose time has come. Never raises."""
        try:
            self.keys = node_keys.load(self.keys.folder)
            if self._listening:
                self._show_newest()
        except (TerpaduError, OSError) as error:  # what is in use goes on, and `ready` tells
            _log.warning("keys.not-renewed", reason=str(error))

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

    def tls(self, server: bool, protocols: list[str], rights: Rights | None = None) -> ssl.SSLContext:
        """A context with the current TLS key, for the given application protocols. A server's is kept up to date.

        `rights` stands in for those in force where none are.
        """
        listed = rights or self._rights()
        chain, key = self._pair(listed)
        authorities = "\n".join(listed.federation.authorities)
        context = tls_context(server, str(chain), str(key), authorities)
        context.set_alpn_protocols(protocols)
        if server:
            self._listening.append(context)
            self._shown = chain
        return context

    def certificate_ends(self) -> int:
        """Unix ms at which the certificate of the current TLS key ends. Raises `BadInput`, `OSError`, `ValueError`."""
        chain, _ = self._pair(self._rights())
        return int(x509.load_pem_x509_certificate(chain.read_bytes()).not_valid_after_utc.timestamp() * 1000)

    def _show_newest(self) -> None:
        """New handshakes see the new certificate; open links go on."""
        chain, key = self._pair(self._rights())
        if chain == self._shown:
            return
        for context in self._listening:
            context.load_cert_chain(chain, key)
        self._shown = chain
        _log.info("keys.tls-renewed", certificate=chain.name)

    def _pair(self, rights: Rights) -> tuple[Path, Path]:
        """Certificate and key of the newest listed TLS key that has a certificate. Raises `BadInput`."""
        node = self.keys.node
        own: dict[str, OwnKey] = {key.public: key for key in self.keys.of("tls")}
        for entry in rights.current_keys(node, "tls", self._clock()):
            held = own.get(entry.key)
            if held is not None and self.keys.certificate(held.generation).exists():
                return self.keys.certificate(held.generation), self.keys.folder / f"tls-{held.generation}.pem"
        raise BadInput(
            f"Expected a listed, valid tls key of {node} with its certificate; renew with `terpadu node renew`."
        )
