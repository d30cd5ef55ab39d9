"""What a verified file proves and what it does not, in sentences (protocol section 7, check 9)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from msgspec import Struct

from terpadu.model.heads import EndHead, ReplyHead, RequestHead
from terpadu.signing.evidence.checks import Proven, Recorded
from terpadu.signing.evidence.trust import Trust


class Finding(Struct, frozen=True):
    """Sentences for people: each is one fact that holds, or one that this file leaves open."""

    proven: list[str]
    not_proven: list[str]


def finding(
    proven: dict[str, Proven],
    records: Sequence[Recorded],
    witnessed: Sequence[int | None],
    contents: dict[str, bytes],
    trust: Trust,
) -> Finding:
    """All sentences."""
    return Finding(
        [*_said(proven), *_recorded(records, witnessed), *_shown(contents)],
        [*_unsaid(proven), *_unrecorded(proven, records, witnessed, trust), *_unshown(proven, contents)],
    )


def _when(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _said(proven: dict[str, Proven]) -> Iterator[str]:
    for name, one in proven.items():
        if isinstance(one.head, RequestHead):
            yield from _asked(one, one.head)
        elif isinstance(one.head, ReplyHead):
            yield f"Node {one.turn.node} signed the {name} at {_when(one.turn.time)}: {_outcome(one.head)}"
        elif isinstance(one.head, EndHead):
            yield f"Node {one.turn.node} signed the end of the stream after {one.head.size} bytes of body ({name})."
        else:
            yield f"Node {one.turn.node} asked what became of the request at {_when(one.turn.time)}."


def _asked(one: Proven, head: RequestHead) -> Iterator[str]:
    yield f"Node {one.turn.node} signed the request {head.id} to node {one.side.receiver} at {_when(one.turn.time)}."
    yield f"{head.source} asked {head.to} under agreement {head.agreement} for purpose {head.purpose!r}."
    if head.case:
        yield f"It was asked in case {head.case!r}."
    if head.consent:
        yield f"It was asked with the consent receipt whose hash is {head.consent}."
    if head.actor:
        yield f"An official asked, whom only the asking node can name ({head.actor})."


def _outcome(head: ReplyHead) -> str:
    if head.code:
        return f"refused with {head.code} by rule {head.rule}."
    if head.state:
        return f"the request is {head.state}, by rule {head.rule}."
    status = f" with status {head.status}" if head.status else ""
    return f"answered{status}, allowed by rule {head.rule}."


def _recorded(records: Sequence[Recorded], witnessed: Sequence[int | None]) -> Iterator[str]:
    for one, second in zip(records, witnessed, strict=True):
        what = " and ".join(one.covers)
        yield (
            f"The {what} stands as record {one.entry.index} in {one.checkpoint.origin},"
            f" going {one.line.direction}, written at {_when(one.line.at)} by that node's clock."
        )
        if second is not None:
            yield f"The record of the {what} in {one.checkpoint.origin} is not later than {_when(second * 1000)}, by witnesses."


def _shown(contents: dict[str, bytes]) -> Iterator[str]:
    for name, content in contents.items():
        yield f"The content of the {name} shown here ({len(content)} bytes) is the one that its head commits to."


def _unsaid(proven: dict[str, Proven]) -> Iterator[str]:
    if "reply" not in proven:
        yield "What was answered: no reply is shown."


def _unrecorded(
    proven: dict[str, Proven], records: Sequence[Recorded], witnessed: Sequence[int | None], trust: Trust
) -> Iterator[str]:
    covered = {(name, one.node) for one in records for name in one.covers}
    for name, head in proven.items():
        for node in (head.turn.node, head.side.receiver):
            if (name, node) not in covered:
                yield f"Whether {node} recorded the {name}: no record of its journal is shown."
    for one, second in zip(records, witnessed, strict=True):
        if second is None:
            what = " and ".join(one.covers)
            yield f"When {one.checkpoint.origin} recorded the {what}: fewer than {max(trust.witnesses, 1)} other members saw it."


def _unshown(proven: dict[str, Proven], contents: dict[str, bytes]) -> Iterator[str]:
    for name in ("request", "reply"):
        if name in proven and name not in contents:
            yield f"What the {name} said, and about whom: its content is not shown; its head only commits to it."
    yield "Whether what was said is true: the file proves who said it, not that it is right."
