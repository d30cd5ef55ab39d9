"""What the publishing machine does alone, and how soon a node acts on it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import pytest
from msgspec import structs

from terpadu.clock import system_clock
from terpadu.errors import BadInput, Unverified
from terpadu.model.rights import Rights, note_key_id, withdrawal_of
from terpadu.trust import narrow, online, publish
from terpadu.trust.acquire import SECONDS
from terpadu.trust.fetch import Source
from terpadu.trust.keeper import EVERY, Keeper
from terpadu.trust.metadata import DAY, RIGHTS
from terpadu.trust.office import Office
from terpadu.trust.serve import keep_fresh, listening
from terpadu.trust.store import Store
from tests.lib.federation import Made, make_federation
from tests.unit.trust.conftest import NOW, PARTS, HandClock
from tests.unit.trust.hostile import node, offer, published

RECEIPT = "q83vEjRWeJq83vEjRWeJq83vEjRWeJq83vEjRWeJq80="


def key_of(made: Made) -> str:
    federation = made.office.federation()
    assert federation is not None
    return f"{federation.keys[0].name}+{note_key_id(federation.keys[0]).hex()}"


def test_each_takes_away_and_gives_back_no_more(made: Made, clock: HandClock, tmp_path: Path) -> None:
    office, now = made.office, clock()
    kept = node(tmp_path / "node", made)
    narrow.suspend(office, "A1/1", "provider", "uji", now)
    narrow.suspend(office, "A1/1", "centre", "uji lagi", now)
    narrow.halt(office, "ID/GOV/DUK/pop/nik", now)
    narrow.revoke(office, key_of(made), now)
    narrow.withdraw(office, RECEIPT, now)
    taken = offer(kept, published(office), now)
    assert [(item.what, item.by) for item in taken.narrowing.suspended] == [("A1/1", "provider"), ("A1/1", "centre")]
    assert taken.narrowing.halted == ("ID/GOV/DUK/pop/nik",)
    assert taken.revocations.keys[0].since == now
    assert taken.revocations.withdrawn == (withdrawal_of(RECEIPT),)
    assert all(RECEIPT.encode() not in raw for raw in published(office).values()), "withdrawals are opaque"
    narrow.resume(office, "A1/1", "provider", now)
    rest = offer(kept, published(office), now).narrowing.suspended
    assert [item.by for item in rest] == ["centre"], "who resumes lifts its own suspension alone"
    narrow.resume(office, "A1/1", "centre", now)
    narrow.unhalt(office, "ID/GOV/DUK/pop/nik", now)
    after = offer(kept, published(office), now)
    assert (after.narrowing.suspended, after.narrowing.halted) == ((), ())
    assert after.federation == taken.federation


REFUSED: dict[str, tuple[Callable[[Office], None], str]] = {
    "suspend what nobody knows": (lambda o: narrow.suspend(o, "ID/GOV/X", "centre", "uji", NOW), "something listed"),
    "suspend by nobody": (lambda o: narrow.suspend(o, "A1/1", "me", "uji", NOW), "who suspends"),
    "suspend without reason": (lambda o: narrow.suspend(o, "A1/1", "centre", " ", NOW), "a reason"),
    "resume what runs": (lambda o: narrow.resume(o, "A1/1", "centre", NOW), "something that centre suspended"),
    "halt a member": (lambda o: narrow.halt(o, "ID/GOV/DUK", NOW), "INSTANCE/CLASS/MEMBER/SUBSYSTEM/SERVICE"),
    "unhalt what runs": (lambda o: narrow.unhalt(o, "ID/GOV/DUK/pop/nik", NOW), "launch is halted"),
    "revoke what nobody knows": (lambda o: narrow.revoke(o, "ID/GOV/DUK/n1+00000000", NOW), "listed key"),
    "revoke nonsense": (lambda o: narrow.revoke(o, "", NOW), "listed key"),
    "withdraw nonsense": (lambda o: narrow.withdraw(o, "abc", NOW), "44 characters"),
    "rekey an offline role": (lambda o: publish.rekey(o, "root"), "online role"),
}


@pytest.mark.parametrize("wrong", REFUSED)
def test_wrong_input_is_a_sentence_and_changes_nothing(made: Made, wrong: str) -> None:
    action, sentence = REFUSED[wrong]
    before = published(made.office)
    with pytest.raises(Exception, match=sentence):
        action(made.office)
    assert published(made.office) == before


def test_a_key_is_revoked_once(made: Made) -> None:
    narrow.revoke(made.office, key_of(made), NOW)
    with pytest.raises(BadInput, match="revoked already"):
        narrow.revoke(made.office, key_of(made), NOW)
    lines = narrow.key_lines(made.office.federation(), made.office.revocations())  # type: ignore[arg-type]
    assert [line.endswith("revoked") for line in lines] == [True, *[False] * (len(lines) - 1)]


def test_a8_a_stolen_revocation_key_revives_nothing(made: Made, clock: HandClock, tmp_path: Path) -> None:
    kept = node(tmp_path / "node", made)
    narrow.revoke(made.office, key_of(made), clock())
    offer(kept, published(made.office), clock())
    online.revoke(made.office, clock(), lambda before: structs.replace(before, keys=()))
    with pytest.raises(Unverified, match="stay revoked"):
        offer(kept, published(made.office), clock())


def test_publishing_again_after_a_crash(made: Made, clock: HandClock, tmp_path: Path) -> None:
    """The machine dies when half is written: what is public stays whole, and publishing again ends it."""
    kept = node(tmp_path / "node", made)
    narrow.revoke(made.office, key_of(made), clock())  # brings a new root
    for holder in made.holders[:2]:
        publish.sign(made.office, holder, clock())
    with patch.object(online, "restate", side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        publish.publish(made.office, clock())
    assert offer(kept, published(made.office), clock()).federation.number == 1
    assert publish.publish(made.office, clock()).number == 2
    taken = offer(kept, published(made.office), clock())
    assert (taken.federation.number, taken.root) == (2, 2)
    again = Store(tmp_path / "node", made.root).load()
    assert again is not None, "a restart follows the roots too"
    assert again.root == 2


def test_a_revocation_reaches_root_json_with_the_next_publication(made: Made, clock: HandClock) -> None:
    """An offline verifier has root.json alone. A revocation between two holders voids no signature."""
    publish.sign(made.office, made.holders[0], clock())
    narrow.revoke(made.office, key_of(made), clock())
    publish.sign(made.office, made.holders[1], clock())
    publish.publish(made.office, clock())
    assert made.office.anchors().revoked == ()
    made.publish(clock())
    assert made.office.anchors().lines()[-1] == f"revoked {key_of(made).replace('+', ' ')} {NOW // 1000}"
    assert made.office.root().signed.version == 2


def test_what_would_end_is_signed_again_in_time(made: Made, clock: HandClock, tmp_path: Path) -> None:
    kept = node(tmp_path / "node", made)
    offer(kept, published(made.office), clock())
    clock.now = NOW + RIGHTS - DAY  # within the holders' 7 days; the online statements were to end with them
    online.freshen(made.office, clock())
    taken = offer(kept, published(made.office), clock())
    assert (taken.narrowing.number, taken.revocations.number) == (3, 3)
    snapshot = made.office.snapshot()
    assert snapshot is not None
    assert snapshot.expires.timestamp() * 1000 == clock() + RIGHTS


def test_a8_a_revocation_works_within_the_round(tmp_path: Path) -> None:
    """Measured with a round of 50 ms in place of 20 s: from the command to the view, by event, on real sockets."""
    made = make_federation(tmp_path / "federation", **PARTS)  # type: ignore[arg-type]
    every = 0.05

    async def story() -> float:
        async with listening(made.office.public, "127.0.0.1", 0) as port:
            sources = [Source(f"http://127.0.0.1:{port}/")]
            keeper = Keeper(Store(tmp_path / "node", made.root), lambda: sources, system_clock, every)
            begun, first, seen = 0.0, asyncio.Event(), asyncio.Event()

            def look(rights: Rights) -> None:
                first.set()
                if any(listed.revoked for listed in rights.keys.values()):
                    seen.set()

            keeper.on_change(look)
            async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
                running = [keeper.run(), keep_fresh(made.office, system_clock, every)]
                started = [tasks.create_task(one) for one in running]
                await first.wait()
                begun = time.monotonic()
                await asyncio.to_thread(narrow.revoke, made.office, key_of(made), system_clock())
                await seen.wait()
                took = time.monotonic() - begun
                for task in started:
                    task.cancel()
        return took

    took = asyncio.run(story())
    assert took < every + 1
    assert EVERY + SECONDS + 1 < 60, "with the real round and the longest time for a source it stays within 60 s"
