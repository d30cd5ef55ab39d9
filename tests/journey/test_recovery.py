"""A journal is lost, damaged or an old copy (A42, A46, S14, S16): the next generation, and what was lost comes back first.

The old system counts its effects: whatever happens to a journal, one key has one effect.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from terpadu.errors import Refused
from terpadu.exchange.asked import Asked
from terpadu.exchange.beginning import Beginning
from terpadu.exchange.catching_up import CatchingUp
from terpadu.exchange.node import Node
from terpadu.journal.entries import Local
from terpadu.journal.opening import caught_up, permit, read_opening
from terpadu.journal.reading import Reading
from terpadu.model.message import Message
from terpadu.signing import evidence
from tests.lib.three_nodes import THIRD, Three, three_nodes, until
from tests.lib.two_nodes import ANSWERER, APP, ASKER, call
from verify import verify as second

BODY = b'{"nik": "9901010101010001"}'
OTHER = b'{"nik": "9901010101010002"}'


async def put(three: Three, code: str, key: str, body: bytes = BODY) -> tuple[int, str, dict[str, str], bytes]:
    """An act under a key: status, error, headers, body."""
    status, told, said = await three.ask("POST", f"/pop/{code}/a", body, Idempotency_Key=key)
    return status, told.get("terpadu-error", ""), told, said


async def ready(node: Node) -> tuple[int, str]:
    """What the node's door says of itself."""
    status, _, body = await call(node.door_port, "GET", "/ready", {})
    return status, body.decode()


# what happens to a journal


def whole(three: Three, copy: Path) -> None:
    """All of it is gone."""
    shutil.rmtree(three.plan(ANSWERER).journal)


def older(three: Three, copy: Path) -> None:
    """A copy of before is put back."""
    shutil.rmtree(three.plan(ANSWERER).journal)
    shutil.copytree(copy, three.plan(ANSWERER).journal)


def bent(three: Three, copy: Path) -> None:
    """One bit of a record is another."""
    (path, *_) = sorted((three.plan(ANSWERER).journal / "1/segment").iterdir())
    raw = bytearray(path.read_bytes())
    raw[raw.index(b'"kind":"frame"') + 9] ^= 1
    path.write_bytes(raw)


Loss = Callable[[Three, Path], None]
LOSSES = (whole, older, bent)


async def lose(three: Three, loss: Loss, tmp_path: Path) -> None:
    """The answering node is stopped, its journal lost; it starts again."""
    await three.answerer.stop()
    loss(three, tmp_path / "copy")
    three.answerer = await Node.start(three.plan(ANSWERER))


async def go_on(three: Three) -> None:
    """A person permits the next generation; the node starts, and catches up."""
    await three.answerer.stop()
    permit(three.plan(ANSWERER).journal)
    three.answerer = await Node.start(three.plan(ANSWERER))
    await until(lambda: not three.answerer.catching_up.owes(ASKER))


def play(tmp_path: Path, loss: Loss, story: Callable[[Three], Awaitable[None]]) -> None:
    """Three nodes; one act under a key before the copy is made, two after it; then the loss, and the story."""

    async def run() -> None:
        async with three_nodes(tmp_path) as three:
            assert (await put(three, "catat", "lama"))[0] == 200
            await three.answerer.stop()
            shutil.copytree(three.plan(ANSWERER).journal, tmp_path / "copy")
            three.answerer = await Node.start(three.plan(ANSWERER))
            assert (await put(three, "catat", "baru"))[0] == 200
            assert (await put(three, "titip", "tanpa-isi"))[0] == 200
            await three.answerer.jobs.witnessed(2)
            await lose(three, loss, tmp_path)
            await story(three)

    asyncio.run(run())


@pytest.mark.parametrize("loss", LOSSES)
def test_a_node_that_lost_its_journal_signs_nothing(tmp_path: Path, loss: Loss) -> None:
    async def story(three: Three) -> None:
        node = three.answerer
        assert node.journal.state == "recovering"
        status, why = await ready(node)
        assert (status, "recovering" in why) == (503, True)
        effects, written = three.system.effects.total(), (node.journal.durable, node.journal.checkpoint)
        await three.asker.stop()
        three.asker = await Node.start(three.plan(ASKER, seconds=1.0))
        for key in ("lama", "neu"):
            assert (await put(three, "catat", key))[0] in (503, 504)
        assert (node.journal.durable, node.journal.checkpoint) == written
        assert three.system.effects.total() == effects
        await three.answerer.stop()
        three.answerer = await Node.start(three.plan(ANSWERER))
        assert three.answerer.journal.state == "recovering"  # a restart changes nothing

    play(tmp_path, loss, story)


@pytest.mark.parametrize("loss", LOSSES)
def test_what_was_done_is_not_done_again(tmp_path: Path, loss: Loss) -> None:
    async def story(three: Three) -> None:
        await go_on(three)
        for key in ("lama", "baru"):
            status, _, _, body = await put(three, "catat", key)
            assert (status, msgspec.json.decode(body)["nama"]) == (
                200,
                "Uji Rekaan",
            )  # the stored reply: contents came back
            assert (await put(three, "catat", key, OTHER))[:2] == (422, "idem-mismatch")
        kept = loss is bent  # what it said is still in the damaged generation, and fits what its head commits to
        assert (await put(three, "titip", "tanpa-isi"))[:2] == ((200, "") if kept else (502, "outcome-unknown"))
        assert set(three.system.effects.values()) == {1}
        assert (await put(three, "catat", "neu"))[0] == 200
        assert await ready(three.answerer) == (200, '{"ready":true,"why":[]}')

    play(tmp_path, loss, story)


