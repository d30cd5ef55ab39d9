"""Days and dates as agreements mean them: the day in Jakarta (UTC+7, no summer time), whatever zone the node stands in.

One day for the whole country, because a quota that turns over at three different hours could be used up three times.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

_AHEAD = timedelta(hours=7)
_AHEAD_MS = _AHEAD // timedelta(milliseconds=1)
_DAY_MS = timedelta(days=1) // timedelta(milliseconds=1)
_LAST_MS = int(datetime(9999, 1, 1, tzinfo=UTC).timestamp() * 1000)
_MONTHS = (
    *("Januari", "Februari", "Maret", "April", "Mei", "Juni"),
    *("Juli", "Agustus", "September", "Oktober", "November", "Desember"),
)

WIB = timezone(_AHEAD, "WIB")


def day_of(now: int) -> int:
    """The number of the day in Jakarta that holds a moment (Unix ms); day 0 is 1 January 1970."""
    return (now + _AHEAD_MS) // _DAY_MS


def moment(now: int) -> str:
    """A moment (Unix ms) for the sentence of an error: `2026-11-24 07:08:45.000 WIB`."""
    if now >= _LAST_MS:
        return "9999-01-01 00:00 WIB or later"
    seconds, thousandths = divmod(now, 1000)
    return f"{datetime.fromtimestamp(seconds, WIB):%Y-%m-%d %H:%M:%S}.{thousandths:03} WIB"


def tanggal(now: int) -> str:
    """A moment (Unix ms) for Indonesian text: `24 November 2026 pukul 07.08.45 WIB`."""
    if now >= _LAST_MS:
        return "tanpa batas waktu"
    when = datetime.fromtimestamp(now // 1000, WIB)
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year} pukul {when:%H.%M.%S} WIB"
