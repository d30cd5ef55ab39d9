"""X-Road's REST message protocol r1 on the wire: identifiers, headers, and how errors look (PR-REST 1.0.4, release 7.8.0).

Compatible with the X-Road REST message protocol; no more is claimed.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal
from urllib.parse import unquote
from xml.sax.saxutils import escape

from terpadu.errors import CODES, Refused
from terpadu.exchange.doors.call import Response
from terpadu.exchange.reading import client_name
from terpadu.exchange.replies import reason_of
from terpadu.model.identifiers import NodeId, ServiceId, SubsystemId, node_id, service_id, subsystem_id
from terpadu.model.message import Headers
from terpadu.signing.part import VERBS, lowered

Spelling = Literal["terpadu", "xroad-7.8", "xroad-7.7"]
"""Right statuses with 7.8's codes; or X-Road's own statuses, with the codes of 7.8 or those of 7.7 and before."""
Side = Literal["clientproxy", "serverproxy"]

NAME_LIMIT = 1000
"""Bytes of a name on the wire, percent-encoded."""

XROAD_CODES = {
    "bad-request": "bad_request",
    "caller-unknown": "ssl_authentication_failed",
    "caller-mismatch": "ssl_authentication_failed",
    "too-large": "invalid_body",
    "uri-too-long": "bad_request",
    "headers-too-large": "bad_request",
    "unknown-service": "unknown_service",
    "unknown-member": "unknown_member",
    "personal": "bad_request",
    "not-described": "internal_error",
    "suspended": "service_disabled",
    "halted": "service_disabled",
    "key-needed": "missing_header_field",
    "trust-expired": "global_conf_outdated",
    "identity": "ssl_authentication_failed",
    "stale": "invalid_message",
    "replay": "invalid_message",
    "running": "invalid_message",
    "never": "invalid_message",
    "idem-mismatch": "inconsistent_headers",
    "content": "invalid_message",
    "unbound-response": "inconsistent_response",
    "outcome-unknown": "service_failed.network_error",
    "body-broken": "service_failed.io_error",
    "in-doubt": "network_error",
    "busy": "network_error",
    "recovering": "maintenance_mode",
    "log-unavailable": "logging_failed",
    "peer-unreachable": "network_error",
    "peer-timeout": "network_error",
    "not-found": "service_failed.not_found",
    "mismatch": "service_failed",
    "business-rule": "service_failed",
    "upstream-auth": "service_failed.http_error",
    "upstream-quota": "service_failed.http_error",
    "upstream-retry": "service_failed.http_error",
    "upstream-garbage": "service_failed.http_error",
    "upstream-down": "service_failed.network_error",
    "internal": "internal_error",
}
"""Our code -> X-Road's; what policy refuses is `access_denied`."""


def target(path: bytes) -> ServiceId:
    """The service in `/r1/INSTANCE/CLASS/MEMBER/SUBSYSTEM/SERVICE[/path][?query]`. Raises `Refused`."""
    pieces = path.partition(b"?")[0].split(b"/", 7)
    if len(pieces) < 7 or pieces[1] != b"r1" or pieces[0]:
        raise _not_r1(pieces)
    named = b"/".join(pieces[2:7])
    if len(named) > NAME_LIMIT:
        raise Refused("bad-request", f"Expected a service's name of at most {NAME_LIMIT} bytes.")
    return _service(named)


@lru_cache(maxsize=4096)
def _service(named: bytes) -> ServiceId:
    return service_id("/".join(unquote(piece) for piece in named.decode("ascii").split("/")))


def _not_r1(pieces: list[bytes]) -> Refused:
    if len(pieces) < 2 or pieces[0] or not _is_version(pieces[1].decode("ascii")):
        return Refused("bad-request", "Expected a path that begins with /r1/.")
    if pieces[1] != b"r1":
        return Refused("bad-request", f"Unsupported protocol version {pieces[1].decode()}; this door speaks r1.")
    return Refused("bad-request", "Expected /r1/INSTANCE/CLASS/MEMBER/SUBSYSTEM/SERVICE in the path.")


def _is_version(piece: str) -> bool:
    return len(piece) == 2 and piece[0] == "r" and piece[1].isdigit()


