"""Who looked at a person's data: answered by each node from its own journal (ARCHITECTURE.md).

Persons are found by their keyed hash, year by year; no name or number of a person is in the answer or in the index.
"""

from __future__ import annotations

from msgspec import Struct

from terpadu.journal.index import Index, Row
from terpadu.journal.secrets import Secrets, year_of
from terpadu.signing.hashes import b64, keyed


class Look(Struct, frozen=True, kw_only=True):
    """One question about a person. `direction` "in": another office asked ours; "out": ours asked; "refused": ours
    was denied.

    `at` is Unix ms; `code` tells the refusal (None: answered, or no answer was recorded: `answered` says which).
    """

    at: int
    number: str
    direction: str
    consumer: str
    service: str
    agreement: str
    purpose: str
    case: str | None
    rule: str
    answered: bool
    code: str | None
    status: int | None


def looks(index: Index, secrets: Secrets, person: str, since: int, until: int) -> list[Look]:
    """Requests about this person from `since` up to and without `until` (Unix ms), oldest first."""
    found: list[Look] = []
    for year in range(year_of(since), year_of(until) + 1):
        key = secrets.known_index(year)
        if key is not None:
            condition = "who = ? AND kind = 'request' AND at >= ? AND at < ?"
            rows = index.rows(condition, keyed(key, person.encode()), since, until)
            found += [_look(row, _reply(index, row)) for row in rows]
    return found


def _reply(index: Index, asked: Row) -> Row | None:
    """The reply recorded to a request; a report on a query is none."""
    rows = index.rows("number = ? AND kind = 'reply' AND about = ? AND state IS NULL", asked.number, b64(asked.leaf))
    return rows[0] if rows else None


def _look(asked: Row, reply: Row | None) -> Look:
    return Look(
        at=asked.at,
        number=asked.number,
        direction=asked.direction,
        consumer=asked.source,
        service=asked.target,
        agreement=asked.agreement or "",
        purpose=asked.purpose or "",
        case=asked.case_,
        rule=(reply.rule if reply else asked.rule) or "",
        answered=reply is not None and reply.code is None,
        code=reply.code if reply else asked.code,
        status=reply.status if reply else None,
    )
