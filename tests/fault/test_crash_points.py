"""Each node is killed at each step of an exchange, under load; afterwards nothing that was promised is broken."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from terpadu.crash import POINTS
from tests.lib.fault_story import run_with_death

QUICK = (("c4", 60), ("c6", 60), ("c8", 60), ("p4", 60), ("p6", 60), ("p8", 60))
"""Both sides; before and after the record, the effect and the reply."""
COUNTS = (1, 25, 250)


def judge_death(tmp_path: Path, point: str, n: int) -> None:
    """Run it; what is broken, in sentences."""
    seen = asyncio.run(run_with_death(tmp_path, point, n))
    assert seen.outages[0].status == -9
    assert seen.findings == []


@pytest.mark.parametrize(("point", "n"), QUICK)
def test_nothing_promised_is_broken_by_a_death(tmp_path: Path, point: str, n: int) -> None:
    judge_death(tmp_path, point, n)


@pytest.mark.deep
@pytest.mark.parametrize("n", COUNTS)
@pytest.mark.parametrize("point", POINTS)
def test_nothing_promised_is_broken_by_a_death_anywhere(tmp_path: Path, point: str, n: int) -> None:
    judge_death(tmp_path, point, n)
