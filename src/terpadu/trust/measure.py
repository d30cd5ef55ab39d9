"""How far this machine's clock is from the registry's, by the freshest statement that the registry signed."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from tuf.api.metadata import Metadata, Timestamp

from terpadu.clock import Clock
from terpadu.trust.fetch import HttpFetcher, Source
from terpadu.trust.metadata import FRESH
from terpadu.trust.serve import EVERY
from terpadu.trust.verify import LIMITS, take

RENEWED = int(EVERY * 1000)
"""Milliseconds after which the registry signs its statement again: so old may a true one be."""
SECONDS = 15.0


class Measured(NamedTuple):
    """`behind`: how many ms our clock is after the statement's making (up to `RENEWED` is right); or why not known."""

    behind: int | None
    error: str = ""


def measure(source: Source, root: bytes, clock: Clock) -> Measured:
    """Ask one source (blocks). Verified as of the statement's own time, so that a wrong clock can't hide itself."""
    base = source.url if source.url.endswith("/") else f"{source.url}/"
    fetcher = HttpFetcher(source, time.monotonic() + SECONDS)
    try:
        made = _made(fetcher.download_bytes(f"{base}metadata/timestamp.json", LIMITS.timestamp_max_length))
        now = clock()
        with tempfile.TemporaryDirectory() as folder:
            taken = take(fetcher, base, Path(folder), root, made)
    except Exception as error:  # whatever a source does, it is a line of the table
        return Measured(None, f"{type(error).__name__}: {error}")
    return Measured(now - (taken.fresh_until - FRESH))


def _made(raw: bytes) -> int:
    statement: Metadata[Timestamp] = Metadata.from_bytes(raw)
    return int(statement.signed.expires.timestamp() * 1000) - FRESH
