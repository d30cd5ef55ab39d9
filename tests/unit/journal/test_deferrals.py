"""Looks of an investigation are told later, never for ever."""

from __future__ import annotations

from pathlib import Path

import pytest

from terpadu.errors import BadInput
from terpadu.journal.deferrals import FILE, LONGEST, Deferral, defer, deferrals, told
from terpadu.journal.looks import Look

DAY = 86_400_000


def look(case: str | None) -> Look:
    return Look(
        at=1, number="n", direction="in", consumer="ID/GOV/1/app", service="ID/GOV/9/pop/x", agreement="A/1", purpose="p",
        case=case, rule="", answered=True, code=None, status=200,
    )  # fmt: skip


def test_a_deferred_case_appears_on_its_day_and_others_always(tmp_path: Path) -> None:
    defer(tmp_path, Deferral(case="SIDIK-1", basis="UU 27/2022 pasal 33", at=0, until=10 * DAY))
    made = deferrals(tmp_path)
    everything = [look("SIDIK-1"), look("KL-1"), look(None)]
    assert told(everything, made, 9 * DAY) == ([everything[1], everything[2]], 1)
    assert told(everything, made, 10 * DAY) == (everything, 0)


def test_no_deferral_without_an_end_within_a_year(tmp_path: Path) -> None:
    for until in (0, 5, 5 + LONGEST + 1):
        with pytest.raises(BadInput, match="366 days"):
            defer(tmp_path, Deferral(case="SIDIK-1", basis="b", at=5, until=until))
    assert deferrals(tmp_path) == []


def test_a_changed_file_is_said_not_ignored(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('{"case":"SIDIK-1"}\n')
    with pytest.raises(BadInput, match="one deferral a line"):
        deferrals(tmp_path)
