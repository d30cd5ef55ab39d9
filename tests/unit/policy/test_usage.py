"""Counting per day in Jakarta."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from terpadu.policy.moments import day_of, moment, tanggal
from terpadu.policy.usage import Usage

MIDNIGHT = int(datetime(2026, 11, 24, 17, tzinfo=UTC).timestamp() * 1000)
"""The first millisecond of 25 November 2026 in Jakarta."""
DAY = 86_400_000
A, B = b"a" * 16, b"b" * 16


def test_the_day_turns_at_midnight_in_jakarta() -> None:
    assert day_of(MIDNIGHT) == day_of(MIDNIGHT - 1) + 1
    assert day_of(MIDNIGHT + DAY - 1) == day_of(MIDNIGHT)


def test_calls_and_persons_of_an_agreement() -> None:
    usage = Usage()
    for who in (A, A, None):
        usage.count("A1/1", who, MIDNIGHT)
    assert usage.calls("A1/1", MIDNIGHT) == 3
    assert (usage.persons("A1/1", A, MIDNIGHT), usage.persons("A1/1", B, MIDNIGHT)) == (1, 2)
    assert (usage.calls("A2/1", MIDNIGHT), usage.persons("A2/1", A, MIDNIGHT)) == (0, 1)


def test_yesterday_is_forgotten() -> None:
    usage = Usage()
    usage.count("A1/1", A, MIDNIGHT - 1)
    assert (usage.calls("A1/1", MIDNIGHT - 1), usage.calls("A1/1", MIDNIGHT)) == (1, 0)
    usage.count("A1/1", B, MIDNIGHT)
    assert (usage.calls("A1/1", MIDNIGHT), usage.persons("A1/1", A, MIDNIGHT)) == (1, 2)


def test_a_clock_that_jumps_back_opens_nothing() -> None:
    usage = Usage()
    usage.count("A1/1", A, MIDNIGHT)
    usage.count("A1/1", B, MIDNIGHT - DAY)
    assert usage.calls("A1/1", MIDNIGHT - 30 * DAY) == usage.calls("A1/1", MIDNIGHT) == 2


def test_memory_is_bounded_and_a_full_memory_refuses() -> None:
    usage = Usage(most_persons=1)
    usage.count("A1/1", A, MIDNIGHT)
    usage.count("A1/1", B, MIDNIGHT)
    assert usage.persons("A1/1", A, MIDNIGHT) == 1
    assert usage.persons("A1/1", B, MIDNIGHT) > 10**9
    assert usage.persons("A2/1", B, MIDNIGHT) > 10**9
    assert usage.persons("A1/1", B, MIDNIGHT + DAY) == 1


@pytest.mark.parametrize(
    ("when", "english", "indonesian"),
    [
        (MIDNIGHT, "2026-11-25 00:00:00.000 WIB", "25 November 2026 pukul 00.00.00 WIB"),
        (MIDNIGHT - 1, "2026-11-24 23:59:59.999 WIB", "24 November 2026 pukul 23.59.59 WIB"),
        (0, "1970-01-01 07:00:00.000 WIB", "1 Januari 1970 pukul 07.00.00 WIB"),
        (2**53 - 1, "9999-01-01 00:00 WIB or later", "tanpa batas waktu"),
    ],
)
def test_moments_for_people(when: int, english: str, indonesian: str) -> None:
    assert (moment(when), tanggal(when)) == (english, indonesian)
