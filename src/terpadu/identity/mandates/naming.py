"""Names of services for the pages of mandates. The catalogue is a room above: it registers itself here, nobody imports it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from django.conf import settings

_sources: list[Callable[[], Mapping[str, str]]] = []


def register(titles: Callable[[], Mapping[str, str]]) -> None:
    """Let a room tell the titles of its services: id -> title in the page's language."""
    _sources.append(titles)


def titles() -> dict[str, str]:
    """All services for which a mandate can be given. Without a catalogue: the folders' names."""
    told = {name: title for source in _sources for name, title in source().items()}
    folder = Path(settings.PORTAL.services) if settings.PORTAL.services else None
    if not told and folder is not None and (settings.HOME / folder).is_dir():
        told = {path.parent.name: path.parent.name for path in sorted((settings.HOME / folder).glob("*/service.toml"))}
    return told
