"""The printed pages are those that the tables give."""

from __future__ import annotations

from tests.spec.print_policy import stale


def test_the_reference_is_not_stale() -> None:
    assert stale() == [], "run `python -m tests.spec.print_policy`"
