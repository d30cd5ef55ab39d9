"""Working days: Monday to Friday, less the national holidays; days of joint leave count or not, as the portal is set.

Whether joint leave (cuti bersama) stops a term of law is not settled; the setting `joint_leave_counts` decides, false by
default: those days are free for offices, so a term is longer, never shorter than people were told.
"""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from importlib import resources

from msgspec import Struct, convert

from terpadu.cases.calendar.zones import ZONES

LAST_MINUTE = time(23, 59)
"""A deadline ends at the end of its day at the office's place."""


class Year(Struct, frozen=True, forbid_unknown_fields=True):
    """One year's decree, as month-day."""

    holidays: tuple[str, ...]
    joint_leave: tuple[str, ...]


class Days(Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    every_year: tuple[str, ...]
    year: dict[str, Year]


@lru_cache(maxsize=1)
def days() -> Days:
    """The days as the file says."""
    return convert(tomllib.loads((resources.files(__package__) / "days.toml").read_text(encoding="utf-8")), Days)


@lru_cache(maxsize=32)
def closed(year: int, joint_leave_counts: bool) -> frozenset[str]:
    """Closed days of a year, as month-day."""
    decree = days().year.get(str(year))
    fixed = frozenset(days().every_year)
    if decree is None:
        return fixed
    return fixed.union(decree.holidays, () if joint_leave_counts else decree.joint_leave)


def is_working(day: date, joint_leave_counts: bool = False) -> bool:
    """Is this a working day?"""
    return day.weekday() < 5 and day.strftime("%m-%d") not in closed(day.year, joint_leave_counts)


def add(day: date, count: int, joint_leave_counts: bool = False) -> date:
    """The working day that lies `count` working days after `day`; the day itself is not counted."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_working(day, joint_leave_counts)
    return day


def between(first: date, last: date, joint_leave_counts: bool = False) -> int:
    """How many working days lie after `first`, up to `last`; 0 where `last` is not later."""
    span = (last - first).days
    return sum(is_working(first + timedelta(days=one), joint_leave_counts) for one in range(1, span + 1))


def deadline(begins: datetime, count: int, zone: str, joint_leave_counts: bool = False) -> datetime:
    """The moment (UTC) at which a term of `count` working days ends that begins at `begins`, at a place in `zone`."""
    return end_of(add(begins.astimezone(ZONES[zone]).date(), count, joint_leave_counts), zone)


def end_of(day: date, zone: str) -> datetime:
    """The last minute of a day at a place in `zone`, as UTC."""
    return datetime.combine(day, LAST_MINUTE, ZONES[zone]).astimezone(UTC)


def month_later(begins: datetime, months: int, zone: str) -> datetime:
    """The end of the same day some months later; where that month is shorter, of its last day."""
    day = begins.astimezone(ZONES[zone]).date()
    year, month = divmod(day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return end_of(date(day.year + year, month + 1, last), zone)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")
