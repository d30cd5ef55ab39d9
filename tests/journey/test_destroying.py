"""Contents destroyed while the node runs: by the operator's command, and by the node itself when their days are over."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from terpadu.clock import system_clock
from terpadu.exchange.node import Node
from terpadu.journal import orders
from terpadu.journal.orders import Order
from tests.lib.three_nodes import until
from tests.lib.two_nodes import ANSWERER, Pair, two_nodes

BODY = b'{"nik": "9901010101010001"}'
SETTINGS = (
    '[node]\nkeys = "{keys}"\nroot = "root.json"\npeers = "127.0.0.1:{peers}"\nregistries = ["http://127.0.0.1:1"]\n'
)
SETTINGS += 'journal = "{journal}"\ntrust = "{trust}"\n'


def play(tmp_path: Path, story: Callable[[Pair, str], Awaitable[None]]) -> None:
    """One act whose contents are kept; its number."""

    async def run() -> None:
        async with two_nodes(tmp_path) as pair:
            status, told, _ = await pair.ask("POST", "/pop/catat/a", BODY, Idempotency_Key="satu")
            assert status == 200
            await story(pair, told["x-road-request-id"])

    asyncio.run(run())


def kept(node: Node, number: str) -> int:
    """How many contents of these messages the node can still read."""
    return sum(node.journal.content(row.leaf) is not None for row in node.journal.index.rows("number = ?", number))


async def command(pair: Pair, *arguments: str) -> tuple[int | None, str]:
    """`terpadu journal destroy`, in a process of its own."""
    plan = pair.plan(ANSWERER)
    file = pair.directory / "simpul.toml"
    file.write_text(SETTINGS.format(keys=plan.keys, peers=pair.ports[ANSWERER], journal=plan.journal, trust=plan.trust))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "terpadu", "journal", "destroy", str(file), *arguments),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    said, wrong = await asyncio.wait_for(process.communicate(), 60)
    return process.returncode, (said + wrong).decode()


@pytest.mark.parametrize("running", [True, False])
def test_the_command_destroys_beside_a_running_node_and_at_rest(tmp_path: Path, running: bool) -> None:
    async def story(pair: Pair, number: str) -> None:
        assert kept(pair.answerer, number) == 2
        if not running:
            await pair.answerer.stop()
        status, said = await command(pair, number)
        assert (status, said) == (0, "2 isi dimusnahkan.\n")
        if not running:
            pair.answerer = await Node.start(pair.plan(ANSWERER))
        assert kept(pair.answerer, number) == 0
        assert not list((pair.plan(ANSWERER).journal / orders.FOLDER).glob("*"))
        assert (await pair.ask("POST", "/pop/catat/a", BODY, Idempotency_Key="dua"))[0] == 200  # the node goes on

    play(tmp_path, story)


def test_an_order_outlives_the_node_that_got_it(tmp_path: Path) -> None:
    async def story(pair: Pair, number: str) -> None:
        await pair.answerer.stop()
        path = orders.give(pair.plan(ANSWERER).journal, Order(numbers=(number,)))
        (path.parent / "bukan.json").write_text("{}x")
        pair.answerer = await Node.start(pair.plan(ANSWERER))
        await until(lambda: orders.answer(path) == 2)
        assert kept(pair.answerer, number) == 0
        assert [one.name for one in path.parent.iterdir()] == ["bukan.unread"]

    play(tmp_path, story)


def test_what_was_kept_for_its_days_is_destroyed_by_the_node_itself(tmp_path: Path) -> None:
    async def story(pair: Pair, number: str) -> None:
        node = pair.answerer
        assert await node.jobs.destroy_expired() == 0
        await node.stop()
        later = await Node.start(pair.plan(ANSWERER, registries=()), lambda: system_clock() + 2 * 86_400_000)
        pair.answerer = later
        await until(lambda: kept(later, number) == 0)  # the daily round begins with the start

    play(tmp_path, story)
