"""Evidence of streamed bodies and of a request asked after, each from the asking node's own journal."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest
from msgspec import structs

from terpadu.errors import BadInput, EvidenceBroken
from terpadu.journal.journal import Journal
from terpadu.journal.prove import Prover
from terpadu.model.identifiers import NodeId
from terpadu.model.message import Message
from terpadu.signing.evidence import parse, render, verify
from terpadu.signing.evidence.broken import Broken
from tests.lib.exchanges import registry, root
from tests.lib.journals import (
    CONSUMER,
    NOW,
    PROVIDER,
    TRUST,
    Keyring,
    end,
    notes,
    open_journal,
    query,
    reply,
    request,
    seal,
)

Step = tuple[str, Message]
"""Who says what: "out" we, "in" they."""


async def _say(journal: Journal, ring: Keyring, steps: Sequence[Step]) -> None:
    for number, (direction, message) in enumerate(steps):
        sender, receiver = (CONSUMER, PROVIDER) if direction == "out" else (PROVIDER, CONSUMER)
        (one,) = seal(ring.signer(sender, "frame"), [(NodeId(receiver), [message])], NOW + number)
        await journal.settle(journal.record_frame(direction, one, notes(1), TRUST))  # type: ignore[arg-type]
    await journal.sign()


def _evidence(directory: Path, ring: Keyring, steps: Sequence[Step], number: str) -> bytes:
    async def run() -> bytes:
        journal = open_journal(directory, ring)
        await _say(journal, ring, steps)
        try:
            return Prover(journal.place, journal.tiles, journal.index).exchange(number, registry(ring))
        finally:
            await journal.close()

    return asyncio.run(run())


def _streamed() -> list[Step]:
    asked = request(stream=True)
    answered = reply(asked, stream=True)
    sent, got = (end(asked, 70_000), end(answered, 200_000))
    marks = [end(answered, 100_000, more=True)]
    return [("out", asked), ("out", sent), ("in", answered), *(("in", mark) for mark in marks), ("in", got)]


def test_streams_are_shown_with_their_last_end(tmp_path: Path) -> None:
    ring, steps = Keyring(), _streamed()
    text = _evidence(tmp_path, ring, steps, steps[0][1].head.id)
    assert [side.name for side in parse(text).sides] == ["request", "request-end", "reply", "reply-end"]
    said = "\n".join(verify(text, root(ring)).proven)
    assert "after 70000 bytes of body (request-end)" in said
    assert "after 200000 bytes of body (reply-end)" in said


@pytest.mark.parametrize("lost", ["request-end", "reply-end"])
def test_5_a_stream_without_its_end_proves_nothing(tmp_path: Path, lost: str) -> None:
    ring, steps = Keyring(), _streamed()
    file = parse(_evidence(tmp_path, ring, steps, steps[0][1].head.id))
    frames = {side.name: side.leaves for side in file.sides}
    entries = [e for e in file.entries if b'"n":1' in e.record]
    kept = structs.replace(file, sides=tuple(side for side in file.sides if side.name != lost), entries=())
    keys = tuple(key for key in file.keys if b"journal" not in key.line)
    with pytest.raises(Broken, match="last end") as caught:
        verify(render(structs.replace(kept, keys=keys)), root(ring))
    assert caught.value.number == 5
    assert (len(frames), len(entries)) == (4, 4)


def test_5_a_mark_is_no_end(tmp_path: Path) -> None:
    ring = Keyring()
    asked = request()
    answered = reply(asked, stream=True)
    steps = [("out", asked), ("in", answered), ("in", end(answered, 5, more=True))]
    with pytest.raises(Broken, match="last end") as caught:
        verify(_evidence(tmp_path, ring, steps, asked.head.id), root(ring))
    assert caught.value.number == 5


def test_what_became_of_a_request(tmp_path: Path) -> None:
    ring, asked = Keyring(), request()
    asking = query(asked)
    status = reply(asking, state="never-arrived", status=None, time=NOW + 40_005)
    text = _evidence(tmp_path, ring, [("out", asked), ("out", asking), ("in", status)], asked.head.id)
    assert [side.name for side in parse(text).sides] == ["request", "query", "status"]
    found = verify(text, root(ring))
    assert any("the request is never-arrived" in sentence for sentence in found.proven)
    assert any("no reply is shown" in sentence for sentence in found.not_proven)


def test_done_brings_the_recorded_reply_along(tmp_path: Path) -> None:
    ring, asked = Keyring(), request()
    asking, answered = query(asked), reply(asked)
    status = reply(asking, state="done", time=NOW + 40_005)
    steps = [("out", asked), ("out", asking), ("in", status), ("in", answered)]
    text = _evidence(tmp_path, ring, steps, asked.head.id)
    assert [side.name for side in parse(text).sides] == ["request", "reply", "query", "status"]
    verify(text, root(ring))


def test_5_a_status_to_another_query(tmp_path: Path) -> None:
    ring, asked, other = Keyring(), request(), request()
    asking = query(other)
    status = reply(asking, state="done", time=NOW + 40_005)
    good = _evidence(tmp_path / "a", ring, [("out", other), ("out", asking), ("in", status)], other.head.id)
    bad = parse(_evidence(tmp_path / "b", ring, [("out", asked)], asked.head.id))
    sides = (bad.sides[0], *parse(good).sides[1:])
    frame_keys = tuple(key for key in parse(good).keys if b'"journal"' not in key.line)
    with pytest.raises(Broken, match="query to be about") as caught:
        verify(render(structs.replace(parse(good), sides=sides, entries=(), keys=frame_keys)), root(ring))
    assert caught.value.number == 5


def test_a_number_that_was_never_exchanged(tmp_path: Path) -> None:
    ring, asked = Keyring(), request()
    with pytest.raises(BadInput, match="is not in it"):
        _evidence(tmp_path, ring, [("out", asked)], "00000000-0000-4000-8000-000000000000")


def test_a_key_that_the_registry_does_not_list(tmp_path: Path) -> None:
    ring, asked = Keyring(), request()

    async def run() -> None:
        journal = open_journal(tmp_path, ring)
        await _say(journal, ring, [("out", asked)])
        prover, listed = Prover(journal.place, journal.tiles, journal.index), registry(ring)
        with pytest.raises(EvidenceBroken, match="list the key"):
            prover.exchange(asked.head.id, listed._replace(entries=listed.entries[:1]))
        await journal.close()

    asyncio.run(run())
