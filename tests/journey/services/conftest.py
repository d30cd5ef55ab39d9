"""One country for all services: its systems and nodes start once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.lib.country import Country, country


@pytest.fixture(scope="session")
def land() -> Iterator[Country]:
    with country() as running:
        yield running
