"""Every address of the portal, as its URL table has them: for tests that must forget none."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from django.urls import URLPattern, URLResolver, get_resolver

from terpadu.pages.guards import guard_of


class Route(NamedTuple):
    """One address: its path (parameters as `<…>`), its view and its guard (empty where there is none)."""

    path: str
    view: str
    guard: str
    machine: bool

    @property
    def has_parameters(self) -> bool:
        return "<" in self.path or "(" in self.path


MACHINES = ("/api/", "/o/")
"""Interfaces of programs."""


@lru_cache(maxsize=1)
def routes() -> tuple[Route, ...]:
    """All of them."""
    return tuple(_walk(get_resolver().url_patterns, "/"))


def _walk(patterns: list[Any], before: str) -> Iterator[Route]:
    for pattern in patterns:
        path = before + str(pattern.pattern).removeprefix("^")
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, path)
        elif isinstance(pattern, URLPattern):
            view: Any = pattern.callback
            known = getattr(view, "view_class", view)
            name = f"{known.__module__}.{known.__qualname__}"
            yield Route(path, name, guard_of(view), path.startswith(MACHINES))
