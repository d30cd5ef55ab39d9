"""A29, A44 and what neighbours may ask: each succeeds on a build that is weakened at the very check that stops it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from terpadu.errors import Unverified
from terpadu.exchange import readiness
from terpadu.exchange.doors import neighbours as door
from terpadu.exchange.jobs import Jobs
from terpadu.exchange.searching import Search
from terpadu.journal import compare
from terpadu.model.identifiers import NodeId
from tests.journey import test_neighbours as journey
from tests.unit.exchange import test_readiness as ready

Patch = Callable[[pytest.MonkeyPatch], None]


def no_finding(*_: Any) -> list[str]:
    """A check that finds nothing."""
    return []


def anybody(certificate: bytes | None, rights: Any, now: int) -> NodeId:
    """Every certificate of the federation's authorities is somebody's, revoked or not."""
    return NodeId("ID/GOV/5/n1")


def looks(name: str) -> Patch:
    return lambda patch: patch.setattr(readiness.Readiness, name, no_finding)


READY: dict[str, Patch] = {
    "journal": looks("_evidence"),
    "disk": looks("_disk"),
    "frame key": looks("_frame_key"),
    "certificate ended": looks("_certificate"),
}


@pytest.mark.deep
@pytest.mark.parametrize("state", READY)
def test_a29_health_lies_where_it_does_not_look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, state: str) -> None:
    READY[state](monkeypatch)
    with pytest.raises(AssertionError):
        ready.test_a29_not_ready_in_each_state_with_its_reason(tmp_path, state)


WEAKENED: dict[str, tuple[Patch, Callable[[Path], None]]] = {
    "A44 what the peer lacks": (
        lambda patch: patch.setattr(compare, "compare", lambda *_: compare.Difference([], [])),
        journey.test_a44_a_record_that_one_side_drops_is_named_by_the_other,
    ),
    "A44 the alarm": (
        lambda patch: patch.setattr(Jobs, "_alarm", lambda *_: None),
        journey.test_a44_an_old_copy_of_a_journal_is_named,
    ),
    "A44 an hour that is over": (
        lambda patch: patch.setattr(door, "SETTLED", -(10**15)),
        journey.test_a44_both_ends_hold_the_same,
    ),
    "whose key": (
        lambda patch: patch.setattr(door, "node_of", anybody),
        journey.test_only_listed_keys_are_answered_and_asked,
    ),
    "the pinned key": (
        lambda patch: patch.setattr("terpadu.exchange.neighbours.check_pinned", lambda *_: None),
        journey.test_another_nodes_key_at_the_address_is_not_believed,
    ),
    "whose exchange": (
        lambda patch: patch.setattr(door.NeighbourDoor, "_check_shared", lambda *_: None),
        journey.test_the_records_of_an_exchange_are_for_its_other_end_alone,
    ),
    "another's records": (
        lambda patch: patch.setattr(Search, "_with_others", lambda self, number, others: self._prove(number, others)),
        journey.test_anothers_lying_records_do_not_spoil_the_own,
    ),
}


@pytest.mark.deep
@pytest.mark.parametrize("check", WEAKENED)
def test_neighbours_get_away_with_it_where_a_check_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, check: str
) -> None:
    patch, test = WEAKENED[check]
    patch(monkeypatch)
    with pytest.raises((AssertionError, Unverified, pytest.fail.Exception)):
        test(tmp_path)
