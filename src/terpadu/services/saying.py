"""A text of a service in the language of the page."""

from __future__ import annotations

from django.utils.translation import get_language

from terpadu.facts.vocabulary import Text
from terpadu.services.catalogue import catalogue


def said(text: Text) -> str:
    """The Indonesian or the English of a text."""
    return text.en if get_language() == "en" else text.id


def titles() -> dict[str, str]:
    """Every service of the catalogue by its id: its title in the page's language."""
    return {name: said(entry.service.title) for name, entry in catalogue().entries.items()}
