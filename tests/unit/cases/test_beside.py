"""Rooms above give work to the worker; what fails keeps no other back."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from terpadu.cases import beside, upkeep, worker
from terpadu.pages.agencies import agencies

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def test_each_is_done_and_one_that_fails_keeps_no_other_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beside, "_WORKS", [])

    def fails() -> int:
        raise ValueError

    def works() -> int:
        return 3

    for work in (fails, works, works):
        beside.register(work)
    assert beside.work_once() == 3


@pytest.mark.django_db
def test_the_worker_does_upkeep_and_the_work_of_other_rooms(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    stop = threading.Event()

    def last() -> int:
        done.append("beside")
        stop.set()
        return 1

    monkeypatch.setattr(upkeep, "DUTIES", (lambda now: done.append("duty"),))
    monkeypatch.setattr(beside, "_WORKS", [last])
    worker.work(agencies(), lambda: NOW + timedelta(seconds=len(done)), stop)
    assert done == ["duty", "beside"]
