"""A text of a service in the language of the page."""

from __future__ import annotations

from django.utils.translation import get_language

from terpadu.facts.vocabulary import Text


def said(text: Text) -> str:
    """The Indonesian or the English of a text."""
    return text.en if get_language() == "en" else text.id
