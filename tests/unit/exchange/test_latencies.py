"""Latencies by class: percentiles are upper bounds of classes, never a guess."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terpadu.exchange.latencies import Latencies


def heard(*milliseconds: float) -> Latencies:
    """A histogram of these."""
    latencies = Latencies()
    for one in milliseconds:
        latencies.add(one)
    return latencies


def test_nothing_heard_says_nothing() -> None:
    assert Latencies().summary() == {"calls": 0, "p50_ms": None, "p95_ms": None}


@pytest.mark.parametrize(
    ("milliseconds", "bound"), [(0, 1), (1, 1), (1.01, 2), (48, 50), (50, 50), (412, 500), (30_000, 30_000)]
)
def test_an_answer_falls_into_the_class_with_the_next_bound(milliseconds: float, bound: int) -> None:
    assert heard(milliseconds).percentile(0.5) == bound


def test_over_all_classes_there_is_no_bound() -> None:
    assert heard(30_001).summary() == {"calls": 1, "p50_ms": None, "p95_ms": None}
    assert heard(3, 30_001, 30_001).percentile(0.3) == 5


def test_the_median_and_the_slow_end_differ() -> None:
    assert heard(*[3] * 94, *[700] * 6).summary() == {"calls": 100, "p50_ms": 5, "p95_ms": 1000}
    assert heard(*[3] * 95, *[700] * 5).summary() == {"calls": 100, "p50_ms": 5, "p95_ms": 5}


@given(st.lists(st.floats(0, 29_000), min_size=1, max_size=50), st.sampled_from([0.01, 0.5, 0.95, 1.0]))
def test_at_least_that_share_lies_under_the_bound(milliseconds: list[float], share: float) -> None:
    bound = heard(*milliseconds).percentile(share)
    assert bound is not None
    assert sum(one <= bound for one in milliseconds) >= share * len(milliseconds)
