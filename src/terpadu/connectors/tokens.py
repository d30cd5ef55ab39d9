"""Tokens that a system gives for credentials: fetched once for all who wait, renewed before they end."""

from __future__ import annotations

import asyncio
import ssl
import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

import msgspec

from terpadu.connectors.description import Limits
from terpadu.connectors.errors import by_status, check_failures, declared, failed
from terpadu.connectors.expressions import value
from terpadu.connectors.question import bind, check_template
from terpadu.connectors.rest_client import Broken, Client, Garbled, NotReached, Room, Wire, address
from terpadu.connectors.rest_description import Fetched
from terpadu.connectors.rest_reply import text_or_json
from terpadu.errors import BadInput

SHORTEST = 1.0
"""Seconds for which a token is used at least, whatever the reply says."""


class Token:
    """One token of one system."""

    def __init__(
        self,
        fetched: Fetched,
        secrets: Mapping[str, str],
        system: str,
        limits: Limits,
        *,
        tls: ssl.SSLContext | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = fetched.name
        self._fetched = fetched
        self._system = system
        self._room = Room(65_536, 0, limits.seconds)
        self._now = monotonic
        self._lock = asyncio.Lock()
        self._value = ""
        self._until = 0.0
        where = address(fetched.address)
        self._client = Client(where, 1, tls)
        self._wire = _request(fetched, secrets, where.host_line, where.prefix)

    async def get(self) -> str:
        """A token that is good now. Raises Refused: upstream-auth where the credentials are not accepted."""
        if self._now() < self._until:
            return self._value
        async with self._lock:
            if self._now() >= self._until:
                await self._fetch()
        return self._value

    def drop(self, token: str) -> None:
        """The system refused this token: the next question fetches another, unless somebody already did."""
        if token == self._value:
            self._until = 0.0

    def close(self) -> None:
        """Let go of the connection and the token."""
        self._until, self._value = 0.0, ""
        self._client.close()

    async def _fetch(self) -> None:
        reply = await self._asked()
        self._value = self._found(reply)
        self._until = self._now() + max(SHORTEST, 0.9 * _seconds(value(self._fetched.seconds, reply)))

    async def _asked(self) -> Any:
        try:
            reply = await self._client.ask(self._wire, self._room)
        except (NotReached, Broken) as error:
            raise failed("upstream-down", f"{self._system} (token)", str(error)) from error
        except Garbled as error:
            raise failed("upstream-garbage", f"{self._system} (token)", str(error)) from error
        if reply.status in (400, 401, 403):
            raise failed("upstream-auth", self._system, f"no token, HTTP {reply.status}")
        if not 200 <= reply.status < 300:
            raise by_status(reply.status, f"{self._system} (token)")
        return text_or_json(reply, self._room.memory, f"{self._system} (token)")

    def _found(self, reply: Any) -> str:
        refusal = declared(self._fetched.failures, reply, self._system)
        if refusal is not None:
            raise refusal
        token = value(self._fetched.value, reply)
        if not isinstance(token, str) or not token or not token.isascii() or not token.isprintable():
            raise failed("upstream-auth", self._system, "its token reply holds no token")
        return token


def _seconds(said: Any) -> float:
    """`expires_in` as a number or, as Indonesian systems like it, as a string; nothing said: five minutes."""
    try:
        return 300.0 if said is None else float(said)
    except (TypeError, ValueError):
        return 300.0


def _request(fetched: Fetched, secrets: Mapping[str, str], host: bytes, prefix: str) -> Wire:
    check_template({"": [fetched.query, fetched.form, fetched.body, fetched.value, fetched.seconds]})
    check_failures(fetched.failures)
    seen = {"secret": dict(secrets)}
    query = urlencode(bind(fetched.query, seen))
    lines = [f"POST {prefix or '/'}{'?' + query if query else ''} HTTP/1.1", f"Host: {host.decode()}"]
    lines += ["Accept: application/json", "Accept-Encoding: identity"]
    if fetched.basic is not None:
        lines.append("Authorization: " + basic(secrets, *fetched.basic))
    kind, body = _body(fetched, seen)
    lines.append(f"Content-Type: {kind}")
    return Wire("".join(line + "\r\n" for line in lines).encode(), body)


def _body(fetched: Fetched, seen: dict[str, Any]) -> tuple[str, bytes]:
    if fetched.body and fetched.form:
        raise BadInput("Expected a token's request to have a form or a body, got both; keep one.")
    if fetched.body:
        return "application/json", msgspec.json.encode(bind(fetched.body, seen))
    return "application/x-www-form-urlencoded", urlencode(bind(fetched.form, seen)).encode()


def basic(secrets: Mapping[str, str], user: str, password: str) -> str:
    """The value of an Authorization header (RFC 7617). Raises BadInput for a name that is no secret."""
    return "Basic " + b64encode(f"{secret(secrets, user)}:{secret(secrets, password)}".encode()).decode()


def secret(secrets: Mapping[str, str], name: str) -> str:
    """A secret by its local name, fit for a header. Raises BadInput."""
    found = secrets.get(name)
    if found is None:
        raise BadInput(f"Expected {name!r} to be a name in [secrets], got none of that name; add it there.")
    if not found.isprintable():
        raise BadInput(f"Expected the secret {name!r} in one printable line, got another; correct the entry.")
    return found
