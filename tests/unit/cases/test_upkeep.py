"""Duties are done now and then; one that fails keeps no other back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session

from terpadu.cases import upkeep

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def test_every_so_often_and_all_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []

    def fails(now: datetime) -> None:
        done.append("fails")
        raise ValueError

    monkeypatch.setattr(upkeep, "DUTIES", (fails, lambda now: done.append("other")))
    at_work = upkeep.Upkeep()
    for second in (0, 5, 19, 20, 39, 41):
        at_work.do(NOW + timedelta(seconds=second))
    assert done == ["fails", "other"] * 3


@pytest.mark.django_db
def test_the_duties_themselves_run_on_an_empty_portal() -> None:
    for duty in upkeep.DUTIES:
        duty(NOW)


@pytest.mark.django_db
def test_sessions_that_ran_out_are_cleared_and_others_stay() -> None:
    for name, days in (("a" * 32, -1), ("b" * 32, 1)):
        Session.objects.create(session_key=name, session_data="", expire_date=NOW + timedelta(days=days))
    for duty in upkeep.DUTIES:
        duty(NOW)
    assert list(Session.objects.values_list("pk", flat=True)) == ["b" * 32]
