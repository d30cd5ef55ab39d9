"""A citizen with everything that a portal can hold, for the attacks on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

from tests.lib.portal_world import World, make_world, put_up


@pytest.fixture
def world(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A citizen with everything, and everybody else."""
    with put_up(tmp_path, monkeypatch), translation.override("id"):
        yield make_world()
