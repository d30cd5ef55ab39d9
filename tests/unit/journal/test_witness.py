"""Witnesses (A45) and the hourly comparison of both ends (A44)."""

from __future__ import annotations

import asyncio
import base64
import threading
from functools import partial
from pathlib import Path

import pytest

from terpadu.journal import compare
from terpadu.journal.prove import Prover
from terpadu.journal.submit import Submitter
from terpadu.journal.witness import Answered, Witness, submission
from terpadu.signing import evidence, note, tree
from terpadu.signing.checkpoint import Checkpoint
from tests.lib.exchanges import WITNESSES, exchange, record, registry, root
from tests.lib.journals import CONSUMER, NOW, PROVIDER, TRUST, Keyring, notes, open_journal

ORIGIN = "ID/GOV/1/n1/journal/1"
LEAVES = [bytes([number % 256, number // 256]) * 16 for number in range(2100)]


class Log:
    """A log of made-up leaves, its key and a witness that lists it."""

    def __init__(self, directory: Path) -> None:
        self.ring = Keyring()
        self.signer = self.ring.signer(ORIGIN, "journal")
        own = self.ring.signer(WITNESSES[0], "witness")
        self.witness = Witness(directory / "witness.sqlite", lambda: own, self.keys_of, lambda: NOW)

    def keys_of(self, origin: str) -> dict[bytes, object]:
        check = self.ring.check(origin, b"")
        return {self.ring.signer(origin, "journal").key_id: check} if check else {}

    def note(self, size: int, leaves: list[bytes] = LEAVES) -> bytes:
        return note.sign(Checkpoint(ORIGIN, size, tree.root(leaves[:size])).text(), self.signer)

    def ask(self, old: int, size: int, leaves: list[bytes] = LEAVES) -> Answered:
        proof = tree.consistency(leaves[:size], old) if old <= size else ()
        return self.witness.add_checkpoint(submission(old, proof, self.note(size, leaves)))


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return Log(tmp_path)


def test_a_witness_cosigns_what_continues(log: Log) -> None:
    for old, size in ((0, 5), (5, 9), (9, 9), (9, 2000)):
        answered = log.ask(old, size)
        assert answered.status == 200
        (line,) = note.parse(note.parse(log.note(size)).text + b"\n" + answered.body).lines
        check = log.ring.check(line.name, line.key_id)
        assert check
        assert note.cosigned_at(line, note.parse(log.note(size)).text, check) == NOW // 1000
    assert log.witness.newest(ORIGIN) == log.note(2000)


def test_a45_each_refusal_has_its_status(log: Log) -> None:
    assert log.ask(0, 9).status == 200
    assert log.ask(0, 12)[:3] == (409, "text/x.tlog.size", b"9\n")
    assert log.ask(5, 12).status == 409
    assert log.ask(12, 9).status == 400
    other = [*LEAVES[:8], b"z" * 32, *LEAVES[9:]]
    assert log.ask(9, 9, other).status == 409
    assert log.ask(9, 12, other).status == 422
    assert log.witness.add_checkpoint(submission(9, (b"x" * 32,), log.note(12))).status == 422
    assert log.ask(9, 5).status == 400
    foreign = note.sign(Checkpoint("ID/GOV/8/n1/journal/1", 0, tree.root([])).text(), log.signer)
    assert log.witness.add_checkpoint(submission(0, (), foreign)).status == 404
    text = note.parse(log.note(9)).text
    stranger = note.signature_line("ID/GOV/8/n1", b"abcd", b"x" * 64)
    assert log.witness.add_checkpoint(submission(9, (), text + b"\n" + stranger)).status == 403
    assert log.witness.add_checkpoint(submission(9, (), log.note(9) + stranger)).status == 200
    for body in (
        b"",
        b"old 9",
        b"old 09\n\n" + log.note(9),
        b"old -1\n\n" + log.note(9),
        b"old 9\nAA==\n\n" + log.note(9),
    ):
        assert log.witness.add_checkpoint(body).status == 400
    assert log.witness.newest(ORIGIN) == log.note(9) + stranger


def test_a45_two_callers_never_both_continue_from_one_state(log: Log) -> None:
    fork = [*LEAVES[:1], *(b"f" * 32 for _ in LEAVES[1:])]
    assert log.ask(0, 1).status == 200
    bodies = {
        name: [
            submission(at, tree.consistency(leaves[: at + 1], at), log.note(at + 1, leaves)) for at in range(1, 1001)
        ]
        for name, leaves in (("one", LEAVES), ("two", fork))
    }
    told: dict[str, list[int]] = {"one": [], "two": []}
    together = threading.Barrier(2)

    def call(name: str) -> None:
        together.wait()
        told[name] = [log.witness.add_checkpoint(body).status for body in bodies[name]]
        log.witness.close()

    threads = [threading.Thread(target=call, args=(name,)) for name in told]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    won = [name for name, statuses in told.items() if 200 in statuses]
    assert len(won) == 1
    assert all(status in (409, 422) for name, statuses in told.items() if name not in won for status in statuses)


class Peers:
    """Witnesses reached directly."""

    def __init__(self, directory: Path, ring: Keyring) -> None:
        keys = {ring.signer(ORIGIN, "journal").key_id: ring.check(ORIGIN, b"")}
        self.all = {
            name: Witness(directory / f"{number}.sqlite", partial(ring.signer, name, "witness"), lambda _: keys, lambda: NOW)
            for number, name in enumerate(WITNESSES)
        }
        self.down: set[str] = set()

    async def ask(self, name: str, body: bytes) -> Answered:
        if name in self.down:
            raise ConnectionRefusedError("not there")
        return self.all[name].add_checkpoint(body)


def test_own_checkpoints_come_back_cosigned(tmp_path: Path) -> None:
    ring = Keyring()
    peers = Peers(tmp_path, ring)

    async def run() -> None:
        journal = open_journal(tmp_path, ring)
        submitter = Submitter(journal.place, journal.tiles, ring.check)
        one = exchange(ring)
        for number in range(3):
            await record(journal, one if number == 0 else exchange(ring), ours=True)
            await journal.sign()
            peers.down = {WITNESSES[0]} if number == 1 else set()
            done = await submitter.submit(list(WITNESSES), peers.ask)
            assert (done.size, set(done.cosigned)) == (2 * number + 2, set(WITNESSES) - peers.down)
            assert set(done.failed) == peers.down
        again = Submitter(journal.place, journal.tiles, ring.check)  # remembers nothing: 409 tells the size
        assert (await again.submit(list(WITNESSES), peers.ask)).cosigned == WITNESSES
        text = Prover(journal.place, journal.tiles, journal.index).exchange(one.asked.head.id, registry(ring))
        assert sum("not later than" in sentence for sentence in evidence.verify(text, root(ring)).proven) == 2
        await journal.close()

    asyncio.run(run())
    reopened = open_journal(tmp_path, ring)
    assert reopened.found.repaired == []
    reopened.abandon()


def test_a42_a_witness_that_saw_more_is_named(tmp_path: Path) -> None:
    ring = Keyring()
    peers = Peers(tmp_path, ring)

    async def run() -> None:
        journal = open_journal(tmp_path, ring)
        await record(journal, exchange(ring), ours=True)
        await journal.sign()
        await Submitter(journal.place, journal.tiles, ring.check).submit([WITNESSES[0]], peers.ask)
        await journal.close()
        older = open_journal(tmp_path / "older", ring)
        await older.settle(older.record_frame("out", exchange(ring).request, notes(3), TRUST))
        await older.sign()
        done = await Submitter(older.place, older.tiles, ring.check).submit([WITNESSES[0]], peers.ask)
        assert (done.cosigned, done.ahead) == ((), {WITNESSES[0]: 2})
        await older.close()

    asyncio.run(run())


def test_a_false_cosignature_is_not_kept(tmp_path: Path) -> None:
    ring = Keyring()
    ring.signer(WITNESSES[0], "witness")

    async def forge(name: str, body: bytes) -> Answered:
        line = note.signature_line(name, ring.signer(name, "witness").key_id, bytes(72))
        return Answered(200, "text/plain", line)

    async def run() -> None:
        journal = open_journal(tmp_path, ring)
        done = await Submitter(journal.place, journal.tiles, ring.check).submit([WITNESSES[0]], forge)
        assert "verifies" in done.failed[WITNESSES[0]]
        assert not journal.place.cosigned.exists()
        await journal.close()

    asyncio.run(run())


def test_a44_what_one_end_lacks_is_named_with_its_proof(tmp_path: Path) -> None:
    ring = Keyring()
    hour = compare.hour_of(NOW + 1)

    async def run() -> None:
        ours, theirs = open_journal(tmp_path / "c", ring), open_journal(tmp_path / "p", ring, PROVIDER)
        both, dropped, unanswered = exchange(ring), exchange(ring), exchange(ring)
        for journal in (ours, theirs):
            await record(journal, both, journal is ours)
        assert compare.leaves_of(ours.index, PROVIDER, hour) == compare.leaves_of(theirs.index, CONSUMER, hour)
        held = compare.leaves_of(theirs.index, CONSUMER, hour)
        assert compare.compare(ours.index, PROVIDER, hour, held).agrees
        await record(ours, dropped, ours=True)
        await ours.settle(ours.record_frame("out", unanswered.request, notes(3), TRUST))
        found = compare.compare(ours.index, PROVIDER, hour, held)
        proofs = {one.leaf: one.proof for one in found.there}
        assert proofs[dropped.asked.leaf] == f"{PROVIDER} signed a reply about it"
        assert proofs[dropped.answered.leaf] == f"{PROVIDER} signed it"
        assert proofs[unanswered.asked.leaf] == "only our own record"
        assert len(proofs) == 9
        back = compare.compare(theirs.index, CONSUMER, hour, compare.leaves_of(ours.index, PROVIDER, hour))
        assert (back.there, len(back.here)) == ([], 9)
        assert compare.digest(held) != compare.digest(compare.leaves_of(ours.index, PROVIDER, hour))
        assert compare.leaves_of(ours.index, PROVIDER, hour + compare.HOUR) == []
        for journal in (ours, theirs):
            await journal.close()

    asyncio.run(run())


def test_a_submission_reads_as_it_is_written(log: Log) -> None:
    proof = tree.consistency(LEAVES[:9], 5)
    body = submission(5, proof, log.note(9))
    assert body.startswith(b"old 5\n" + base64.b64encode(proof[0]) + b"\n")
    assert body.endswith(b"\n\n" + log.note(9))
