"""What is sent to a system over HTTP: the caller's own request to an allowed endpoint, or a declared question's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import Any
from urllib.parse import quote, urlencode

import msgspec
from msgspec import UNSET

from terpadu.connectors.paths import check_path, filled, matcher, names_in
from terpadu.connectors.question import bind_fully, check_template, looks_personal
from terpadu.connectors.rest_auth import Shown
from terpadu.connectors.rest_client import Wire
from terpadu.connectors.rest_description import PassThrough, Request
from terpadu.errors import BadInput, Refused
from terpadu.model.message import Admitted, Headers

NOT_FORWARDED = frozenset({
    b"accept-encoding", b"authorization", b"connection", b"content-length", b"cookie", b"expect", b"host",
    b"idempotency-key", b"keep-alive", b"proxy-authorization", b"proxy-connection", b"te", b"trailer",
    b"transfer-encoding", b"upgrade",
})  # fmt: skip
"""Headers of the caller that end here: what belongs to one connection, and what would be our proof of identity."""

_FORM = "application/x-www-form-urlencoded"


class Target:
    """What every request to one system begins with. `headers` are lines that prove who we are."""

    def __init__(self, prefix: str, host_line: bytes, accept: bytes, owned: frozenset[bytes]) -> None:
        self.prefix = prefix.encode()
        self.fixed = b" HTTP/1.1\r\nHost: " + host_line + b"\r\nAccept-Encoding: identity\r\n"
        self.accept = b"Accept: " + accept + b"\r\n"
        self.begun = lru_cache(maxsize=1024)(partial(_begun, NOT_FORWARDED | owned))
        """How a header of this name begins on the wire; empty where it ends here."""


class OwnRequest:
    """Body mode *pass-through*."""

    def __init__(self, service: PassThrough, target: Target) -> None:
        self._allowed = matcher((endpoint.method, endpoint.path) for endpoint in service.endpoints)
        self._target = target

    def wire(self, admitted: Admitted, shown: Shown) -> Wire:
        """The caller's request for this system. Raises Refused("endpoint") or Refused("content")."""
        path = check_path(admitted.path)
        if not self._allowed(admitted.verb, path):
            raise Refused("endpoint", "Expected a method and path that the system's description allows, got another.")
        target = self._target
        line = admitted.verb.encode() + b" " + _rooted(target.prefix + admitted.path.encode())
        lines = _forwarded(admitted.headers, target.begun)
        if admitted.key is not None:
            lines += b"Idempotency-Key: " + _line(admitted.key) + b"\r\n"
        head = line + target.fixed + shown.lines + lines
        return Wire(head, admitted.body, admitted.large, _repeatable(admitted), admitted.verb == "HEAD")


class DeclaredRequest:
    """Body mode *asked*."""

    def __init__(
        self, request: Request, personal: bool, target: Target, secrets: Mapping[str, str], where: str
    ) -> None:
        self._request = request
        self._personal = personal
        self._target = target
        self._secrets = dict(secrets)
        self._where = where
        if sorted(set(names_in(request.path))) != sorted(request.parameters):
            raise BadInput(f"{where}: expected parameters for exactly the names in {request.path!r}; make them agree.")
        if request.body is not UNSET and request.form is not UNSET:
            raise BadInput(f"{where}: expected request.body or request.form, got both; keep one.")
        check_template({"": [request.parameters, request.query, request.headers, request.body, request.form]})

    def wire(self, seen: dict[str, Any], admitted: Admitted, shown: Shown) -> Wire:
        """The request. `seen` is what templates see beside secrets and tokens, `shown` how we prove ourselves."""
        request, target = self._request, self._target
        place = self._place(seen)
        seen = {**seen, "secret": self._secrets, "token": shown.tokens}
        kind, body = self._body(seen)
        lines = b"".join(_header(name, text) for name, text in bind_fully(request.headers, seen).items())
        kind_line = b"Content-Type: " + kind.encode() + b"\r\n" if kind else b""
        head = request.method.encode() + b" " + place + target.fixed + target.accept + shown.lines + kind_line + lines
        return Wire(head, body, None, _repeatable(admitted))

    def _place(self, seen: dict[str, Any]) -> bytes:
        """Path and query. No secret and no token is seen here: addresses end up in logs."""
        request = self._request
        parameters = {name: _text(part) for name, part in bind_fully(request.parameters, seen).items()}
        query = bind_fully(request.query, seen)
        if not self._personal and any(map(looks_personal, map(_text, (*parameters.values(), *query.values())))):
            raise Refused("internal", f"{self._where} puts a person's number in an address without last_hop_personal.")
        path = filled(request.path, parameters)
        return _rooted(self._target.prefix + (path + ("?" + _query(query) if query else "")).encode())

    def _body(self, seen: dict[str, Any]) -> tuple[str, bytes]:
        request = self._request
        if request.body is not UNSET:
            return "application/json", msgspec.json.encode(bind_fully(request.body, seen))
        if request.form is not UNSET:
            return _FORM, _query(bind_fully(request.form, seen)).encode()
        return "", b""


def _rooted(place: bytes) -> bytes:
    return place if place[:1] == b"/" else b"/" + place


def _begun(dropped: frozenset[bytes], name: bytes) -> bytes:
    return b"" if name.lower() in dropped or b"_" in name else name + b": "


def _forwarded(headers: Headers, begun: Callable[[bytes], bytes]) -> bytes:
    kept = [begin + value for name, value in headers if (begin := begun(name))]
    lines = b"\r\n".join((*kept, b""))
    if lines.count(b"\n") != len(kept) or lines.count(b"\r") != len(kept) or b"\0" in lines:
        raise Refused("content", "Expected headers of one line each, got a line break inside one.")
    return lines


def _header(name: str, text: Any) -> bytes:
    return name.encode() + b": " + _line(_text(text)) + b"\r\n"


def _line(text: str) -> bytes:
    if not (text.isascii() and text.isprintable()):
        raise Refused("content", "Expected a header value in printable ASCII, got other characters.")
    return text.encode()


def _text(part: Any) -> str:
    return part if isinstance(part, str) else msgspec.json.encode(part).decode()


def _query(parts: dict[str, Any]) -> str:
    pairs = [(name, _text(one)) for name, part in parts.items() for one in (part if isinstance(part, list) else [part])]
    return urlencode(pairs, quote_via=quote, safe="")


def _repeatable(admitted: Admitted) -> bool:
    effect = admitted.service.effect
    return effect == "safe" or (effect in ("keyed", "tx") and admitted.key is not None)
