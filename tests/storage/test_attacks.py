"""A41, A42 and A46: whoever alters, cuts or exchanges the files of a journal is found before the next signature."""

from __future__ import annotations

import asyncio
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from terpadu.errors import Refused
from terpadu.journal import entries
from terpadu.journal.blocks import block, blocks
from terpadu.journal.layout import Generation
from terpadu.journal.secrets import Secrets
from terpadu.journal.start import Found, Start
from terpadu.signing import note
from terpadu.signing.checkpoint import Checkpoint
from tests.lib.exchanges import exchange, record
from tests.lib.journals import CONSUMER, PROVIDER, TRUST, Keyring, frame, notes, open_journal, request, seal

RING = Keyring()
Edit = Callable[[random.Random, Path], bool]
"""Alters the journal of a generation; False where this draw could not."""


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A journal of 270 records of every kind, closed cleanly."""
    home = tmp_path_factory.mktemp("attacked")

    async def write() -> None:
        journal = open_journal(home, RING)
        gone = exchange(RING)
        await record(journal, gone, ours=True, keep=True)
        await journal.destroy([gone.asked.leaf], "person asked")
        turn = seal(RING.signer(CONSUMER, "frame"), [(PROVIDER, [request()] * (1 + n % 2)) for n in range(20)])
        for number in range(262):
            one = turn[number % 20]
            recorded = journal.record_frame(
                "out", one, notes(len(one.messages)), TRUST, [number % 40 == 0] * len(one.messages)
            )
            if number % 7 == 0:
                await journal.settle(recorded)
        denied = request()
        journal.record_refused(denied.raw, denied.leaf, "no-agreement", "no-agreement", None)
        await record(journal, exchange(RING), ours=True)
        await journal.close()

    asyncio.run(write())
    return home


def _look(home: Path) -> Found:
    """The start's own check, without repairing anything."""
    place = Generation(home / "journal", CONSUMER, 1)
    signer = RING.signer(place.origin, "journal")
    return Start(place, signer, Secrets(home / "secrets").store, None, RING.check).read()


def _files(home: Path) -> list[Path]:
    return sorted(path for path in (home / "journal/1").rglob("*") if path.is_file())


def _found(home: Path) -> list[str]:
    seen = _look(home)
    return seen.problems + seen.repaired


def test_an_untouched_journal_has_no_finding(written: Path) -> None:
    assert _found(written) == []
    assert _look(written).tiles.size == 268


def _any_byte(source: random.Random, home: Path) -> bool:
    path = source.choice(_files(home))
    raw = bytearray(path.read_bytes())
    if not raw:
        return False
    raw[source.randrange(len(raw))] ^= 1 << source.randrange(8)
    path.write_bytes(raw)
    return True


def _payloads(path: Path) -> list[list[tuple[int, bytes]]]:
    return [list(entries.entries(one.payload)) for one in blocks(path.read_bytes())]


def _write(path: Path, payloads: list[list[tuple[int, bytes]]]) -> None:
    """As a careful forger would: every length and CRC fits."""
    raw, crc = b"", 0
    for payload in payloads:
        if payload:
            one, crc = block(b"".join(entries.entry(kind, data) for kind, data in payload), crc)
            raw += one
    path.write_bytes(raw)


def _some(source: random.Random, home: Path) -> tuple[Path, list[list[tuple[int, bytes]]]]:
    path = source.choice(sorted((home / "journal/1/segment").iterdir()))
    return path, _payloads(path)


def _byte_of_an_entry(source: random.Random, home: Path) -> bool:
    path, payloads = _some(source, home)
    payload = source.choice(payloads)
    at = source.randrange(len(payload))
    kind, data = payload[at]
    changed = bytearray(data)
    changed[source.randrange(len(data))] ^= 1 << source.randrange(8)
    payload[at] = (kind, bytes(changed))
    _write(path, payloads)
    return True


def _swap_two_records(source: random.Random, home: Path) -> bool:
    path, payloads = _some(source, home)
    places = [
        (b, e) for b, payload in enumerate(payloads) for e, (kind, _) in enumerate(payload) if kind == entries.RECORD
    ]
    if len(places) < 2:
        return False
    (b1, e1), (b2, e2) = source.sample(places, 2)
    first, second = payloads[b1][e1], payloads[b2][e2]
    payloads[b1][e1], payloads[b2][e2] = second, first
    _write(path, payloads)
    return first != second


def _swap_two_blocks(source: random.Random, home: Path) -> bool:
    path, payloads = _some(source, home)
    if len(payloads) < 2:
        return False
    one, other = source.sample(range(len(payloads)), 2)
    payloads[one], payloads[other] = payloads[other], payloads[one]
    _write(path, payloads)
    return True


def _delete_a_block(source: random.Random, home: Path) -> bool:
    path, payloads = _some(source, home)
    del payloads[source.randrange(len(payloads))]
    _write(path, payloads)
    return True


def _delete_an_entry(source: random.Random, home: Path) -> bool:
    path, payloads = _some(source, home)
    payload = source.choice(payloads)
    del payload[source.randrange(len(payload))]
    _write(path, payloads)
    return True


def _other_time(source: random.Random, home: Path) -> bool:
    path, payloads = _some(source, home)
    payload = source.choice(payloads)
    for at, (kind, data) in enumerate(payload):
        if kind == entries.RECORD:
            payload[at] = (kind, data.replace(b'"at":1790000000', b'"at":1790000001'))
    _write(path, payloads)
    return True


def _evidence(home: Path) -> list[Path]:
    """Files that cannot be made again; one without a byte holds nothing."""
    return [path for path in _files(home) if path.parent.name in ("segment", "1", "keys") and path.stat().st_size]


