"""The table of UU PDP against what it names: 22 duties, none called kept without a file and a test that exist."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/explanation/personal-data.md"


class Duty(NamedTuple):
    """A line of the table."""

    number: str
    duty: str
    state: str
    kept_by: str
    shown_by: str
    missing: str


def duties() -> list[Duty]:
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if re.match(r"\| L\d+ \|", line)]
    return [Duty(*(cell.strip().strip("`") for cell in line.strip("|").split("|"))) for line in lines]


def test_the_table_has_every_duty_once() -> None:
    assert [duty.number for duty in duties()] == [f"L{number}" for number in range(1, 23)]


@pytest.mark.parametrize("duty", duties(), ids=lambda duty: duty.number)
def test_a_duty_is_kept_by_a_file_and_shown_by_a_test_or_says_what_is_missing(duty: Duty) -> None:
    assert duty.state in ("kept", "in part", "open")
    assert duty.state == "kept" or duty.missing
    if duty.state == "open":
        assert not duty.kept_by
        assert not duty.shown_by
        return
    assert (ROOT / duty.kept_by).is_file()
    file, _, name = duty.shown_by.partition(":")
    text = (ROOT / file).read_text(encoding="utf-8")
    assert file.startswith("tests/")
    assert re.search(rf"def {name}\b" if name else r"def test_", text), duty.shown_by
