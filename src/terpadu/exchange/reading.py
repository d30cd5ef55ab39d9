"""What a request says in its content, read in one way only, and held against what its head says.

The head alone decides rights and purpose; the old system sees the content. Whatever the two could say differently is
refused at the provider's node, which is the one that counts: a hostile consumer signs what it likes.
"""

from __future__ import annotations

import base64
import re
from functools import lru_cache
from typing import Any
from unicodedata import normalize
from urllib.parse import unquote

from terpadu.connectors.mapping import strict
from terpadu.errors import Refused
from terpadu.exchange.repetition import Memory
from terpadu.model.heads import Head, QueryHead, ReplyHead, RequestHead
from terpadu.model.identifiers import NodeId, ServiceId, member_of
from terpadu.model.rights import Rights
from terpadu.policy.metaservices import is_open
from terpadu.signing.opening import OpenedRequest

_NUMBER = re.compile(r"[A-Za-z0-9./-]{1,64}")
"""A person's number in one spelling: another one would miss the consent, the ceiling and the list of who looked."""


def check_content(opened: OpenedRequest) -> None:
    """X-Road's own headers name the head's sender and number, and a key stands in both or in neither (A19, A30)."""
    head, named = opened.head, opened.named
    clients = named.get(b"x-road-client", ())
    if len(clients) != 1 or client_name(clients[0]) != head.source:
        raise Refused("content", "Expected one X-Road-Client in the part, naming the sender that the head names.")
    numbers = named.get(b"x-road-request-id")
    if numbers is not None and set(numbers) != {head.id.encode()}:
        raise Refused("content", "Expected the head's message number as X-Road-Request-Id of the part.")
    keys = named.get(b"idempotency-key")
    if (keys is None) != (head.idem is None) or (keys is not None and (len(keys) > 1 or not keys[0].isascii())):
        raise Refused("content", "Expected an Idempotency-Key in the part exactly where the head has its hash.")


def check_served_here(head: RequestHead, rights: Rights, me: NodeId) -> None:
    """A request is for one node: this one stands beside the service (protocol section 4, step 8)."""
    service = rights.services.get(head.to)
    if service is not None and me in service.nodes:
        return
    if service is None and is_open(head.to) and member_of(head.to) == member_of(me):
        return
    raise Refused("unknown-service", "Expected a service that this node serves; the federation says which node does.")


def check_young(head: RequestHead, opened: int) -> None:
    """What was asked before the journal was lost may have been done: it comes back from the asker's journal, or never."""
    if head.time < opened:
        raise Refused("stale", "Expected a request of after this node's journal was opened anew; write a new one.")


def check_own(query: QueryHead, memory: Memory) -> None:
    """Only who asked a request may ask what became of it: the answer brings the reply again (A6)."""
    leaf = leaf_named(query.about)
    for known in (memory.in_work(leaf), memory.reply_to(leaf)):
        if known is None or _ends(known.head) == (query.source, query.to):
            continue
        raise Refused("identity", "Expected a query about a request of the same sender to the same service.")


def _ends(head: Head) -> tuple[str, str] | None:
    """Who asked, and what: of a request, or of the reply to one."""
    if isinstance(head, RequestHead):
        return head.source, head.to
    return (head.to, head.source) if isinstance(head, ReplyHead) else None


def leaf_named(about: str) -> bytes:
    """The leaf that a head names. Raises `Refused("content")`."""
    try:
        return base64.b64decode(about, validate=True)
    except ValueError:
        raise Refused("content", "Expected a leaf in base64.") from None


@lru_cache(maxsize=1024)
def client_name(value: bytes) -> str:
    """The subsystem in X-Road-Client, each part percent-decoded; a slash inside a part makes it no name."""
    pieces = [unquote(piece) for piece in value.decode("latin-1").split("/")]
    return "" if any("/" in piece for piece in pieces) else "/".join(pieces)


def check_unambiguous(body: bytes, service: ServiceId, rights: Rights) -> None:
    """A body in which the node looks for a person is read in one way only, before it is signed (A26)."""
    entry = rights.services.get(service)
    if entry is not None and entry.subject and body:
        clear_json(body)


def person_in(body: bytes, subject: str) -> str:
    """The number of the person asked about, where the service says it stands. Raises `Refused("content")`."""
    value = clear_json(body)
    for step in subject.removeprefix("body:").split("."):
        value = _stepped(value, step)
    if not isinstance(value, str) or not _NUMBER.fullmatch(value):
        raise Refused("content", f"Expected the person's number at {subject} of the request: letters and digits only.")
    return value


def _stepped(value: Any, step: str) -> Any:
    """The value under a name, if no other name looks like it: systems differ in whether case counts."""
    if not isinstance(value, dict):
        return None
    names = "\n".join(value)
    if step in value and names.isascii() and names.lower().count(step.lower()) == 1:
        return value[step]  # no other name even contains it
    wanted = _looks(step)
    if sum([_looks(name) == wanted for name in value]) > 1:
        raise Refused("content", f"Expected the name {step} once in the request; another name looks like it.")
    return value.get(step)


def _looks(name: str) -> str:
    if name.isascii():  # which NFKC leaves as it is
        return name.strip().lower()
    return normalize("NFKC", name).strip().casefold()


def clear_json(body: bytes) -> Any:
    """The JSON of a request, as I-JSON asks (RFC 7493). Raises `Refused("content")`."""
    try:
        return strict(body)
    except Refused:
        raise Refused("content", "Expected JSON that every reader reads alike (RFC 7493): keys once, UTF-8.") from None
