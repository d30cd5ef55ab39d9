"""Counters of a node, from its own journal: calls, persons, refusals by cause (a metaservice; counts name nobody)."""

from __future__ import annotations

from msgspec import Struct

from terpadu.journal.index import Index


class Counter(Struct, frozen=True):
    """One service asked by one subsystem: requests that came, distinct persons, refusals by code."""

    consumer: str
    service: str
    calls: int
    persons: int
    refusals: dict[str, int]


_CALLS = """SELECT source, target, count(DISTINCT leaf), count(DISTINCT who) FROM message
    WHERE kind = 'request' AND direction = ? AND at >= ? AND at < ? GROUP BY source, target ORDER BY source, target"""
_REFUSALS = """SELECT target, source, code, count(DISTINCT leaf) FROM message
    WHERE kind = 'reply' AND direction = ? AND code IS NOT NULL AND at >= ? AND at < ? GROUP BY 1, 2, 3 ORDER BY 3"""


def counters(index: Index, since: int, until: int, direction: str = "in") -> list[Counter]:
    """Requests that came in ("in") or were sent ("out") between two Unix ms. Persons are counted by their keyed
    hash."""
    answered = {"in": "out", "out": "in"}[direction]
    refusals: dict[tuple[str, str], dict[str, int]] = {}
    for consumer, service, code, count in index.query(_REFUSALS, answered, since, until):
        refusals.setdefault((consumer, service), {})[code] = count
    return [
        Counter(consumer, service, calls, persons, refusals.get((consumer, service), {}))
        for consumer, service, calls, persons in index.query(_CALLS, direction, since, until)
    ]
