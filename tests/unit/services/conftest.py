"""What tests of the catalogue share: three services."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.services import shelf


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Path]:
    """Three services in the catalogue."""
    with shelf.put_up(shelf.write(tmp_path / "layanan")):
        yield tmp_path / "layanan"
