"""The catalogue: every service of a folder, with its form and its sentences; by life event and by name."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings
from msgspec import Struct

from terpadu.facts import vocabulary
from terpadu.facts.vocabulary import Text, Vocabulary
from terpadu.services import definition, inputs, messages
from terpadu.services.definition import Service
from terpadu.services.inputs import Form
from terpadu.services.messages import Messages
from terpadu.services.searching import Word, indexed, search


class Entry(Struct, frozen=True, kw_only=True):
    """One service as it stands in the catalogue."""

    service: Service
    folder: Path
    form: Form
    messages: dict[str, Messages]
    words: tuple[Word, ...] = ()


class LifeEvent(Struct, frozen=True, kw_only=True):
    """What happened in someone's life, and the services for it."""

    title: Text
    icon: str
    entries: tuple[Entry, ...]


class Catalogue(Struct, frozen=True):
    """All services by id, in the order of the first page."""

    entries: dict[str, Entry]

    def get(self, service: str) -> Entry | None:
        """The service of this id, or none."""
        return self.entries.get(service)

    def search(self, question: str) -> list[Entry]:
        """The services that fit what someone typed, the best first."""
        found = search(question, {name: entry.words for name, entry in self.entries.items()})
        return [self.entries[name] for name in found]

    def life_events(self) -> tuple[LifeEvent, ...]:
        """Services gathered by life event; events stand in the order of their first service."""
        found: dict[str, list[Entry]] = {}
        for entry in self.entries.values():
            found.setdefault(entry.service.life_event.id, []).append(entry)
        return tuple(
            LifeEvent(title=rows[0].service.life_event, icon=rows[0].service.icon, entries=tuple(rows))
            for rows in found.values()
        )

    def by_name(self, language: str) -> list[Entry]:
        """All, by their name in one language."""
        return sorted(self.entries.values(), key=lambda entry: str(getattr(entry.service.title, language)).casefold())


def load(folder: Path, words: Vocabulary) -> Catalogue:
    """Every service of a folder. Raises `BadInput` in one sentence for the first that cannot be read."""
    found = [_entry(path.parent, words) for path in folder.glob(f"*/{definition.FILE}")]
    found.sort(key=lambda entry: (entry.service.order, entry.service.id))
    return Catalogue({entry.service.id: entry for entry in found})


def _entry(folder: Path, words: Vocabulary) -> Entry:
    service = definition.load(folder, words)
    return Entry(
        service=service,
        folder=folder,
        form=inputs.read(folder),
        messages={language: messages.read(folder, language) for language in messages.LANGUAGES},
        words=indexed(service),
    )


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """The one of this portal: the folder that `services` in portal.toml names; read once a process."""
    return (
        load(settings.HOME / settings.PORTAL.services, vocabulary.load()) if settings.PORTAL.services else Catalogue({})
    )
