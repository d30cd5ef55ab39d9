"""The part of a reply, as X-Road writes it, and the path behind a service's name."""

from __future__ import annotations

import http
from urllib.parse import unquote

from terpadu.errors import Refused
from terpadu.model.identifiers import ServiceId
from terpadu.model.message import Answer, Headers
from terpadu.signing import hashes, part
from terpadu.signing.opening import OpenedReply, OpenedRequest
from terpadu.signing.part import Part, is_ours, lowered

OURS = frozenset((b"x-road-id", b"x-road-client", b"x-road-service", b"x-road-request-id", b"x-road-request-hash"))
"""Headers that the provider's node sets; those that the system set are replaced."""
ERROR = b"x-road-error"
"""Its absence says that an error is the system's own, so a system can't set it."""

_NOT_THE_SYSTEMS = OURS | {ERROR}
_NUMBER, _HASH = b"x-road-request-id", b"x-road-request-hash"
_ECHOED = (b"x-road-client", b"x-road-id")


def service_part(path: bytes, service: ServiceId) -> str:
    """What stands behind `/r1/<service>` in a part's path, raw with its query. Raises `Refused("content")`."""
    text, plain = path.decode("ascii"), "/r1/" + service
    if text.startswith(plain) and text[len(plain) : len(plain) + 1] in ("", "/", "?"):
        return text[len(plain) :]
    bare, mark, query = text.partition("?")
    pieces = bare.split("/", 7)
    named = "/".join(unquote(piece) for piece in pieces[2:7])
    if pieces[:2] != ["", "r1"] or named != service:
        raise Refused("content", "Expected the path of the service that the head names; another stands in the part.")
    rest = "/" + pieces[7] if len(pieces) > 7 else ""
    return rest + mark + query


def answer_part(opened: OpenedRequest, answer: Answer, streamed: bytes | None = None) -> bytes:
    """The reply's part: the system's status and headers, X-Road's own behind them, and its request hash.

    `streamed` is the SHA-512 of a request body that came by the bulk lane.
    """
    head = opened.head
    kept = [header for header in part.passed(answer.headers) if lowered(header[0]) not in _NOT_THE_SYSTEMS]
    own = [(name, opened.named[name][-1]) for name in _ECHOED if name in opened.named]
    own.append((b"x-road-service", head.to.encode()))
    own.append((_NUMBER, head.id.encode()))
    own.append((_HASH, request_hash(opened.part, opened.raw_part, opened.body, streamed)))
    if answer.held:
        own.append((b"data-released", b"%d/%d" % (answer.released, answer.held)))
    reason = answer.reason or reason_of(answer.status)
    return part.encode(Part(b"%d" % answer.status, reason.encode("latin-1", "replace"), (*kept, *own)))


def told_headers(headers: Headers) -> Headers:
    """What the own system gets of a reply's headers: the other node is not trusted to have dropped what ends at a hop."""
    own = [header for header in headers if header[0] == _NUMBER or header[0] == _HASH]
    return (*[header for header in part.passed(headers) if lowered(header[0]) != ERROR], *own)


def check_echo(reply: OpenedReply, sent: Part, raw_sent: bytes, body: bytes, streamed: bytes | None) -> None:
    """X-Road's own headers of an answer are about the request that was sent. Raises `Refused("unbound-response")`."""
    if not reply.raw_part:
        return
    due = {
        b"x-road-service": reply.head.source.encode(),
        _NUMBER: reply.head.id.encode(),
        _HASH: request_hash(sent, raw_sent, body, streamed),
    }
    due.update([(name, value) for key, value in sent.headers if (name := lowered(key)) in _ECHOED])
    said = [(name, value) for key, value in reply.part.headers if (name := lowered(key)) in OURS]
    if len(said) != len(due) or dict(said) != due:
        wrong = {
            name for name, value in [*said, *due.items()] if due.get(name) != value or dict(said).get(name) != value
        }
        names = ", ".join(sorted(name.decode() for name in wrong)) or "each of X-Road's headers once"
        raise Refused("unbound-response", f"Expected {names} of the request that was sent in its reply.")


def stored_answer(raw: bytes, body: bytes) -> Answer:
    """The answer in a stored reply, from which a new reply to a repeated request is made."""
    read = part.decode(raw)
    reason = read.second.decode("latin-1")
    return Answer(status=int(read.first), reason=reason, headers=read.headers, body=body)


def request_hash(read: Part, raw: bytes, body: bytes, streamed: bytes | None = None) -> bytes:
    """X-Road's request hash, over the part in X-Road's form: without the headers that only our nodes exchange."""
    if any([is_ours(header[0]) for header in read.headers]):
        raw = part.encode(read._replace(headers=xroad_headers(read.headers)))
    return hashes.xroad_request_hash(raw, body, streamed).encode()


def xroad_headers(headers: Headers) -> Headers:
    """The headers that an X-Road server would have logged: ours left out."""
    return tuple([header for header in headers if not is_ours(header[0])])


def reason_of(status: int) -> str:
    """The usual reason phrase of a status."""
    try:
        return http.HTTPStatus(status).phrase
    except ValueError:
        return ""