def check_verb(verb: bytes) -> None:
    """Is it one of the eight methods?"""
    if verb not in VERBS:
        raise Refused("bad-request", f"Expected one of {', '.join(sorted(v.decode() for v in VERBS))}.")


def client(value: bytes | None) -> SubsystemId:
    """The calling subsystem out of `X-Road-Client`. Raises `Refused`."""
    if value is None:
        raise Refused("bad-request", "Expected the header X-Road-Client: INSTANCE/CLASS/MEMBER/SUBSYSTEM.")
    if len(value) > NAME_LIMIT:
        raise Refused("bad-request", f"Expected a client's name of at most {NAME_LIMIT} bytes.")
    return _client(value)


@lru_cache(maxsize=4096)
def _client(value: bytes) -> SubsystemId:
    name = client_name(value)
    if name.count("/") == 2:
        raise Refused("unknown-member", "Expected a subsystem as client; a whole member calls through one of its own.")
    return subsystem_id(name)


def last_client(headers: Headers) -> Headers:
    """Of several X-Road-Client headers the last wins, and only that one goes on."""
    found = [place for place, (name, _) in enumerate(headers) if lowered(name) == b"x-road-client"]
    if len(found) < 2:
        return headers
    return tuple([header for place, header in enumerate(headers) if place not in found[:-1]])


def server(value: bytes | None) -> NodeId | None:
    """The one node that may be asked, out of `X-Road-Security-Server`: INSTANCE/CLASS/MEMBER/SERVER. Raises `Refused`."""
    return None if value is None else node_id("/".join(unquote(piece) for piece in value.decode("latin-1").split("/")))


def check_represented(value: bytes | None) -> None:
    """X-Road-Represented-Party has one part or two. Raises `Refused`."""
    if value is not None and value.count(b"/") > 1:
        raise Refused("bad-request", "Expected [CLASS/]CODE in X-Road-Represented-Party.")


def error_type(code: str, side: Side, spelling: Spelling) -> str:
    """How a code is spelled: `server.serverproxy.access_denied`, before 7.8 `Server.ServerProxy.AccessDenied`."""
    name = f"server.{side}.{XROAD_CODES.get(code, 'access_denied')}"
    return name if spelling != "xroad-7.7" else ".".join(map(_camel, name.split(".")))


_OLD = {"clientproxy": "ClientProxy", "serverproxy": "ServerProxy", "io_error": "IOError"}


def _camel(name: str) -> str:
    return _OLD.get(name) or "".join(word.capitalize() for word in name.split("_"))


def status_of(code: str, spelling: Spelling) -> int:
    """The right status; or X-Road's own, 500 for all that begins with `server.`."""
    return CODES[code].status if spelling == "terpadu" else 500


def error_response(
    error: Refused, side: Side, spelling: Spelling, accept: bytes | None, extra: Iterable[tuple[bytes, bytes]] = ()
) -> Response:
    """An error made by the exchange, in JSON or, where the caller prefers it, XML; the detail is a correlation number."""
    kind, detail = error_type(error.code, side, spelling), str(uuid.uuid4())
    wanted = _xml_type(accept)
    if wanted:
        inner = "".join(
            f"<{tag}>{escape(text)}</{tag}>"
            for tag, text in (("type", kind), ("message", error.sentence), ("detail", detail))
        )
        body, content_type = f"<error>{inner}</error>".encode(), wanted
    else:
        body = json.dumps({"type": kind, "message": error.sentence, "detail": detail}).encode()
        content_type = b"application/json;charset=utf-8"
    status = status_of(error.code, spelling)
    headers = (
        (b"content-type", content_type),
        (b"x-road-error", kind.encode()),
        (b"terpadu-error", error.code.encode()),
        *extra,
    )
    return Response(status, reason_of(status).encode(), headers, body)


_XML = {b"text/xml": b"text/xml", b"application/xml": b"application/xml", b"text/*": b"text/xml"}


def _xml_type(accept: bytes | None) -> bytes | None:
    """The first XML type of Accept, as X-Road reads it: in order, quality values ignored."""
    for piece in (accept or b"").split(b","):
        found = _XML.get(piece.partition(b";")[0].strip().lower())
        if found:
            return found + b";charset=utf-8"
    return None
