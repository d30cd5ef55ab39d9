"""Contents kept and destroyed, who looked, what was counted; and an index that can be lost."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from pathlib import Path

import pytest

from terpadu.journal.counters import counters
from terpadu.journal.prove import Prover
from terpadu.signing import evidence
from tests.lib.exchanges import cosign, exchange, record, registry, root
from tests.lib.journals import (
    APP,
    CONSUMER,
    NOW,
    PROVIDER,
    SERVICE,
    TRUST,
    Keyring,
    frame,
    notes,
    open_journal,
    reply,
    seal,
)

DAY = 86_400_000
PERSON = "9901010101010001"


def test_contents_are_kept_encrypted_and_destroyed_for_good(tmp_path: Path) -> None:
    ring = Keyring()
    one, other = exchange(ring), exchange(ring)

    async def write() -> bytes:
        journal = open_journal(tmp_path, ring)
        await record(journal, one, ours=True, keep=True)
        await record(journal, other, ours=True, keep=True)
        assert journal.content(one.answered.leaf) == one.answered.content
        assert await journal.destroy([one.answered.leaf, one.asked.leaf], "person asked") == 2
        assert await journal.destroy([one.answered.leaf], "person asked") == 0
        assert journal.content(one.answered.leaf) is None
        assert journal.content(other.answered.leaf) == other.answered.content
        await journal.sign()
        cosign(ring, journal)
        text = Prover(journal.place, journal.tiles, journal.index).exchange(one.asked.head.id, registry(ring))
        await journal.close()
        return text

    found = evidence.verify(asyncio.run(write()), root(ring))
    assert any("answered with status 200" in sentence for sentence in found.proven)
    raw = b"".join(path.read_bytes() for path in (tmp_path / "journal/1").rglob("*") if path.is_file())
    assert b"pertanyaan" not in raw
    again = open_journal(tmp_path, ring)
    assert (again.state, again.found.problems) == ("serving", [])
    assert again.content(one.asked.leaf) is None
    assert again.content(other.asked.leaf) == other.asked.content
    kept = [again.contents_of(stored) for stored in again.reopened()]
    assert [len(found) for found in kept] == [2, 2, 3, 3]
    again.abandon()


def test_a_destruction_cut_short_is_finished_at_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ring = Keyring()
    one = exchange(ring)

    async def write() -> None:
        journal = open_journal(tmp_path, ring)
        await record(journal, one, ours=True, keep=True)
        monkeypatch.setattr("terpadu.journal.journal.zero_slots", lambda *_: None)  # as if killed before it
        await journal.destroy([one.asked.leaf], "person asked")
        await journal.close()

    asyncio.run(write())
    monkeypatch.undo()
    slots = next((tmp_path / "journal/1/keys").iterdir())
    assert bytes(32) not in [slots.read_bytes()[at : at + 32] for at in range(0, slots.stat().st_size, 32)]
    again = open_journal(tmp_path, ring)
    assert [slots.read_bytes()[at : at + 32] == bytes(32) for at in range(0, slots.stat().st_size, 32)].count(True) == 1
    assert again.content(one.asked.leaf) is None
    again.abandon()


def test_what_was_kept_for_its_days_goes(tmp_path: Path) -> None:
    ring = Keyring()
    now = [NOW]

    async def write() -> None:
        journal = open_journal(tmp_path, ring, clock=lambda: now[0])
        await record(journal, exchange(ring), ours=True, keep=True)
        now[0] += 29 * DAY
        assert await journal.destroy_expired() == 0
        now[0] += 2 * DAY
        assert await journal.destroy_expired() == 6
        assert await journal.destroy_expired() == 0
        await journal.close()

    asyncio.run(write())


def test_who_looked_is_found_by_the_person_alone(tmp_path: Path) -> None:
    ring = Keyring()
    one, other = exchange(ring), exchange(ring)

    async def write() -> None:
        journal = open_journal(tmp_path, ring, PROVIDER)
        await record(journal, one, ours=False, who=journal.who(PERSON))
        await record(journal, other, ours=False, who=journal.who("9901010101010002"))
        looks = journal.looks(PERSON, NOW - 1, NOW + DAY)
        assert {look.number for look in looks} == {message.head.id for message in one.request.messages}
        assert {(look.consumer, look.service, look.purpose, look.answered) for look in looks} == {
            (APP, SERVICE, "uji", True)
        }
        assert journal.looks(PERSON, NOW + 1, NOW + DAY) == []
        assert journal.looks("9901010101010003", NOW - 1, NOW + DAY) == []
        await journal.close()

    asyncio.run(write())
    raw = b"".join(path.read_bytes() for path in (tmp_path / "journal").rglob("*") if path.is_file())
    assert PERSON.encode() not in raw


def test_counters_count_calls_persons_and_refusals(tmp_path: Path) -> None:
    ring = Keyring()

    async def write() -> None:
        journal = open_journal(tmp_path, ring, PROVIDER)
        for person in (b"a", b"b", b"a"):
            await record(journal, exchange(ring), ours=False, who=person * 16)
        asked = frame(ring, 2)
        refused = [reply(message, code="purpose", status=None) for message in asked.messages]
        back = seal(ring.signer(PROVIDER, "frame"), [(CONSUMER, refused)])[0]
        journal.record_frame("in", asked, notes(2), TRUST)
        await journal.settle(journal.record_frame("out", back, notes(2), TRUST))
        (counter,) = counters(journal.index, NOW, NOW + 1)
        assert (counter.consumer, counter.service, counter.calls, counter.persons) == (APP, SERVICE, 11, 2)
        assert counter.refusals == {"purpose": 2}
        await journal.close()

    asyncio.run(write())


@pytest.mark.parametrize("damage", ["lost", "garbage", "torn", "ahead"])
def test_the_index_is_made_again(tmp_path: Path, damage: str) -> None:
    ring = Keyring()

    async def write() -> None:
        journal = open_journal(tmp_path, ring, PROVIDER)
        for _ in range(20):
            await record(journal, exchange(ring), ours=False)
        assert len(journal.index.rows("kind = 'request'")) == 60
        if damage == "ahead":
            journal.index.query("UPDATE progress SET next = 1000")
        await journal.close()

    asyncio.run(write())
    path = tmp_path / "journal/index.sqlite"
    raw = path.read_bytes()
    if damage == "lost":
        path.unlink()
    elif damage == "garbage":
        path.write_bytes(b"x" * len(raw))
    elif damage == "torn":
        path.write_bytes(raw[:4096] + bytes(len(raw) - 8192) + raw[-4096:])
    again = open_journal(tmp_path, ring, PROVIDER)
    assert len(again.index.rows("kind = 'request'")) == 60
    again.abandon()


def test_every_kept_content_is_found_at_any_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ring = Keyring()
    monkeypatch.setattr("terpadu.journal.recent._MANY", 5)
    all_of_them = [exchange(ring) for _ in range(12)]

    async def write() -> None:
        journal = open_journal(tmp_path, ring)
        for number, one in enumerate(all_of_them):
            await record(journal, one, ours=True, keep=True)
            for known in all_of_them[: number + 1]:
                assert journal.content(known.answered.leaf) == known.answered.content
        assert journal.content(b"\x00" * 32) is None
        await journal.close()

    asyncio.run(write())
    (tmp_path / "journal/index.sqlite").unlink()
    again = open_journal(tmp_path, ring)
    assert [again.content(one.asked.leaf) for one in all_of_them] == [one.asked.content for one in all_of_them]
    again.abandon()


def test_a_question_that_outlives_the_index_is_refused_and_leaves_the_file_alone(tmp_path: Path) -> None:
    """A node that stops does not wait for what its threads still ask: they may neither fall over nor open it again."""
    ring = Keyring()

    async def write() -> None:
        journal = open_journal(tmp_path, ring)
        await record(journal, exchange(ring), ours=True)
        stopped, failed = threading.Event(), []

        def ask() -> None:
            while not stopped.is_set():
                try:
                    journal.index.rows("number = ?", "none")
                except sqlite3.ProgrammingError as error:
                    failed.append(error)
                    return

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        await asyncio.sleep(0.05)
        before = journal.index._path.stat().st_ino
        await journal.close()
        for thread in threads:
            thread.join(10)
        stopped.set()
        assert len(failed) == 4
        assert journal.index._path.stat().st_ino == before

    asyncio.run(write())
