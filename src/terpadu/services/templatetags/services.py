"""`{{ service.title|said }}`: a text in the language of the page."""

from __future__ import annotations

from django import template

from terpadu.facts.vocabulary import Text
from terpadu.services import saying

register = template.Library()


@register.filter
def said(text: Text | None) -> str:
    """The text; nothing for none."""
    return saying.said(text) if text else ""
