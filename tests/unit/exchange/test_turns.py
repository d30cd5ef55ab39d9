"""A turn's messages leave once each and in their order; of a long turn the first leave while it goes on."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import cast

from terpadu.errors import Refused
from terpadu.exchange.frames import Splitter
from terpadu.exchange.link import Link
from terpadu.exchange.turns import FIRST, Letter, Turns
from terpadu.journal.entries import Local
from terpadu.journal.writer import Group
from terpadu.model.rights import rights_of
from terpadu.signing.wire import unpack
from tests.lib.journals import CONSUMER, NOW, PROVIDER, Keyring, open_journal, request
from tests.spec.policy_world import FEDERATION, World


class Wire:
    """An asking side's link: how many messages each frame had, and all heads in order."""

    wanted = peer = PROVIDER

    def __init__(self) -> None:
        self.sizes: list[int] = []
        self.heads: list[bytes] = []
        self._splitter = Splitter(self._take)

    def write(self, packed: bytes) -> None:
        self._splitter.feed(packed)

    def _take(self, kind: int, body: bytes) -> None:
        heads = unpack(body).heads
        self.sizes.append(len(heads))
        self.heads += heads


def sent(directory: Path, count: int) -> tuple[Wire, list[int]]:
    """So many messages in one turn, twice; and what had left before the first turn ended."""
    ring, wire, before = Keyring(), Wire(), list[int]()
    rights = rights_of(FEDERATION, World().narrowing, World().revocations)

    async def run() -> None:
        journal = open_journal(directory, ring)
        turns = Turns(CONSUMER, journal, lambda: rights, lambda: ring.signer(CONSUMER, "frame"), lambda: NOW)
        for turn in range(2):
            messages = [request() for _ in range(count)]
            for message in messages:
                turns.put(cast(Link, wire), Letter(message, Local("A1/1", None, None, ""), keep=False))
            if turn == 0:
                before.extend(wire.sizes)
            await asyncio.sleep(0)
            assert wire.heads[-count:] == [message.raw for message in messages]
        await journal.close()

    asyncio.run(run())
    return wire, before


def test_a_short_turn_is_one_frame(tmp_path: Path) -> None:
    wire, before = sent(tmp_path, FIRST - 1)
    assert before == []
    assert wire.sizes == [FIRST - 1] * 2


def test_the_first_of_a_long_turn_do_not_wait_for_its_end(tmp_path: Path) -> None:
    wire, before = sent(tmp_path, 80)
    assert before == [FIRST]
    assert wire.sizes == [FIRST, 80 - FIRST] * 2


def test_a_turn_that_is_just_full_leaves_nothing_behind(tmp_path: Path) -> None:
    assert sent(tmp_path, FIRST)[0].sizes == [FIRST] * 2


def test_what_answers_something_that_could_not_be_recorded_is_not_said(tmp_path: Path) -> None:
    ring, wire = Keyring(), Wire()
    rights = rights_of(FEDERATION, World().narrowing, World().revocations)

    async def run() -> None:
        journal = open_journal(tmp_path, ring)
        turns = Turns(CONSUMER, journal, lambda: rights, lambda: ring.signer(CONSUMER, "frame"), lambda: NOW)
        lost, kept = (Group(0, asyncio.get_running_loop()) for _ in range(2))
        messages = [request() for _ in range(3)]
        for message, group in zip(messages, (lost, kept, None), strict=True):
            turns.put(cast(Link, wire), Letter(message, Local("A1/1", None, None, ""), keep=False, after=group))
        lost.end(Refused("log-unavailable", "The disk is full."))  # in the same turn, before it ends
        await asyncio.sleep(0)
        assert wire.heads == [message.raw for message in messages[1:]]
        await journal.close()
        assert journal.durable == 1

    asyncio.run(run())
