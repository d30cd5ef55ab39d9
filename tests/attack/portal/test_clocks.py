"""A48: a clock that is wrong, moved or at a border. Sessions, terms at three places, years' and months' ends, leap days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from terpadu.cases.calendar import working
from terpadu.cases.calendar.zones import ZONES, zone_of
from terpadu.identity.consent import rules
from terpadu.identity.consent.models import Consent
from terpadu.identity.models import OfficeMandate, PersonMandate
from tests.lib.portal_world import World

TERMS = [
    ("2026-11-24T16:59Z", 1, "WIB", "2026-11-25T16:59Z", "one minute before midnight in Jakarta is still Tuesday"),
    ("2026-11-24T17:00Z", 1, "WIB", "2026-11-26T16:59Z", "midnight in Jakarta: Wednesday has begun"),
    ("2026-11-24T15:59Z", 1, "WITA", "2026-11-25T15:59Z", "the same in Makassar, an hour earlier"),
    ("2026-11-24T16:00Z", 1, "WITA", "2026-11-26T15:59Z", "midnight in Makassar"),
    ("2026-11-24T14:59Z", 1, "WIT", "2026-11-25T14:59Z", "and in Jayapura"),
    ("2026-11-24T15:00Z", 1, "WIT", "2026-11-26T14:59Z", "midnight in Jayapura"),
    ("2026-11-27T03:00Z", 1, "WIB", "2026-11-30T16:59Z", "Friday, then Monday"),
    ("2028-02-28T03:00Z", 1, "WIB", "2028-02-29T16:59Z", "a leap day is a day"),
    ("2027-02-26T03:00Z", 1, "WIB", "2027-03-01T16:59Z", "no leap day"),
]
"""(begins, working days, place, ends, why)"""


@pytest.mark.parametrize(("begins", "days", "zone", "ends", "why"), TERMS, ids=[row[4] for row in TERMS])
def test_a_term_ends_with_its_day_at_the_office(begins: str, days: int, zone: str, ends: str, why: str) -> None:
    assert working.deadline(datetime.fromisoformat(begins), days, zone) == datetime.fromisoformat(ends), why


def test_a_term_over_the_new_year_leaves_the_holiday_out() -> None:
    found = working.deadline(datetime(2026, 12, 31, 3, tzinfo=UTC), 1, "WIB")
    assert found.astimezone(ZONES["WIB"]).date() == date(2027, 1, 4), "1 January is a holiday, 2 and 3 a weekend"


@pytest.mark.parametrize(
    ("begins", "ends"),
    [
        ("2026-01-31", "2026-02-28"),
        ("2028-01-31", "2028-02-29"),
        ("2026-12-31", "2027-01-31"),
        ("2026-11-30", "2026-12-30"),
    ],
)
def test_a_month_later_is_a_day_that_exists(begins: str, ends: str) -> None:
    found = working.month_later(datetime.fromisoformat(f"{begins}T03:00+00:00"), 1, "WIB")
    assert found.astimezone(ZONES["WIB"]).date().isoformat() == ends


def test_every_province_has_its_clock() -> None:
    assert [zone_of(area) for area in ("3171", "7371", "9171", "")] == ["WIB", "WITA", "WIT", "WIB"]
    assert {zone: place.utcoffset(datetime(2026, 7, 1)) for zone, place in ZONES.items()} == {
        "WIB": timedelta(hours=7), "WITA": timedelta(hours=8), "WIT": timedelta(hours=9)}  # fmt: skip
    assert all(
        place.dst(datetime(2026, month, 1)) in (None, timedelta(0))
        for place in ZONES.values()
        for month in range(1, 13)
    )


@pytest.mark.django_db
def test_a_session_ends_by_the_servers_clock(world: World) -> None:
    client = world.browser("owner")
    assert client.get("/urusan/").status_code == 200
    ends = Session.objects.get(session_key=client.session.session_key).expire_date
    assert timedelta(hours=7) < ends - timezone.now() <= timedelta(hours=8)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert client.get("/urusan/").status_code == 302


@pytest.mark.django_db
def test_what_has_an_end_ends_at_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A year on, no mandate, task or consent counts, and a clock put back gives nothing that had not begun."""
    holder, owner = world.people["holder"], world.people["owner"]
    task, real = f"/petugas/tugas/{world.values['task']}/", timezone.now
    assert world.browser("officer").get(task).status_code == 200
    assert rules.receipt_for(owner, "uji", "ID/GOV/CONTOH/PORTAL", ["no_kk"])
    for days in (366, -1):
        moved = real() + timedelta(days=days)
        monkeypatch.setattr("terpadu.identity.mandates.asking.timezone.now", lambda moved=moved: moved)
        assert not PersonMandate.objects.get(pk=world.values["mandate"]).counts(moved)
        assert not any(one.counts(moved) for one in OfficeMandate.objects.all())
        assert not world.people["holder"].personmandate_held.filter(since__lte=moved, until__gt=moved).exists()
    monkeypatch.setattr(timezone, "now", real)
    assert Consent.objects.get().in_force(real())
    assert not Consent.objects.get().in_force(real() + timedelta(days=366))
    assert holder.is_active
