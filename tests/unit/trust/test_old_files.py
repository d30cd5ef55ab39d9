"""Old, frozen and mixed files (A12, A13, A14): refused, the last good federation kept; and the way back after a theft."""

from __future__ import annotations

import shutil
from pathlib import Path
from unittest.mock import patch

import pytest
from msgspec import structs
from tuf.api.exceptions import ExpiredMetadataError, RepositoryError
from tuf.api.metadata import TargetFile, Timestamp

from terpadu.errors import Unverified
from terpadu.trust import online, publish, store, verify
from terpadu.trust.metadata import FRESH, signed, timestamp_of
from terpadu.trust.office import Office
from tests.lib.federation import Made, add_node
from tests.unit.trust import conftest
from tests.unit.trust.conftest import HandClock
from tests.unit.trust.hostile import add_member, node, offer, published


def second(made: Made, now: int) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """The published files before and after another publication."""
    before = published(made.office)
    add_member(made)
    add_node(made, conftest.node("ID/GOV/PALSU"), made.office.directory / "node", now)
    made.publish(now)
    return before, published(made.office)


def test_a12_older_files_are_refused(made: Made, clock: HandClock, tmp_path: Path) -> None:
    old, new = second(made, clock())
    kept = node(tmp_path / "node", made)
    offer(kept, new, clock())
    with pytest.raises(RepositoryError, match="version"):
        offer(kept, old, clock())
    assert kept.last is not None
    assert kept.last.federation.number == 2


def test_a12_the_store_refuses_by_itself(made: Made, clock: HandClock, tmp_path: Path) -> None:
    """Even with python-tuf's memory gone, numbers don't go back."""
    old, new = second(made, clock())
    kept = node(tmp_path / "node", made)
    offer(kept, new, clock())
    shutil.rmtree(kept.memory)
    with pytest.raises(Unverified, match="or newer"):
        offer(kept, old, clock())
    shutil.rmtree(kept.memory)
    with patch.object(store, "check_forward"):
        assert offer(kept, old, clock()).federation.number == 1, "weakened"


@pytest.mark.parametrize("role", ["targets", "narrowing", "revocations"])
def test_a12_an_older_statement_under_a_new_snapshot(
    made: Made, clock: HandClock, tmp_path: Path, role: str
) -> None:
    """The operator, with snapshot and timestamp keys, shows an old statement under a fresh timestamp."""
    version = {"targets": 1, "narrowing": 2, "revocations": 2}[role]
    _, new = second(made, clock())
    kept = node(tmp_path / "node", made)
    offer(kept, new, clock())
    with patch.object(online, "_state", lambda office, now, name, last: version):
        roles = () if role == "targets" else (role,)
        online.restate(made.office, clock(), roles, targets=1 if role == "targets" else None)
    with pytest.raises(RepositoryError, match="Expected"):
        offer(kept, published(made.office), clock())


def test_a12_an_older_root_is_not_followed(made: Made, clock: HandClock, tmp_path: Path) -> None:
    """After root 2 with new online keys, files under root 1 and its stolen timestamp key are refused."""
    thief = _copy(made, tmp_path / "thief")
    for role in ("snapshot", "timestamp"):
        publish.rekey(made.office, role)
    made.publish(clock())
    kept = node(tmp_path / "node", made)
    assert offer(kept, published(made.office), clock()).root == 2
    for _ in range(5):
        online.freshen(thief, clock())
    with pytest.raises(RepositoryError):
        offer(kept, published(thief), clock())


def test_a13_freeze_shows_and_a_peer_still_helps(made: Made, clock: HandClock, tmp_path: Path) -> None:
    frozen = published(made.office)
    kept = node(tmp_path / "node", made)
    offer(kept, frozen, clock())
    clock.move(59)
    offer(kept, frozen, clock())
    clock.move(2)
    with pytest.raises(ExpiredMetadataError):
        offer(kept, frozen, clock())
    with patch.object(Timestamp, "is_expired", return_value=False):
        assert offer(kept, frozen, clock()), "weakened"
    online.freshen(made.office, clock())
    assert offer(kept, published(made.office), clock()).fresh_until == clock() + FRESH


@pytest.mark.parametrize("part", ["targets", "snapshot", "narrowing", "federation.json", "registry/"])
def test_a14_files_of_two_versions_do_not_mix(made: Made, clock: HandClock, tmp_path: Path, part: str) -> None:
    old, new = second(made, clock())
    mixed = {name: _older(name, part, old, raw) for name, raw in new.items()}
    assert mixed != new
    kept = node(tmp_path / "node", made)
    with pytest.raises(RepositoryError):
        offer(kept, mixed, clock())


def test_a14_weakened_a_mix_is_taken(made: Made, clock: HandClock, tmp_path: Path) -> None:
    """Hash, number and log each stand in its way: without all three an old membership passes under new metadata."""
    old, new = second(made, clock())
    mixed = {name: _older(name, "federation.json", old, raw) for name, raw in new.items()}
    with (
        patch.object(TargetFile, "verify_length_and_hashes"),
        patch.object(verify, "_check_numbers"),
        patch.object(verify, "_check_registry"),
    ):
        assert offer(node(tmp_path / "node", made), mixed, clock()).federation.number == 1


def _older(name: str, part: str, old: dict[str, bytes], raw: bytes) -> bytes:
    """The old file in the place of the new one of the same kind."""
    kind = name.rpartition("/")[2].partition(".")[2]
    if part not in name or name in old:
        return raw
    return next(was for other, was in sorted(old.items()) if other.rpartition("/")[2].partition(".")[2] == kind)


HUGE = 2**53 - 1


def test_a14_fast_forward_and_the_way_back(made: Made, clock: HandClock, tmp_path: Path) -> None:
    """Stolen online keys push all numbers to the end; a root with new keys brings nodes back to the registry's numbers."""
    thief = _copy(made, tmp_path / "thief")
    thief.save("narrowing.json", structs.replace(thief.narrowing(), number=HUGE))
    online.restate(thief, clock(), ("narrowing",))
    snapshot = thief.snapshot()
    assert snapshot is not None
    raw = thief.metadata("snapshot", snapshot.version).read_bytes()
    huge = signed(timestamp_of(HUGE, clock() + FRESH, raw), thief.online_key("timestamp"))
    (thief.public / "metadata/timestamp.json").write_bytes(huge)
    kept = node(tmp_path / "node", made)
    assert offer(kept, published(thief), clock()).freshness == HUGE
    with pytest.raises(RepositoryError, match="version"):
        offer(kept, published(made.office), clock())
    for role in ("narrowing", "snapshot", "timestamp"):
        publish.rekey(made.office, role)
    made.publish(clock())
    back = offer(kept, published(made.office), clock())
    assert (back.freshness, back.narrowing.number, back.root) == (2, 3, 2)


def _copy(made: Made, folder: Path) -> Office:
    shutil.copytree(made.office.directory, folder)
    return Office(folder)
