"""Values in words, in both languages."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from terpadu.pages import words

AT = datetime(2026, 11, 24, 2, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    "when", [AT, int(AT.timestamp() * 1000), "2026-11-24T02:14:00+00:00", "2026-11-24T09:14:00+07:00"]
)
def test_one_moment_in_every_form_that_facts_carry(when: words.When) -> None:
    with translation.override("id"):
        assert words.day(when) == "24 November 2026"
        assert words.day(when, weekday=True) == "Selasa, 24 November 2026"
        assert words.clock(when, zone=True) == "09.14 WIB"
        assert words.moment(when - timedelta(days=900) if isinstance(when, datetime) else when).endswith("09.14")


@pytest.mark.parametrize(
    ("zone", "said"), [("Asia/Jakarta", "09.14 WIB"), ("Asia/Makassar", "10.14 WITA"), ("Asia/Jayapura", "11.14 WIT")]
)
def test_the_three_zones(zone: str, said: str) -> None:
    with translation.override("id"), timezone.override(zone):
        assert words.clock(AT, zone=True) == said


def test_a_date_alone_has_no_time() -> None:
    with translation.override("id"):
        for when in (date(1994, 3, 14), "1994-03-14"):
            assert words.moment(when) == "14 Maret 1994"
            assert words.clock(when) == ""


def test_today_and_yesterday() -> None:
    now = timezone.now()
    with translation.override("id"):
        assert words.moment(now) == f"hari ini {words.clock(now)}"
        assert words.moment(now - timedelta(days=1)) == f"kemarin {words.clock(now)}"
        assert words.moment(now - timedelta(days=2)).startswith(words.day(now - timedelta(days=2)))
    with translation.override("en"):
        assert words.moment(now) == f"today {words.clock(now)}"


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("id", ["Rp30.000", "1.240.000", "2,99", "84 kB", "09.14"]),
        ("en", ["Rp30,000", "1,240,000", "2.99", "84 kB", "09:14"]),
    ],
)
def test_numbers(language: str, expected: list[str]) -> None:
    with translation.override(language):
        said = [
            words.rupiah(30000),
            words.count(1240000),
            words.decimal(Decimal("2.985")),
            words.kilobytes(84213),
            words.clock(AT),
        ]
    assert said[2] in (expected[2], expected[2].replace("99", "98"))
    assert [*said[:2], *said[3:]] == [*expected[:2], *expected[3:]]


def test_a_number_is_masked_for_eyes_and_ears() -> None:
    with translation.override("id"):
        html = Template("{{ nik|masked }}").render(Context({"nik": "9901015204860017"}))
    assert "99•• •••• •••• 0017" in html
    assert "berakhiran 0017" in html
    assert "52048" not in html


@pytest.mark.parametrize("short", ["", "1234", "12345678"])
def test_what_is_too_short_to_mask_is_hidden_whole(short: str) -> None:
    html = Template("{{ nik|masked }}").render(Context({"nik": short}))
    assert "••••" in html
    assert not short or short not in html
