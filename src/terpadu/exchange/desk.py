"""What a door answers without an exchange: clients, own agreements, what became of an exchange, is the node ready."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import unquote

import msgspec
from msgspec import Struct

from terpadu.errors import Refused
from terpadu.exchange.doors import xroad
from terpadu.exchange.doors.call import Call, Response
from terpadu.exchange.doors.callers import Callers
from terpadu.exchange.metaservices import JSON, agreements_of, list_clients
from terpadu.model.identifiers import SubsystemId
from terpadu.model.rights import Rights

Lookup = Callable[[str, SubsystemId], Awaitable[bytes | None]]
"""(message number, asking subsystem) -> a document about that exchange, or None where it is not this subsystem's."""


class Desk(Struct, frozen=True):
    """The node's information desk."""

    rights: Callable[[], Rights]
    callers: Callers
    ready: Callable[[], list[str]]
    """Sentences that say why the node is not ready; empty when it is."""
    state: Lookup
    evidence: Lookup

    async def answer(self, call: Call) -> Response | None:
        """The answer, or None for a path that is not the desk's."""
        if call.target.startswith(b"/r1/"):
            return None
        path = call.target.partition(b"?")[0].decode("ascii")
        if path == "/ready":
            return self._ready()
        if path == "/listClients":
            return self._list_clients(call)
        if path == "/agreements":
            return self._agreements(call)
        if path.startswith("/exchanges/"):
            return await self._exchange(call, path.split("/")[2:])
        return None

    def _ready(self) -> Response:
        why = self.ready()
        status = 503 if why else 200
        return Response(status, b"", JSON, msgspec.json.encode({"ready": not why, "why": why}))

    def _list_clients(self, call: Call) -> Response:
        rights = self.rights()
        wanted = call.target.partition(b"xRoadInstance=")[2].partition(b"&")[0].decode()
        if wanted and unquote(wanted) != rights.federation.instance:
            raise Refused("unknown-member", f"Expected the instance {rights.federation.instance}.")
        as_json = b"application/json" in (call.header(b"accept") or b"")
        headers, body = list_clients(rights, as_json)
        return Response(200, b"OK", headers, body)

    def _agreements(self, call: Call) -> Response:
        """What the calling subsystem may use, from this node's own copy of the federation."""
        caller = xroad.client(call.header(b"x-road-client"))
        self.callers.check(call, caller)
        found = agreements_of(self.rights(), caller)
        return Response(200, b"OK", JSON, msgspec.json.encode({"agreement": found}))

    async def _exchange(self, call: Call, pieces: list[str]) -> Response:
        """`/exchanges/<number>` and `/exchanges/<number>/evidence`, for the subsystem that asked alone (A32)."""
        caller = xroad.client(call.header(b"x-road-client"))
        self.callers.check(call, caller)
        number, what = pieces[0], pieces[1] if len(pieces) > 1 else ""
        look = {"": self.state, "evidence": self.evidence}.get(what)
        found = await look(number, caller) if look else None
        if found is None:
            raise Refused("not-found", "Expected the number of an exchange of this subsystem that this node recorded.")
        return Response(200, b"OK", JSON if not what else ((b"content-type", b"text/plain;charset=utf-8"),), found)
