"""Dates, times, money and numbers as pages say them, in the language of the page.

Indonesian after EYD and Permenko usage: "24 November 2026", "09.14 WIB", "Rp30.000", "2,99". English keeps the order and
says "09:14", "Rp30,000", "2.99".
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.translation import get_language, gettext

When = date | datetime | int | str
"""A date, a time with its zone, Unix milliseconds (as facts carry them), or either in ISO 8601."""


def day(when: When, weekday: bool = False) -> str:
    """`24 November 2026`, or `Selasa, 24 November 2026`."""
    local = _local(when)
    words = f"{local.day} {MONTHS[local.month]} {local.year}"
    return f"{WEEKDAYS[local.weekday()]}, {words}" if weekday else words


def clock(when: When, zone: bool = False) -> str:
    """`09.14`, or `09.14 WIB`: WIB, WITA or WIT by the zone that is active."""
    local = _local(when)
    if not isinstance(local, datetime):
        return ""
    words = local.strftime("%H:%M" if get_language() == "en" else "%H.%M")
    return f"{words} {local.tzname()}" if zone else words


def moment(when: When) -> str:
    """`hari ini 09.14`, `kemarin 14.37`, else `19 November 2026 pukul 14.37`; without a time only the day."""
    local = _local(when)
    if not isinstance(local, datetime):
        return day(local)
    past = (timezone.localdate() - local.date()).days
    if past in (0, 1):
        word = gettext("kemarin") if past else gettext("hari ini")
        return f"{word} {clock(local)}"
    return gettext("%(day)s pukul %(time)s") % {"day": day(local), "time": clock(local)}


def rupiah(amount: int) -> str:
    """`Rp30.000`."""
    return f"Rp{count(amount)}"


def count(number: int) -> str:
    """`1.240.000`."""
    words = f"{number:,}"
    return words if get_language() == "en" else words.replace(",", ".")


def decimal(number: float | Decimal, places: int = 2) -> str:
    """`2,99`."""
    words = f"{number:.{places}f}"
    return words if get_language() == "en" else words.replace(".", ",")


def kilobytes(size: int) -> str:
    """`84 kB` of a size in bytes; at least one."""
    return f"{count(max(1, round(size / 1000)))} kB"


def _local(when: When) -> date | datetime:
    if isinstance(when, int):
        when = datetime.fromtimestamp(when / 1000, UTC)
    if isinstance(when, str):
        when = datetime.fromisoformat(when) if len(when) > len("2026-11-24") else date.fromisoformat(when)
    if isinstance(when, datetime):
        return timezone.localtime(when) if timezone.is_aware(when) else timezone.make_aware(when)
    return when
