"""Who calls the node: a calling system proves its subsystem by a token or a client certificate, and can be no other (A30)."""

from __future__ import annotations

import hashlib
import hmac

from msgspec import Struct

from terpadu.errors import Refused
from terpadu.exchange.doors.call import Call
from terpadu.model.identifiers import SubsystemId

TOKEN = b"terpadu-token"
"""The header with a subsystem's token; it is random and long, so a fast hash keeps it."""


class Callers(Struct, frozen=True):
    """What proves a subsystem. `tokens`: SHA-256 (hex) of a token; `certificates`: SHA-256 (hex) of a certificate in DER.

    `anybody_may_be` lists subsystems that need no proof: for development on loopback only.
    """

    tokens: dict[str, SubsystemId] = {}
    certificates: dict[str, SubsystemId] = {}
    anybody_may_be: frozenset[SubsystemId] = frozenset()

    def check(self, call: Call, claimed: SubsystemId) -> None:
        """Is the caller the subsystem that it says it is? Raises `Refused`."""
        if claimed in self.anybody_may_be:
            return
        proven = self._proven(call)
        if proven is None:
            raise Refused("caller-unknown", "Expected a token or a client certificate of the calling subsystem.")
        if proven != claimed:
            raise Refused("caller-mismatch", "Expected X-Road-Client to name the caller's own subsystem.")

    def _proven(self, call: Call) -> SubsystemId | None:
        token = call.header(TOKEN)
        if token is not None:
            return _look_up(self.tokens, hashlib.sha256(token).hexdigest())
        if call.certificate is not None:
            return _look_up(self.certificates, hashlib.sha256(call.certificate).hexdigest())
        return None


def _look_up(known: dict[str, SubsystemId], digest: str) -> SubsystemId | None:
    for name, subsystem in known.items():
        if hmac.compare_digest(name, digest):
            return subsystem
    return None
