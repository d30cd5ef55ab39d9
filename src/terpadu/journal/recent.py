"""Where the newest contents lie, until the index knows them: a repeat is answered without waiting for the index.

The index is filled in a thread: once after the start, and each time that many contents were kept.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterable

from terpadu.journal.index import Index, Where

_MANY = 16384


class Recent:
    """Two sheets: a full one is kept until the index has caught up with it."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._new: dict[bytes, Where] = {}
        self._old: dict[bytes, Where] = {}
        self._filled = False
        self._thread: threading.Thread | None = None

    def begin(self) -> None:
        """Fill the index with what it has not seen, in a thread."""
        self._filled = False
        self._thread = threading.Thread(target=self._fill, name="journal-index", daemon=True)
        self._thread.start()

    def add(self, found: Iterable[Where]) -> None:
        """These are on disk now; in the writer's thread."""
        self._new.update((where.leaf, where) for where in found)
        if len(self._new) > _MANY and self._filled:
            self._old, self._new = self._new, {}
            self.begin()

    def find(self, leaf: bytes) -> Where | None:
        """Where a content lies, or None where it was not kept or is destroyed."""
        where = self._new.get(leaf) or self._old.get(leaf)
        if where is None:
            known = self._index.kept_before(leaf) or ([] if self._filled else self._index.kept(leaf))
            where = known[0] if known else None
        return where

    def forget(self, leaf: bytes) -> None:
        """It is destroyed."""
        self._new.pop(leaf, None)
        self._old.pop(leaf, None)

    def end(self) -> None:
        """The thread ends after its chunk; the rest is read after the next start."""
        self._index.given_up = True
        if self._thread is not None:
            self._thread.join()

    def _fill(self) -> None:
        with contextlib.suppress(
            sqlite3.OperationalError
        ):  # another process fills it for long: asked again when needed
            self._index.catch_up()
            self._filled = True