@pytest.mark.parametrize("loss", LOSSES)
def test_the_former_generation_stays_and_the_next_names_it(tmp_path: Path, loss: Loss) -> None:
    async def story(three: Three) -> None:
        home = three.plan(ANSWERER).journal
        left = sorted((path.relative_to(home), path.read_bytes()) for path in (home / "1").rglob("*") if path.is_file())
        await go_on(three)
        place = three.answerer.journal.place
        assert place.origin == "ID/GOV/9/n1/journal/2"
        assert left == sorted(
            (path.relative_to(home), path.read_bytes()) for path in (home / "1").rglob("*") if path.is_file()
        )
        opening = read_opening(place)
        assert opening is not None
        assert (opening.former, opening.size, opening.sound) == ("ID/GOV/9/n1/journal/1", 6, loss is not bent)
        (first,) = [one for one in Reading(home, ANSWERER).check() if one.origin == place.origin]
        assert first.problems == []
        raw = (place.segments()[0]).read_bytes()
        assert b'"former":"ID/GOV/9/n1/journal/1","kind":"open"' in raw
        assert raw.count(b'"recovered":true') == {whole: 6, older: 4, bent: 6}[loss]

    play(tmp_path, loss, story)


@pytest.mark.parametrize("loss", LOSSES)
def test_both_verifiers_accept_receipts_of_both_generations(tmp_path: Path, loss: Loss) -> None:
    async def story(three: Three) -> None:
        before = three.asker.journal.index.rows("kind = 'request'")
        await go_on(three)
        _, _, told, _ = await put(three, "catat", "neu")
        for number in (*(row.number for row in before), told["x-road-request-id"]):
            text = await three.asker.search.evidence(number, APP)
            assert text
            found = "\n".join(evidence.verify(text, three.made.root).proven)
            assert found.count("stands as record") == 4
            said = "\n".join(second.verify(text.decode(), second.read_trust(three.made.root.decode())))
            assert said.count("recorded by") == 4
        assert "ID/GOV/9/n1/journal/2" in text.decode()

    play(tmp_path, loss, story)


def test_a1_a_captured_request_is_not_served_after_the_loss(tmp_path: Path) -> None:
    """The very bytes that were served before, and bytes that nobody has a record of, sent again under a new turn."""

    async def run() -> None:
        async with three_nodes(tmp_path) as three:
            peer, captured = three.asker._peer(ANSWERER), list[Message]()
            send = peer.send

            def sending(message: Message, *more: Any) -> Asked:
                captured.append(message)
                return send(message, *more)

            peer.send = sending  # type: ignore[method-assign]
            assert (await put(three, "catat", "satu"))[0] == 200
            assert (await put(three, "titip", "dua"))[0] == 200
            await three.answerer.jobs.witnessed(2)
            await lose(three, whole, tmp_path)
            await go_on(three)
            await peer.connect(15)
            for message in captured:
                heard = await send(message, message.head.until, False, Local("", None, None, "")).future  # type: ignore[union-attr]
                assert heard.reply.head.code == "stale"
            assert set(three.system.effects.values()) == {1}

    asyncio.run(run())


def test_weakened_without_catching_up_a_repeat_has_a_second_effect(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CatchingUp, "owes", lambda self, node: False)
    monkeypatch.setattr(CatchingUp, "catch_up", nothing)

    async def story(three: Three) -> None:
        await go_on(three)
        assert (await put(three, "catat", "baru"))[0] == 200
        assert three.system.effects["baru"] == 2

    play(tmp_path, whole, story)


def test_weakened_without_asking_others_an_old_copy_serves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Beginning, "_ask", nobody)
    monkeypatch.setattr(Node, "_heard", lambda self, peer, known: None)

    async def story(three: Three) -> None:
        assert three.answerer.journal.state == "serving"
        await put(three, "catat", "baru")
        assert three.system.effects["baru"] == 2

    play(tmp_path, older, story)


async def nothing(self: CatchingUp, peer: str) -> int:
    return 0


async def nobody(self: Beginning, nodes: object) -> list[object]:
    return []


def test_only_the_member_that_stays_away_waits(tmp_path: Path) -> None:
    async def story(three: Three) -> None:
        await three.third.stop()
        await go_on(three)
        assert three.answerer.catching_up.owes(THIRD)
        with pytest.raises(Refused, match="ID/GOV/5 is fetched first"):
            three.answerer.catching_up.check(THIRD)
        assert (await put(three, "catat", "neu"))[0] == 200
        three.third = await Node.start(three.plan(THIRD))
        await until(lambda: not three.answerer.catching_up.owes(THIRD))
        assert caught_up(three.answerer.journal.place) == {ASKER, THIRD}

    play(tmp_path, whole, story)


def test_without_the_next_key_in_the_federation_nothing_is_opened(tmp_path: Path) -> None:
    async def story(three: Three) -> None:
        await go_on(three)
        await three.answerer.stop()
        shutil.rmtree(three.plan(ANSWERER).journal)
        permit(three.plan(ANSWERER).journal)
        three.answerer = await Node.start(three.plan(ANSWERER))  # generation 2 was seen, the key of 3 is not listed
        assert three.answerer.journal.state == "recovering"
        assert "generation 2" in three.answerer.journal.reason

    play(tmp_path, whole, story)
