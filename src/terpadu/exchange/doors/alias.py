"""A service under an address of its own: an old system that can only POST to an address reaches it there.

An alias gives what such a system cannot say: who it is, which service it means, what for, and where its messages name
themselves. Nothing else is lighter: the call is proven, decided and recorded like every other.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from terpadu.connectors.expressions import compiled, value
from terpadu.errors import BadInput, Refused
from terpadu.exchange.doors.call import Call
from terpadu.exchange.reading import clear_json
from terpadu.model.identifiers import ServiceId, SubsystemId
from terpadu.model.message import Headers

DOORS_OWN = ("/r1", "/exchanges", "/listClients", "/ready")
"""Addresses that mean something already."""
KEY_LIMIT = 200
"""Characters of a key that is read from a message."""


class Alias(Struct, frozen=True):
    """What a call at this address means. `key` says where its idempotency key stands: `header:<name>`, `body:<JMESPath>`,
    or nowhere (empty)."""

    client: SubsystemId
    service: ServiceId
    purpose: str
    key: str = ""

    def meant(self, call: Call) -> Call:
        """The call as a system that knows the exchange would have made it. Raises `Refused`."""
        own = [(b"X-Road-Client", self.client.encode()), (b"Terpadu-Purpose", self.purpose.encode())]
        if self.key:
            own.append((b"Idempotency-Key", self._key(call)))
        _, mark, query = call.target.partition(b"?")
        target = b"/r1/" + self.service.encode() + mark + query
        return call._replace(target=target, headers=(*_without(call.headers, own), *own))

    def _key(self, call: Call) -> bytes:
        where, _, what = self.key.partition(":")
        found = _text(call.header(what.lower().encode()) if where == "header" else _in_body(call, what))
        if not (0 < len(found) <= KEY_LIMIT and found.isascii() and found.isprintable()):
            sentence = (
                f"Expected this message's own key at {self.key}: printable ASCII, at most {KEY_LIMIT} characters."
            )
            raise Refused("key-needed", sentence)
        return found.encode()


def alias(path: str, made: Alias) -> Alias:
    """Check an alias before a node starts with it. Raises `BadInput`."""
    if any(path == own or path.startswith(own + "/") for own in DOORS_OWN):
        raise BadInput(f"Expected an address of its own for an alias; {path} means something at every door already.")
    if made.key.startswith("body:"):
        compiled(made.key.removeprefix("body:"))
    return made


def meant(call: Call, aliases: Mapping[bytes, Alias]) -> Call:
    """The call, or what it means at the address of an alias. Raises `Refused`."""
    found = aliases.get(call.target.partition(b"?")[0]) if aliases else None
    return call if found is None else found.meant(call)


def _without(headers: Headers, own: list[tuple[bytes, bytes]]) -> Headers:
    names = {name.lower() for name, _ in own}
    return tuple([header for header in headers if header[0].lower() not in names])


def _in_body(call: Call, expression: str) -> Any:
    if call.large is not None:
        raise Refused("too-large", "Expected a small body, in which the key can be looked for; this one is streamed.")
    return value(expression, clear_json(call.body))


def _text(found: Any) -> str:
    """A key may be a text or a whole number."""
    if isinstance(found, bytes):
        return found.decode("latin-1")
    return str(found) if isinstance(found, str | int) and not isinstance(found, bool) else ""
