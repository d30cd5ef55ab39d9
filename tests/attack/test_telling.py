"""A27, A28, A29: what a node tells: its log, its errors and their time, its health."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest

from terpadu.clock import system_clock
from terpadu.exchange.node import Node
from terpadu.model.federation import RevokedKey
from terpadu.model.rights import note_key_id
from terpadu.trust import online
from tests.lib.hostile_peer import make_request
from tests.lib.hostile_world import NEIGHBOUR, PERSON, QUESTION, World, attack
from tests.lib.two_nodes import ANSWERER, said

ESCAPE = "\x1b[31mMERAH\x1b[0m"
SECRET = "kata-sandi-canary"


PLACES = ("X-Road-UserId", "X-Road-Issue", "X-Road-Id", "Terpadu-Case", "Terpadu-Purpose", "Terpadu-Actor", "Idempotency-Key")


async def _everything_that_can_go_wrong(world: World) -> None:
    """Canaries in every place that a stranger fills, and faults of our own with a person's number in them."""
    for name in PLACES:
        for value in (PERSON, f"{PERSON}%0d%0aHTTP/1.1 200 OK", ESCAPE, "${jndi:ldap://lain/a}", "{{7*7}}", "%s%n", SECRET):
            await world.ask("POST", "/pop/x/orang", QUESTION, **{name.replace("-", "_"): value})
    await world.ask("POST", "/pop/x/orang", QUESTION, client=ESCAPE)
    await world.ask("POST", f"/pop/x/{PERSON}", QUESTION)
    await world.ask("POST", f"/pop/x/..%2f{PERSON}", QUESTION)
    async with world.peer() as peer:
        for bent in ({"purpose": PERSON}, {"source": f"ID/GOV/6/{PERSON}"}, {"to": f"ID/GOV/9/pop/{PERSON}"}, {"body": b"{}"}):
            await peer.code(make_request(**bent))  # type: ignore[arg-type]
        peer.raw(b"\xff\xff\xff\xff\x02" + ESCAPE.encode())
        await peer.error()

    async def broken(_: Any) -> Any:
        number, password = PERSON, SECRET
        raise RuntimeError(f"{number} {password}\nbaris kedua")

    world.answerer.incoming._ask = broken
    status, _, body = await world.ask("POST", "/pop/x/orang", QUESTION)
    assert status == 500
    assert PERSON.encode() not in body
    assert b"Runtime" not in body


RUN = """
from pathlib import Path
import sys
from tests.attack.test_telling import _everything_that_can_go_wrong, attack
from terpadu.exchange.diagnostics import tell_in_lines
tell_in_lines()
attack(Path(sys.argv[1]), _everything_that_can_go_wrong)
"""


def test_one_record_is_one_line_and_names_nobody(tmp_path: Path) -> None:
    """In a process of its own, so that its log is all that it said."""
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", RUN, str(tmp_path)], cwd=root, capture_output=True, text=True, check=True)
    told = done.stdout + done.stderr
    lines = [json.loads(line) for line in told.splitlines()]
    assert {"walk.failed", "frame.unverified"} <= {line["event"] for line in lines}
    (fault,) = (line for line in lines if line["event"] == "walk.failed")
    assert fault["fault"] == "RuntimeError"
    assert any("broken" in place for place in fault["at"])
    for canary in (PERSON, SECRET, "\x1b", "baris kedua", "jndi"):
        assert canary not in told


def test_no_error_names_a_person_a_file_or_a_library(tmp_path: Path) -> None:
    async def story(world: World) -> None:
        bodies = []
        for path in (f"/pop/x/..%2f{PERSON}", "/pop/tidakada/x", "/pop/catat/x", "/pop/x/a;b", "/lain/x/y"):
            bodies.append((await world.ask("POST", path, QUESTION))[2])
        world.system.said = b"<html>Traceback (most recent call last): File /srv/app.py SELECT * FROM penduduk</html>"
        bodies.append((await world.ask("POST", "/pop/x/orang", QUESTION))[2])
        world.system.status, world.system.said = 500, b'{"error":"ORA-00942: %b"}' % PERSON.encode()
        bodies.append((await world.ask("POST", "/pop/x/orang", QUESTION))[2])
        for body in bodies:
            assert set(said(body)) == {"type", "message", "detail"}
            for leak in (PERSON, "Traceback", "/srv/", "SELECT", "ORA-", "site-packages", "msgspec", "httptools"):
                assert leak.encode() not in body, body

    attack(tmp_path, story)


