"""The index of the whole inventory, kept in each process and fresh at each question, without a page that waits for it.

A thread builds it once. What changed since is read by its time (a moment further back, for what was committed late) and laid over
it as a small index of its own; when that has grown, a thread builds the whole anew.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import close_old_connections, connection

from terpadu.governance.models import Application
from terpadu.governance.overlap.texts import DOMAINS, Likeness, Text
from terpadu.governance.stages import Stage

if TYPE_CHECKING:
    from terpadu.governance.overlap.scoring import Index

LATE = timedelta(minutes=2)
"""An import's transaction may be committed this much after the time that it wrote."""
MOST_OVER = 2000
LONGEST = 30.0
"""Seconds that a question waits for the first build."""
_FIELDS = ("pk", "name", "function", "data", *DOMAINS, "version", "changed", "stage")
_GONE = (Stage.DROPPED, Stage.ENDED)


class _Held(NamedTuple):
    """An index, the versions of what it holds, and up to when it is complete."""

    texts: Index
    versions: dict[str, int]
    until: datetime | None


class Answer(NamedTuple):
    """The most alike, out of how many."""

    found: list[Likeness]
    compared: int


class Keeper:
    """One for a process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ready = threading.Event()
        self._held: _Held | None = None
        self._over: _Held | None = None
        self._building = False

    def warm(self) -> None:
        """Begin to build where nothing is there yet; comes back at once."""
        with self._lock:
            if self._held is None and not self._building:
                self._begin()

    def ask(self, text: Text, most: int) -> Answer:
        """The most alike applications that are not ended. Raises `TimeoutError` where the first build takes too long."""
        self.warm()
        if not self._ready.wait(LONGEST):
            raise TimeoutError("the inventory is still being read; ask again in a minute")
        held, over = self._fresh()
        newer = frozenset(over.versions)
        found = [*held.texts.ask(text, most, newer | {text.key}), *over.texts.ask(text, most, frozenset({text.key}))]
        compared = len(held.versions.keys() - newer) + len(over.texts)
        return Answer(sorted(found, key=lambda one: -one.score)[:most], compared)

    def build(self) -> None:
        """Read everything and build, in this thread."""
        held = _built(Application.objects.exclude(stage__in=_GONE))
        with self._lock:
            self._held, self._over = held, None
            self._ready.set()

    def _fresh(self) -> tuple[_Held, _Held]:
        """The index and what lies over it, with every change that is committed now."""
        with self._lock:
            held = self._held
            assert held is not None, "asked before it was built"  # noqa: S101 - waited for above
            changed = Application.objects.all()
            if held.until is not None:
                changed = changed.filter(changed__gt=held.until - LATE)
            rows = [row for row in _rows(changed) if held.versions.get(str(row["pk"])) != row["version"]]
            versions = {str(row["pk"]): row["version"] for row in rows}
            if self._over is None or self._over.versions != versions:
                living = [row for row in rows if row["stage"] not in _GONE]
                self._over = _Held(_index(living, held.texts), versions, held.until)
            if len(versions) > MOST_OVER and not self._building:
                self._begin()
            return held, self._over

    def _begin(self) -> None:
        self._building = True
        threading.Thread(target=self._run, name="inventory-index", daemon=True).start()

    def _run(self) -> None:
        close_old_connections()
        try:
            self.build()
        finally:
            self._building = False
            connection.close()


def _built(entries: Any) -> _Held:
    rows = list(_rows(entries))
    until = max((row["changed"] for row in rows), default=None)
    return _Held(_index(rows), {str(row["pk"]): row["version"] for row in rows}, until)


def _index(rows: Iterable[dict[str, Any]], other: Index | None = None) -> Index:
    """Imported here: scikit-learn takes a second to load, and most pages never ask."""
    from terpadu.governance.overlap.scoring import Index

    return Index([_text(row) for row in rows], other)


def _rows(entries: Any) -> Iterable[dict[str, Any]]:
    found: Iterable[dict[str, Any]] = entries.values(*_FIELDS).iterator(chunk_size=2000)
    return found


def _text(row: dict[str, Any]) -> Text:
    return Text(str(row["pk"]), row["name"], row["function"], row["data"], tuple(row[domain] for domain in DOMAINS))


keeper = Keeper()
