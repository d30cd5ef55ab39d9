"""Tags of all rooms."""

from __future__ import annotations

from django import template

register = template.Library()


@register.filter
def masked(number: str) -> str:
    """A NIK, NIP or KK number as a page shows it: two digits, dots, four digits."""
    return f"{number[:2]}•• •••• •••• {number[-4:]}" if len(number) > 8 else "••••"
