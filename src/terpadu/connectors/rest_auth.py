"""How a node proves itself to a system over HTTP: header lines and tokens, made anew only where a token has ended."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from typing import NamedTuple

from terpadu.connectors.description import Limits
from terpadu.connectors.rest_description import Basic, Bearer, Fetched, Http
from terpadu.connectors.tokens import Token, basic, secret


class Shown(NamedTuple):
    """What one request shows: header lines, and the fetched tokens by name, for templates."""

    lines: bytes
    tokens: dict[str, str]


class Proof:
    """All proofs of one system together."""

    def __init__(
        self, http: Http, secrets: Mapping[str, str], system: str, limits: Limits, tls: ssl.SSLContext | None
    ) -> None:
        fixed = [_fixed(one, secrets) for one in http.auth if not isinstance(one, Fetched)]
        self._shown = Shown(b"".join(fixed), {})
        fetched = [one for one in http.auth if isinstance(one, Fetched)]
        self._fetched = [(one, Token(one, secrets, system, limits, tls=tls)) for one in fetched]
        named = [one.header for one in http.auth if isinstance(one, Bearer | Fetched)]
        self.headers = frozenset(name.lower().encode() for name in named if name)

    async def now(self) -> Shown:
        """What to show now; fetches tokens where needed. Raises Refused."""
        lines, tokens = self._shown.lines, {}
        for how, token in self._fetched:
            tokens[how.name] = text = await token.get()
            if how.header:
                lines += _line(how.header, how.scheme, text)
        return Shown(lines, tokens)

    @property
    def lasting(self) -> Shown | None:
        """What to show where no token is fetched."""
        return None if self._fetched else self._shown

    def ended(self, shown: Shown) -> bool:
        """The system refused what was shown. True: a fresh token may help, ask once more."""
        for how, token in self._fetched:
            token.drop(shown.tokens[how.name])
        return bool(self._fetched)

    def close(self) -> None:
        """Forget the tokens."""
        for _, token in self._fetched:
            token.close()


def _fixed(one: Basic | Bearer | Fetched, secrets: Mapping[str, str]) -> bytes:
    if isinstance(one, Basic):
        return f"Authorization: {basic(secrets, one.user, one.password)}\r\n".encode()
    return _line(one.header, one.scheme, secret(secrets, one.token)) if isinstance(one, Bearer) else b""


def _line(header: str, scheme: str, token: str) -> bytes:
    return f"{header}: {scheme + ' ' if scheme else ''}{token}\r\n".encode()
