"""Working days of 2026 as decreed; deadlines end at the end of the day at the office's place."""

from datetime import UTC, date, datetime

import pytest

from terpadu.cases.calendar.working import add, between, closed, days, deadline, end_of, is_working, month_later
from terpadu.cases.calendar.zones import zone_of


def test_the_year_has_as_many_days_as_were_decreed() -> None:
    decree = days().year["2026"]
    assert (len(set(decree.holidays)), len(set(decree.joint_leave))) == (17, 8)
    assert not set(decree.holidays) & set(decree.joint_leave)
    assert all(is_working(date(2026, *map(int, one.split("-"))), True) for one in decree.joint_leave)


@pytest.mark.parametrize(
    ("begins", "count", "counts", "ends"),
    [
        (date(2026, 11, 24), 3, False, date(2026, 11, 27)),
        (date(2026, 11, 27), 1, False, date(2026, 11, 30)),
        (date(2026, 12, 23), 1, False, date(2026, 12, 28)),
        (date(2026, 12, 23), 1, True, date(2026, 12, 24)),
        (date(2026, 3, 17), 1, False, date(2026, 3, 25)),
        (date(2026, 12, 31), 1, False, date(2027, 1, 4)),
    ],
)
def test_terms(begins: date, count: int, counts: bool, ends: date) -> None:
    assert add(begins, count, counts) == ends
    assert between(begins, ends, counts) == count


def test_a_deadline_ends_with_the_day_there() -> None:
    begins = datetime(2026, 11, 24, 16, 30, tzinfo=UTC)
    assert deadline(begins, 1, "WIB") == datetime(2026, 11, 25, 16, 59, tzinfo=UTC)
    assert deadline(begins, 1, "WITA") == datetime(2026, 11, 26, 15, 59, tzinfo=UTC), "there it is the 25th already"
    assert end_of(date(2026, 11, 24), "WIT") == datetime(2026, 11, 24, 14, 59, tzinfo=UTC)


def test_a_month_later_is_the_same_day_or_the_month_s_last() -> None:
    assert month_later(datetime(2026, 1, 31, 5, tzinfo=UTC), 1, "WIB").date() == date(2026, 2, 28)
    assert month_later(datetime(2026, 12, 10, 5, tzinfo=UTC), 1, "WIB").date() == date(2027, 1, 10)


def test_zones_by_area_code() -> None:
    assert [zone_of(code) for code in ("3404", "7371", "5307", "6471", "9171", "8101", "6171", "")] == [
        "WIB", "WITA", "WITA", "WITA", "WIT", "WIT", "WIB", "WIB",
    ]  # fmt: skip


def test_a_year_without_its_decree_has_the_fixed_days() -> None:
    assert closed(2031, False) == {"01-01", "05-01", "06-01", "08-17", "12-25"}
