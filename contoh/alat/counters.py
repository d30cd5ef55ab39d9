"""What a stand-in has seen and done. Invented: it exists so that a test can prove "at most one effect"."""

from collections import Counter
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar

T = TypeVar("T")


class Counters:
    """Calls are requests that arrived; effects are things that were really done, each once for its key."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._counts: Counter[str] = Counter()
        self._done: dict[tuple[str, Hashable], Any] = {}

    def call(self, path: str) -> None:
        """A request arrived, before any fault. `path` is the route's first words, never a person's number."""
        with self._lock:
            self._counts["panggilan"] += 1
            self._counts[f"panggilan:{path}"] += 1

    def note(self, name: str) -> None:
        """Something worth counting that is no effect: a refusal, a redirect that was followed."""
        with self._lock:
            self._counts[name] += 1

    def once(self, name: str, key: Hashable, make: Callable[[], T]) -> tuple[T, bool]:
        """Do `make()` for this key unless it was done before: (result, True) now, (the first result, False) later."""
        with self._lock:
            if (name, key) in self._done:
                self._counts["ulangan"] += 1
                return self._done[name, key], False
            result = make()
            self._done[name, key] = result
            self._counts["akibat"] += 1
            self._counts[f"akibat:{name}"] += 1
            return result, True

    def as_json(self) -> dict[str, int]:
        """{"panggilan": n, "akibat": n, "ulangan": n, "panggilan:/path": n, "akibat:<name>": n, ...}"""
        with self._lock:
            return {"panggilan": 0, "akibat": 0, "ulangan": 0, **self._counts}

    def done(self, name: str, key: Hashable) -> Any | None:
        """The result of an effect that happened under this key, or None. Changes and counts nothing."""
        with self._lock:
            return self._done.get((name, key))
