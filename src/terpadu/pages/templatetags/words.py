"""Filters that say values in words: `{{ case.due|day:"weekday" }}`, `{{ fact.fetched|moment }}`, `{{ nik|masked }}`."""

from __future__ import annotations

from decimal import Decimal

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from terpadu.pages import words

register = template.Library()


@register.filter
def day(when: words.When | None, weekday: str = "") -> str:
    """`24 November 2026`; with `"weekday"` also its name. Empty for nothing."""
    return words.day(when, bool(weekday)) if when else ""


@register.filter
def clock(when: words.When | None, zone: str = "") -> str:
    """`09.14`; with `"zone"` also WIB, WITA or WIT. Empty for nothing."""
    return words.clock(when, bool(zone)) if when else ""


@register.filter
def moment(when: words.When | None) -> str:
    """`hari ini 09.14` or `19 November 2026 pukul 14.37`. Empty for nothing."""
    return words.moment(when) if when else ""


@register.filter
def rupiah(amount: int) -> str:
    """`Rp30.000`."""
    return words.rupiah(amount)


@register.filter
def count(number: int) -> str:
    """`1.240.000`."""
    return words.count(number)


@register.filter
def decimal(number: float | Decimal, places: int = 2) -> str:
    """`2,99`."""
    return words.decimal(number, places)


@register.filter
def kilobytes(size: int) -> str:
    """`84 kB`."""
    return words.kilobytes(size)


@register.filter
def masked(number: str) -> SafeString:
    """A NIK, NIP or KK number: two digits, dots, four digits; read aloud as "berakhiran 0017"."""
    shown = f"{number[:2]}•• •••• •••• {number[-4:]}" if len(number) > 8 else "••••"
    spoken = gettext("berakhiran %(digits)s") % {"digits": number[-4:]} if len(number) > 8 else gettext("disembunyikan")
    return format_html(
        '<span aria-hidden="true" class="number">{}</span><span class="govuk-visually-hidden">{}</span>', shown, spoken
    )
