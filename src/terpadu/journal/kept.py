"""Kept contents read back, and destroyed: the record is durable first, then the key slots are zeroed (protocol
section 6)."""

from __future__ import annotations

from collections.abc import Iterable

from terpadu.journal import contents
from terpadu.journal.disk import Disk
from terpadu.journal.index import Where
from terpadu.journal.layout import Generation
from terpadu.journal.stored import Stored, read_block


def decrypted(place: Generation, store: bytes, where: Where) -> bytes | None:
    """The content that lies there, or None where its key is gone."""
    segment, keys = place._replace(number=where.generation).names(where.segment)
    with keys.open("rb") as file:
        file.seek(contents.SLOT * where.slot)
        slot = file.read(contents.SLOT)
    found = (one for stored in read_block(segment, where.block, where.crc, where.segment) for one in stored.contents)
    encrypted = next((one.encrypted for one in found if one.leaf == where.leaf), b"")
    return _plain(store, slot, where.leaf, encrypted)


def beside(place: Generation, store: bytes, stored: Stored) -> dict[bytes, bytes]:
    """The contents kept beside a record, by leaf; what is destroyed is absent."""
    _, keys = place.names(stored.segment)
    slots = keys.read_bytes() if stored.contents else b""
    found = {}
    for one in stored.contents:
        slot = slots[contents.SLOT * one.slot : contents.SLOT * (one.slot + 1)]
        plain = _plain(store, slot, one.leaf, one.encrypted)
        if plain is not None:
            found[one.leaf] = plain
    return found


def _plain(store: bytes, slot: bytes, leaf: bytes, encrypted: bytes) -> bytes | None:
    return contents.decrypt(store, slot, leaf, encrypted) if any(slot) else None


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