def _delete_a_file(source: random.Random, home: Path) -> bool:
    path = source.choice(_evidence(home))
    path.unlink()
    return True


def _cut_a_file(source: random.Random, home: Path) -> bool:
    path = source.choice(_evidence(home))
    raw = path.read_bytes()
    path.write_bytes(raw[: source.randrange(len(raw))])
    return True


def _zero_a_key(source: random.Random, home: Path) -> bool:
    path = source.choice([path for path in _evidence(home) if path.parent.name == "keys"])
    raw = path.read_bytes()
    at = 32 * source.randrange(len(raw) // 32)
    path.write_bytes(raw[:at] + bytes(32) + raw[at + 32 :])
    return raw[at : at + 32] != bytes(32)


EDITS: tuple[Edit, ...] = (
    *(_any_byte, _byte_of_an_entry, _swap_two_records, _swap_two_blocks, _delete_a_block),
    *(_delete_an_entry, _other_time, _delete_a_file, _cut_a_file, _zero_a_key),
)


@pytest.fixture
def copy(written: Path, tmp_path: Path) -> Path:
    """A copy to alter."""
    home = tmp_path / "copy"
    shutil.copytree(written, home)
    return home


def _put_back(written: Path, home: Path) -> None:
    for path in _files(home):
        path.unlink()
    for path in _files(written):
        shutil.copyfile(path, home / path.relative_to(written))


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_a41_a_thousand_random_edits_are_found(written: Path, copy: Path, edit: Edit) -> None:
    source, done = random.Random(edit.__name__), 0
    while done < 1000 // len(EDITS):
        if edit(source, copy):
            done += 1
            assert _found(copy), f"{edit.__name__}, draw {done}"
        _put_back(written, copy)


@pytest.mark.parametrize("edit", [_byte_of_an_entry, _swap_two_records, _delete_a_block, _other_time, _zero_a_key])
def test_a41_no_signature_after_an_edit(copy: Path, edit: Edit) -> None:
    assert edit(random.Random(1), copy)

    async def start() -> None:
        journal = open_journal(copy, RING, key_of=RING.check)
        before = journal.place.checkpoint.read_bytes()
        assert journal.state == "recovering"
        with pytest.raises(Refused) as caught:
            journal.record_frame("out", frame(RING), notes(1), TRUST)
        assert caught.value.code == "recovering"
        await journal.close()
        assert journal.place.checkpoint.read_bytes() == before

    asyncio.run(start())


def test_a41_weakened_without_the_tree_a_careful_forger_passes(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = sorted((copy / "journal/1/segment").iterdir())[0]
    payloads = _payloads(path)
    del payloads[-1]
    _write(path, payloads)
    assert _found(copy)
    monkeypatch.setattr(Start, "_checkpoint", lambda self, raw: None)
    monkeypatch.setattr(Start, "_put", lambda self, path, data: None)
    for later in sorted((copy / "journal/1/segment").iterdir())[1:]:
        later.unlink()
        (copy / "journal/1/keys" / later.name).unlink()
    assert _found(copy) == []


def _older(home: Path, size: int) -> bytes:
    """Cut a journal to an earlier signed checkpoint, as a restored backup would be; returns the root of the whole."""
    whole = _look(home).tiles.root()
    place = Generation(home / "journal", CONSUMER, 1)
    for path in reversed(place.segments()):
        if int(path.name) >= size:
            path.unlink()
            (place.keys / path.name).unlink()
    for path in (home / "journal/1/tile").rglob("*"):
        if path.is_file():
            path.unlink()
    found = Start(place, None, None, None)
    found._checkpoint = lambda raw: None  # type: ignore[method-assign]
    tiles = found.read().tiles
    text = Checkpoint(place.origin, tiles.size, tiles.root()).text()
    place.checkpoint.write_bytes(note.sign(text, RING.signer(place.origin, "journal")))
    return whole


def test_a42_a_cut_tail_is_found_by_the_own_checkpoint(copy: Path) -> None:
    last = sorted((copy / "journal/1/segment").iterdir())[-1]
    last.unlink()
    (copy / "journal/1/keys" / last.name).unlink()
    assert any("some are missing" in problem for problem in _look(copy).problems)


def test_a42_weakened_without_the_own_checkpoint_a_cut_tail_passes(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Start, "_checkpoint", lambda self, raw: None)
    last = sorted((copy / "journal/1/segment").iterdir())[-1]
    last.unlink()
    (copy / "journal/1/keys" / last.name).unlink()
    assert _found(copy) == []


def test_a42_a46_cut_to_an_earlier_signed_checkpoint_is_found_by_who_saw_more(copy: Path) -> None:
    root = _older(copy, size=200)

    async def start() -> None:
        journal = open_journal(copy, RING)
        assert journal.state == "serving"
        assert journal.durable < 268
        journal.note_seen(journal.checkpoint.size, journal.checkpoint.root)
        assert journal.state == "serving"
        journal.note_seen(268, root)
        with pytest.raises(Refused, match="holds a note"):
            journal.record_frame("out", frame(RING), notes(1), TRUST)
        await journal.close()

    asyncio.run(start())
    again = open_journal(copy, RING)
    assert again.state == "recovering"
    again.abandon()


def test_a43_another_root_at_a_size_that_we_have_is_found(copy: Path) -> None:
    async def start() -> None:
        journal = open_journal(copy, RING)
        journal.note_seen(100, journal.tiles.root(100))
        assert journal.state == "serving"
        journal.note_seen(100, b"x" * 32)
        assert journal.state == "recovering"
        await journal.close()

    asyncio.run(start())
