"""Gathering an evidence file: the registry's proof of every key that a signature in it needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from terpadu.errors import EvidenceBroken
from terpadu.model.federation import KeyEntry
from terpadu.model.rights import note_key_id
from terpadu.signing import hashes, note, tree
from terpadu.signing.evidence.form import Entry, Evidence, Key, Side, render


class Registry(NamedTuple):
    """The registry's log as a node holds it: all key entries as canonical lines, and the checkpoint note over them."""

    entries: Sequence[bytes]
    checkpoint: bytes


def build(
    sides: Sequence[Side], entries: Sequence[Entry], registry: Registry, contents: Sequence[tuple[str, bytes]] = ()
) -> bytes:
    """The file's bytes. Raises `EvidenceBroken` where a signature's key is not listed."""
    evidence = Evidence(
        sides=tuple(sides),
        entries=tuple(entries),
        keys=_keys(sides, entries, registry),
        registry=registry.checkpoint,
        contents=tuple(contents),
    )
    return render(evidence)


def _keys(sides: Sequence[Side], entries: Sequence[Entry], registry: Registry) -> tuple[Key, ...]:
    notes = [side.note for side in sides] + [entry.checkpoint for entry in entries]
    wanted = {(line.name, line.key_id) for one in notes for line in note.parse(one).lines}
    leaves = [hashes.record(line) for line in registry.entries]
    found = {}
    for index, line in enumerate(registry.entries):
        entry = msgspec.json.decode(line, type=KeyEntry)
        name = (entry.name, note_key_id(entry))
        if name in wanted:
            found[name] = Key(line=line, index=index, path=tree.path(leaves, index))
    if missing := sorted(name for name, _ in wanted - found.keys()):
        raise EvidenceBroken(f"Expected the registry to list the key of {missing[0]}; fetch a newer federation.")
    return tuple(sorted(found.values(), key=lambda key: key.index))
