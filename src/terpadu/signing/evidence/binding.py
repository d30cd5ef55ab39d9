"""Check 5: what is shown belongs together (protocol sections 3 and 7)."""

from __future__ import annotations

from terpadu.model.heads import EndHead, QueryHead, ReplyHead, RequestHead
from terpadu.signing.evidence.broken import broken, need
from terpadu.signing.evidence.checks import Proven
from terpadu.signing.hashes import b64

_TOLERANCE = 60_000


def check_binding(proven: dict[str, Proven]) -> None:
    """5: replies are about their request, between the same two nodes; every stream has its last end."""
    request, reply = proven.get("request"), proven.get("reply")
    need(5, bool(request or proven.get("query")), "Expected a request, or a query about one.")
    _streams(proven, "request")
    if reply is not None:
        _answers(reply, _shown(request, "reply"))
    _streams(proven, "reply")
    query, status = proven.get("query"), proven.get("status")
    if query is not None and request is not None:
        _asks_about(query, request)
    if status is not None:
        _answers(status, _shown(query, "status"))


def _shown(asked: Proven | None, name: str) -> Proven:
    if asked is None:
        raise broken(5, f"Expected what the {name} answers.")
    return asked


def _mirrored(answer: Proven, asked: Proven) -> bool:
    nodes = (answer.turn.node, answer.side.receiver) == (asked.side.receiver, asked.turn.node)
    return nodes and (answer.head.source, answer.head.to) == (asked.head.to, asked.head.source)


def _answers(answer: Proven, asked: Proven) -> None:
    head = answer.head
    about = isinstance(head, ReplyHead) and head.about == b64(asked.leaf) and head.id == asked.head.id
    need(5, about, f"Expected the {answer.side.name} to be about this {asked.side.name}.")
    need(5, _mirrored(answer, asked), f"Expected the {answer.side.name} from where the {asked.side.name} went.")
    _later(answer, asked)


def _later(one: Proven, than: Proven) -> None:
    early = one.head.time < than.head.time - _TOLERANCE
    need(5, not early, f"Expected the {one.side.name} not to be older than the {than.side.name}.")


def _asks_about(query: Proven, request: Proven) -> None:
    head = query.head
    need(
        5,
        isinstance(head, QueryHead) and head.about == b64(request.leaf),
        "Expected the query to be about this request.",
    )
    same = (query.turn.node, query.side.receiver, head.source, head.to)
    need(5, same == (request.turn.node, request.side.receiver, *_names(request)), "Expected the asker itself to query.")
    _later(query, request)


def _names(one: Proven) -> tuple[str, str]:
    return one.head.source, one.head.to


def _streams(proven: dict[str, Proven], name: str) -> None:
    """A streamed message is shown with its last end, and only such a one."""
    message, end = proven.get(name), proven.get(f"{name}-end")
    head = message.head if message is not None else None
    streamed = isinstance(head, RequestHead | ReplyHead) and head.stream is True
    need(
        5, streamed == (end is not None), f"Expected the last end of the {name} where it was streamed, and only there."
    )
    if message is None or end is None:
        return
    mark = end.head
    last = (
        isinstance(mark, EndHead) and not mark.more and mark.about == b64(message.leaf) and mark.id == message.head.id
    )
    need(5, last, f"Expected the last end of this {name}.")
    _later(end, message)
    same = (end.turn.node, end.side.receiver, *_names(end)) == (
        message.turn.node,
        message.side.receiver,
        *_names(message),
    )
    need(5, same, f"Expected the end of the {name} from its sender.")
