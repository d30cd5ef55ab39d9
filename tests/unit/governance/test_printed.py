"""What docs/reference says of the inventory and the gate is what the tables say."""

from __future__ import annotations

from tools import print_governance


def test_the_printed_page_is_fresh() -> None:
    assert not print_governance.stale(), "run `python -m tools.print_governance`"
