"""Kept texts in the page's language; a case's papers."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import get_language

from terpadu.cases.documents import issuing
from terpadu.cases.models import Case

register = template.Library()


@register.filter
def in_language(text: dict[str, str]) -> str:
    """`{"id": …, "en": …}` -> the text."""
    return issuing.in_language(text, get_language() or "id")


@register.inclusion_tag("documents/of_case.html")
def documents_of(case: Case) -> dict[str, Any]:
    """The papers of a case, with code and download, for its applicant."""
    return {"case": case, "documents": list(case.documents.all())}
