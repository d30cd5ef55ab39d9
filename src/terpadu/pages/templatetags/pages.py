"""Tags and filters of all rooms."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from terpadu.errors import BadInput
from terpadu.pages import navigation

register = template.Library()


@register.simple_tag
def at(path: str) -> str:
    """An address of ours in this page's language: `{% at "/urusan/" %}`."""
    return navigation.at(path)


@lru_cache
def _shapes(name: str) -> SafeString:
    drawing = files("terpadu.pages").joinpath("icons", f"{name}.svg")
    if not drawing.is_file():
        raise BadInput(f"Expected an icon of tools/look/icons.json, got {name!r}; add it there and run npm run build.")
    return mark_safe(drawing.read_text(encoding="utf-8").strip())  # noqa: S308 - our own file


@register.simple_tag
def icon(name: str) -> SafeString:
    """A small line drawing beside a word, hidden from screen readers: `{% icon "eye" %}`."""
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2"'
        ' stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">{}</svg>',
        _shapes(name),
    )


@register.inclusion_tag("pages/mark.svg")
def mark() -> dict[str, Any]:
    """The brand mark: three lines become one."""
    return {}


@register.inclusion_tag("pages/parts/crumbs.html")
def crumbs(*pairs: str) -> dict[str, Any]:
    """The way here, in pairs of address and name: `{% crumbs "/layanan/" _("Layanan") %}`; home stands first by itself."""
    return {"steps": [(navigation.at(address), name) for address, name in zip(pairs[::2], pairs[1::2], strict=True)]}
