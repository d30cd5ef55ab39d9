"""Record, settle, close, read again."""

import asyncio
from pathlib import Path

import pytest

from terpadu.errors import BadInput
from terpadu.journal import records
from terpadu.journal.entries import Local
from terpadu.journal.prove import Prover
from terpadu.journal.stored import read_line
from terpadu.signing import canonical, evidence, note, tree
from terpadu.signing.hashes import record
from tests.lib.exchanges import exchange, registry, root
from tests.lib.journals import CONSUMER, NOW, TRUST, Keyring, frame, notes, open_journal, request


@pytest.mark.parametrize("local", [None, b"\x01" * 32])
@pytest.mark.parametrize("recovered", [False, True])
def test_the_record_line_written_by_hand_is_the_canonical_one(local: bytes | None, recovered: bool) -> None:
    line = records.frame_line(NOW, b"out", b"\x02" * 32, local, 12, b"41 7 88123", b"\x03" * 32, recovered)
    assert canonical.line(canonical.parse_line(line)) == line
    assert read_line(line).n == 12


def test_what_was_settled_is_there_after_a_restart(tmp_path: Path) -> None:
    ring = Keyring()
    frames = [frame(ring, count) for count in (1, 3, 12)]
    denied = request()

    async def write() -> None:
        journal = open_journal(tmp_path, ring)
        queued = [journal.record_frame("out", one, notes(len(one.messages)), TRUST) for one in frames]
        queued.append(journal.record_refused(denied.raw, denied.leaf, "no-agreement", "no-agreement", None))
        assert [one.index for one in queued] == [0, 1, 2, 3]
        assert len({id(one.group) for one in queued}) == 1
        for one in queued:
            assert (await journal.settle(one)).recorded is one
        assert journal.durable == 4
        await journal.close()
        assert journal.checkpoint.size == 4

    asyncio.run(write())
    again = open_journal(tmp_path, ring)
    assert (again.state, again.found.problems, again.found.repaired) == ("serving", [], [])
    stored = list(again.reopened())
    assert [one.leaves() for one in stored] == [[m.leaf for m in one.messages] for one in frames]
    assert stored[1].locals() == [Local("agreement", None, None, "")] * 3
    assert again.checkpoint.root == again.found.tiles.root()
    again.abandon()


def test_one_lock_holder(tmp_path: Path) -> None:
    ring = Keyring()
    first = open_journal(tmp_path, ring)
    with pytest.raises(BadInput, match="only process"):
        open_journal(tmp_path, ring)
    first.abandon()


def test_many_groups_segments_and_tiles(tmp_path: Path) -> None:
    ring = Keyring()
    one = frame(ring, 2)
    lines: list[bytes] = []

    async def write() -> None:
        journal = open_journal(tmp_path, ring)
        for _ in range(600):
            recorded = journal.record_frame("out", one, notes(2), TRUST)
            lines.extend(recorded.group.lines[-1:])
            await journal.settle(recorded)
        await journal.close()
        text, _ = note.parse(journal.place.checkpoint.read_bytes())
        assert text == journal.checkpoint.text()

    asyncio.run(write())
    again = open_journal(tmp_path, ring, audit_bytes=1)
    leaves = [record(line) for line in lines]
    tiles = again.found.tiles
    assert (again.state, again.found.problems, again.found.repaired) == ("serving", [], [])
    assert len(again.place.segments()) > 5
    assert sorted(path.name for path in (again.place.tile / "0").glob("*")) == ["000", "001"]
    assert tiles.root() == again.checkpoint.root == tree.root(leaves)
    for index, size in ((0, 1), (3, 600), (255, 256), (256, 600), (511, 513), (599, 600)):
        assert tiles.path(index, size) == tree.path(leaves[:size], index)
    for old, size in ((0, 5), (5, 600), (256, 512), (257, 599), (600, 600)):
        assert tiles.consistency(old, size) == tree.consistency(leaves[:size], old)
        assert tiles.root(old) == tree.root(leaves[:old])
    again.abandon()


def test_a_later_generation_opens_with_the_end_of_the_former(tmp_path: Path) -> None:
    ring = Keyring()

    async def write() -> None:
        journal = open_journal(tmp_path, ring)
        await journal.settle(journal.record_frame("out", frame(ring), notes(1), TRUST))
        journal.note_seen(7, b"x" * 32)
        assert journal.state == "recovering"
        await journal.close()

    asyncio.run(write())
    stuck = open_journal(tmp_path, ring)
    assert stuck.state == "recovering"
    assert "7 records" in stuck.reason
    stuck.abandon()
    later = open_journal(tmp_path, ring, generation=2)
    assert (later.state, later.durable) == ("serving", 1)
    assert later.place.origin == f"{CONSUMER}/journal/2"
    later.abandon()
    with pytest.raises(BadInput, match="generation 2"):
        open_journal(tmp_path, ring)


def test_an_exchange_across_two_generations_is_proven(tmp_path: Path) -> None:
    ring = Keyring()
    one = exchange(ring)

    async def write() -> bytes:
        first = open_journal(tmp_path, ring)
        await first.settle(first.record_frame("out", one.request, notes(3), TRUST))
        await first.close()
        second = open_journal(tmp_path, ring, generation=2)
        await second.settle(second.record_frame("in", one.reply, notes(3), TRUST))
        await second.sign()
        text = Prover(second.place, second.tiles, second.index).exchange(one.asked.head.id, registry(ring))
        await second.close()
        return text

    said = "\n".join(evidence.verify(asyncio.run(write()), root(ring)).proven)
    assert f"The request stands as record 0 in {CONSUMER}/journal/1" in said
    assert f"The reply stands as record 1 in {CONSUMER}/journal/2" in said


@pytest.mark.parametrize("audit_bytes", [1, 1 << 15, 1 << 17, 1 << 30])
def test_old_segments_are_taken_from_their_tiles(tmp_path: Path, audit_bytes: int) -> None:
    ring = Keyring()

    async def write() -> bytes:
        journal = open_journal(tmp_path, ring, segment_bytes=1 << 15)
        for _ in range(30):
            for _ in range(25):
                recorded = journal.record_frame("out", one, notes(1), TRUST)
            await journal.settle(recorded)
        await journal.close()
        return journal.checkpoint.root

    one = frame(ring)
    root = asyncio.run(write())
    again = open_journal(tmp_path, ring, audit_bytes=audit_bytes)
    assert (again.state, again.found.problems, again.found.repaired) == ("serving", [], [])
    assert again.found.tiles.root() == root
    again.abandon()
    (tmp_path / "journal/1/tile/0/000").unlink()
    without = open_journal(tmp_path, ring, audit_bytes=audit_bytes)
    assert without.found.problems == []
    assert without.found.tiles.root() == root
    assert (tmp_path / "journal/1/tile/0/000").exists()
    without.abandon()
