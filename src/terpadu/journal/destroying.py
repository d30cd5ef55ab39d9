"""Destroying kept contents: the record is durable first, then the key slots are zeroed; redone at start (protocol
section 6)."""

from __future__ import annotations

from collections.abc import Iterable

from terpadu.journal import contents
from terpadu.journal.disk import Disk
from terpadu.journal.index import Where
from terpadu.journal.layout import Generation


def zero_slots(disk: Disk, place: Generation, found: Iterable[Where]) -> None:
    """Overwrite the keys of these contents, durable on return; a key that is gone already is left alone."""
    slots: dict[tuple[int, int], list[int]] = {}
    for where in found:
        slots.setdefault((where.generation, where.segment), []).append(where.slot)
    for (generation, segment), numbers in slots.items():
        _, keys = place._replace(number=generation).names(segment)
        file = disk.open(keys)
        for number in numbers:
            file.write(contents.DESTROYED, contents.SLOT * number)
        file.sync()
        file.close()