def test_no_right_looks_and_takes_the_same_whoever_is_asked_about(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A28, measured: a consumer without a right learns nothing from the answer, its length or its time."""
    calls = 200

    async def story(world: World) -> None:
        known, unknown = QUESTION, b'{"nik":"%b"}' % NEIGHBOUR.encode()
        times: dict[bytes, list[float]] = {known: [], unknown: []}
        shapes = set()
        async with world.peer() as peer:
            for turn in range(calls):
                for body in (known, unknown) if turn % 2 else (unknown, known):
                    began = time.perf_counter()
                    peer.send(make_request(body=body, agreement="A1/1"))
                    ((head, content),) = await peer.replies()
                    times[body].append(time.perf_counter() - began)
                    shapes.add((head.code, len(content), len(msgspec.json.encode(head))))
        assert len(shapes) == 1
        assert world.system.seen == []
        first, second = (sorted(times[body])[: calls * 9 // 10] for body in (known, unknown))
        spread = (statistics.variance(first) / len(first) + statistics.variance(second) / len(second)) ** 0.5
        t = (statistics.mean(first) - statistics.mean(second)) / spread
        with capsys.disabled():
            told = f"known {statistics.median(first) * 1000:.3f} ms, unknown {statistics.median(second) * 1000:.3f} ms"
            print(f"\nno right, median of {calls}: {told}, t = {t:+.2f}")
        assert abs(t) < 6

    attack(tmp_path, story)


# A29


async def _ready(world: World) -> tuple[int, list[str]]:
    found, _, body = await world.ask_raw("GET", "/ready")
    return found, said(body)["why"]


def test_a_node_with_all_it_needs_is_ready(tmp_path: Path) -> None:
    async def story(world: World) -> None:
        assert await _ready(world) == (200, [])

    attack(tmp_path, story)


async def _journal_recovering(world: World) -> None:
    world.asker.journal.recover("Uji.")


async def _journal_full(world: World) -> None:
    world.asker.journal._gathering.state = "full"
    world.asker.journal._gathering.reason = "Uji."


async def _federation_ended(world: World) -> None:
    world.asker.keeper._clock = lambda: system_clock() + 8 * 86_400_000


async def _frame_key_ended(world: World) -> None:
    world.asker.own._clock = lambda: system_clock() + 400 * 86_400_000


async def _frame_key_revoked(world: World) -> None:
    _, entry = world.asker.keys.current("frame", world.asker.keeper.rights(), system_clock())
    revoked = RevokedKey(name=entry.name, id=note_key_id(entry).hex(), since=system_clock())
    online.revoke(world.made.office, system_clock(), lambda before: msgspec.structs.replace(before, keys=(revoked,)))
    await world.asker.keeper.refresh()
    assert await world.asker.keeper.refresh()


ILL = {
    "the journal is recovering": _journal_recovering,
    "the disk is full": _journal_full,
    "the federation has ended": _federation_ended,
    "the frame key has ended": _frame_key_ended,
    "the frame key is revoked": _frame_key_revoked,
}


@pytest.mark.parametrize("name", ILL)
def test_a_node_that_lacks_something_is_not_ready_and_serves_nothing(tmp_path: Path, name: str) -> None:
    async def story(world: World) -> None:
        assert (await world.ask("POST", "/pop/x/orang", QUESTION))[0] == 200
        await ILL[name](world)
        status, why = await _ready(world)
        assert status == 503
        assert why
        assert not any("Traceback" in sentence for sentence in why)
        # a full disk is told by the writer alone and tried again at once; an ended signer is looked up once a minute
        if name not in ("the disk is full", "the frame key has ended"):
            found, headers, _ = await world.ask("POST", "/pop/x/orang", QUESTION)
            assert found >= 500, headers
            assert len(world.system.seen) == 1

    attack(tmp_path, story, seconds=1.5)


def test_after_a_restart_without_a_registry_a_good_federation_serves(tmp_path: Path) -> None:
    """The other half: health does not lie to the other side either."""

    async def story(world: World) -> None:
        await world.answerer.stop()
        world.answerer = await Node.start(world.plan(ANSWERER, registries=("http://127.0.0.1:9",)))
        assert world.answerer.why_not_ready() == []

    attack(tmp_path, story)
