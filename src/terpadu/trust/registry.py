"""The registry's log out of the verified files: what an evidence file needs to prove keys with (protocol section 7)."""

from __future__ import annotations

from collections.abc import Mapping

from terpadu.errors import BadInput
from terpadu.signing.evidence import Registry


def registry_of(files: Mapping[str, bytes]) -> Registry:
    """Entries and checkpoint. `files` by the names under which they are served. Raises `BadInput` before the first."""
    entries, checkpoint = _named(files, ".entries"), _named(files, ".checkpoint")
    return Registry(entries.splitlines(), checkpoint)


def _named(files: Mapping[str, bytes], ending: str) -> bytes:
    for name, raw in files.items():
        if name.startswith("targets/registry/") and name.endswith(ending):
            return raw
    raise BadInput("Expected a verified federation with its registry's log; fetch it first.")
