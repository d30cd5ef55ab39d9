"""The table of paths holds."""

from __future__ import annotations

import pytest

from terpadu.model import paths
from terpadu.model.federation import Endpoint
from tests.spec.path_table import NAMES, READ


@pytest.mark.parametrize(("raw", "read", "why"), READ)
def test_reading(raw: str, read: str | None, why: str) -> None:
    assert paths.normalised(raw) == read, why


@pytest.mark.parametrize(("pattern", "path", "named"), NAMES)
def test_naming(pattern: str, path: str, named: bool) -> None:
    assert paths.names((Endpoint("GET", pattern),), "GET", path) is named
    assert not paths.names((Endpoint("POST", pattern),), "GET", path)
