"""What the index holds of one record: a row for each message in it, in the order of `index.Row`."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from terpadu.errors import Refused
from terpadu.journal.entries import Sealed
from terpadu.journal.stored import Stored
from terpadu.model.heads import UnreadableHead
from terpadu.signing import canonical, hashes


def _link(stored: Stored) -> tuple[str | None, int | None]:
    """The other end of a frame, and its turn's time, which both ends hold alike."""
    if stored.record.kind != "frame":
        return None, None
    sealed = stored.sealed()
    return sealed.receiver if stored.record.direction == "out" else sealed.sender, turn_time(sealed)


def turn_time(sealed: Sealed) -> int:
    """The time of the turn (Unix ms) that a recorded frame stands in."""
    return int(sealed.note.split(b"\n", 3)[2].removeprefix(b"time "))


def rows_of(stored: Stored, place: tuple[int, int, int, int, int]) -> Iterator[tuple[object, ...]]:
    """A row for each head beside a record; a head that nobody can read has none."""
    record, notes, link = stored.record, stored.locals(), _link(stored)
    for number, raw in enumerate(stored.heads()):
        local = notes[number] if number < len(notes) else None
        with contextlib.suppress(Refused):
            head = canonical.decode_head(raw)
            if isinstance(head, UnreadableHead):
                continue
            names = ("about", "source", "to", "agreement", "purpose", "case")
            about, source, to, agreement, purpose, case = (getattr(head, name, None) for name in names)
            code, status, state = (getattr(head, name, None) for name in ("code", "status", "state"))
            yield (
                *(head.id, head.kind, record.direction or "refused", record.at, hashes.leaf(raw), about, source, to),
                *(
                    agreement,
                    purpose,
                    case,
                    record.rule or (local.rule if local else None),
                    code or record.code,
                    status,
                    state,
                ),
                *(local.who if local else None, *link, *place, stored.index, number),
            )
