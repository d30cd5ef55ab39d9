"""Names of offices: as the process calls them, else as the federation does."""

from __future__ import annotations

from django.utils.translation import get_language

from terpadu.cases.engine.elements import Process
from terpadu.facts.vocabulary import Text
from terpadu.model.identifiers import ServiceId
from terpadu.services.offices import office_of


def name_of(office: str, process: Process | None = None) -> str:
    """A subsystem such as ID/GOV/KEMENDAGRI/DUKCAPIL in words, in the page's language."""
    lane = process.lanes.get(office) if process else None
    return said(lane.title) if lane else office_of(ServiceId(f"{office}/x")).system


def said(text: Text | None) -> str:
    """A text in the page's language; empty where there is none."""
    if text is None:
        return ""
    return text.en if get_language() == "en" else text.id


def told(text: dict[str, str]) -> str:
    """A kept text {"id": …, "en": …} in the page's language."""
    return text.get("en" if get_language() == "en" else "id", "")
