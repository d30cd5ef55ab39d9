"""The invariants I1 to I6, each a function from what was seen to sentences that say what is broken; none: it holds.

I1 what was acknowledged is in both journals, and provable. I2 one key, at most one effect. I3 journals verify and agree;
what differs is explained by the death of a node. I4 nothing released without right. I5 (nothing served that can't be
recorded) has a test of its own. I6 back in service without hands.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from terpadu.model.heads import QueryHead, ReplyHead
from tests.lib.fault_ledger import Ledger, Line
from tests.lib.fault_load import Told, Write

AROUND = 1_500
"""Milliseconds before a death within which its node may lose what it had queued and nobody was told."""
SECONDS_BACK = 10.0
"""I6: a killed process serves again within this time of its start."""
EXPECTED = frozenset(("", "running", "in-doubt", "peer-unreachable", "peer-timeout", "outcome-unknown", "suspended"))
"""What a caller may be told in a run in which nodes die and one agreement is suspended; anything else is a surprise."""


ENDED = ("never-arrived", "done", "refused")
"""What the other node reports of a request about which there is no doubt."""


class Death(NamedTuple):
    """Which node died, when (Unix ms); `until`: where it could not record for a while, the end of that."""

    node: str
    at: int
    until: int = 0


def acknowledged_is_recorded(told: Iterable[Told], ours: Ledger, theirs: Ledger) -> list[str]:
    """I1: every answer with the other node's word stands in both journals as the same messages."""
    sides = [_by_number(ours, "out", "in"), _by_number(theirs, "in", "out")]
    findings = []
    for one in told:
        if not one.signed:
            continue
        here, there = sides[0].get(one.number), sides[1].get(one.number)
        if here is None or there is None:
            findings.append(f"I1: {one.kind} {one.number} was told ({one.status}), but not recorded by both.")
        elif here != there:
            findings.append(f"I1: {one.kind} {one.number}: the two journals hold other messages under its number.")
    return findings


def _by_number(ledger: Ledger, asked: str, answered: str) -> dict[str, tuple[str, str]]:
    """Message number -> leaves of request and of its first reply."""
    requests = ledger.requests(asked)
    found: dict[str, tuple[str, str]] = {}
    for leaf, line in ledger.replies(answered).items():
        head = line.head
        if isinstance(head, ReplyHead) and head.state is None and head.about in requests:
            found.setdefault(head.id, (head.about, leaf))
    return found


def one_effect(effects: Counter[str], writes: Iterable[Write]) -> list[str]:
    """I2: no key has two effects; who was told 200 has exactly one; every write came to its end."""
    findings = [f"I2: {count} effects under the key {key}." for key, count in effects.items() if count > 1]
    for write in writes:
        if write.final is None:
            codes = [one.code or one.status for one in write.answers][-5:]
            findings.append(f"I2: {write.kind} {write.key} was never settled; last told: {codes}.")
        elif write.final.status == 200 and effects[write.key] != 1:
            findings.append(f"I2: {write.kind} {write.key} was told 200 and has {effects[write.key]} effects.")
        elif write.final.status != 200 and write.final.code != "outcome-unknown" and effects[write.key]:
            findings.append(f"I2: {write.kind} {write.key} was told {write.final.code}, yet the effect is there.")
    return findings


def one_answer(writes: Iterable[Write]) -> list[str]:
    """I2: all final answers under a key are the same answer."""
    return [
        f"I2: {write.kind} {write.key} was answered in two ways."
        for write in writes
        if len({one.body for one in write.answers if one.status == 200}) > 1
    ]


def journals_verify(*ledgers: Ledger) -> list[str]:
    """I3: the shipped checker finds nothing."""
    return [f"I3: {ledger.node}: {problem}" for ledger in ledgers for problem in ledger.problems]


def journals_agree(ours: Ledger, theirs: Ledger, deaths: Sequence[Death], told: Iterable[Told]) -> list[str]:
    """I3: what one recorded as sent the other recorded as received; the rest was lost in a death, and told to nobody."""
    acknowledged, never = {one.number for one in told if one.signed}, ours.never()
    ways = (
        (ours.requests("out"), theirs.requests("in"), theirs.node, "requests sent, not received"),
        (theirs.requests("in"), ours.requests("out"), ours.node, "requests received, not sent"),
        (theirs.replies("out"), ours.replies("in"), ours.node, "replies sent, not received"),
        (ours.replies("in"), theirs.replies("out"), theirs.node, "replies received, not sent"),
    )
    return [
        f"I3: {what}: {line.head.id} at {line.at}, and no death explains it."
        for have, want, loser, what in ways
        for leaf, line in have.items()
        if leaf not in want and leaf not in never and (line.head.id in acknowledged or not _explained(line, deaths))
    ]


def _explained(line: Line, deaths: Sequence[Death]) -> bool:
    """Was it under way when a node died? Then one may have it and the other not; a query settles it."""
    return any(death.at - AROUND <= line.at <= max(death.at, death.until) + AROUND for death in deaths)


def doubts_resolved(theirs: Ledger) -> list[str]:
    """I3: the answering node has a signed outcome for every request that it recorded."""
    answered = {line.head.about for line in theirs.replies("out").values() if isinstance(line.head, ReplyHead)}
    return [
        f"I3: {line.head.id} was recorded and has no outcome."
        for leaf, line in theirs.requests("in").items()
        if leaf not in answered
    ]


def outcomes_known(ours: Ledger) -> list[str]:
    """I3: the asking node has, for every request that it recorded, a reply or a report that ends the doubt."""
    heard = [line.head for line in ours.replies("in").values() if isinstance(line.head, ReplyHead)]
    queries = {line.leaf: line.head.about for line in ours.lines if isinstance(line.head, QueryHead)}
    known = {head.about for head in heard if head.state is None}
    known |= {queries[head.about] for head in heard if head.about in queries and head.state in ENDED}
    return [
        f"I3: {line.head.id} was asked and its outcome is not on record."
        for leaf, line in ours.requests("out").items()
        if leaf not in known
    ]


def nothing_released(theirs: Ledger, service: str, since: int) -> list[str]:
    """I4: no answer of this service was recorded after its right had ended everywhere (Unix ms)."""
    return [
        f"I4: {line.head.id} was answered {line.at - since} ms after the right had ended."
        for line in theirs.replies("out").values()
        if isinstance(line.head, ReplyHead) and line.head.source.endswith(service)
        and line.head.code is None and line.head.state is None and line.at > since
    ]  # fmt: skip


def back_in_time(seconds: float) -> list[str]:
    """I6: service is back in time."""
    return [] if seconds <= SECONDS_BACK else [f"I6: service came back after {seconds:.1f} s."]


def no_surprises(told: Iterable[Told], allowed: frozenset[str] = EXPECTED) -> list[str]:
    """Nobody was told anything that such a run does not explain."""
    codes = Counter(one.code for one in told if one.code not in allowed)
    return [f"Surprise: {count} callers were told {code}." for code, count in codes.items()]
