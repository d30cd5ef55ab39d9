"""Get the federation from one source, within a time; a failing source is a sentence, never an exception in the node."""

from __future__ import annotations

import time
from pathlib import Path
from typing import NamedTuple

from tuf.api.exceptions import DownloadError, ExpiredMetadataError, RepositoryError

from terpadu.errors import Unverified
from terpadu.trust.fetch import HttpFetcher, Source
from terpadu.trust.verify import Taken, take

SECONDS = 15.0
"""For everything from one source: with a round every 20 seconds a revocation works within 60."""

_KINDS: tuple[tuple[type[Exception], str], ...] = (
    (ExpiredMetadataError, "it serves statements that are no longer fresh"),
    (RepositoryError, "what it serves does not verify"),
    (DownloadError, "it can't be read"),
    (Unverified, "what it serves is not believed"),
    (OSError, "it can't be reached"),
)


class Attempt(NamedTuple):
    """What came of one source: a verified federation, or why not."""

    source: str
    taken: Taken | None
    error: str = ""


def attempt(source: Source, folder: Path, root: bytes, now: int, seconds: float = SECONDS) -> Attempt:
    """Try one source (blocks; run it in a thread). `folder` is python-tuf's memory between rounds. Never raises."""
    base = source.url if source.url.endswith("/") else f"{source.url}/"
    fetcher = HttpFetcher(source, time.monotonic() + seconds)
    try:
        return Attempt(source.url, take(fetcher, base, folder, root, now))
    except Exception as error:
        # Hostile bytes may find a fault anywhere below; whatever it is, the node goes on with the last good federation.
        return Attempt(source.url, None, _sentence(source, error))


def _sentence(source: Source, error: Exception) -> str:
    kind = next((words for form, words in _KINDS if isinstance(error, form)), "reading it failed")
    return f"Expected the federation from {source.url}: {kind} ({error}). The last good one is kept."
