"""`terpadu journal …` and `terpadu verify` on the journals of two real nodes, beside them and after them."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from terpadu.cli.app import app
from terpadu.exchange.plan import Plan
from tests.lib.two_nodes import ANSWERER, ASKER, Pair, two_nodes

BODY = b'{"nik": "9901010101010001"}'


def _settings(directory: Path, plan: Plan) -> Path:
    file = directory / f"{plan.keys.name}.toml"
    file.write_text(
        f'[node]\nkeys = "{plan.keys}"\njournal = "{plan.journal}"\ntrust = "{plan.trust}"\nroot = "{plan.root}"\n'
        f'peers = "{plan.peers.host}:{plan.peers.port}"\n'
    )
    return file


def _run(*arguments: object) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, [str(one) for one in arguments])
    return done.exit_code, done.stdout, done.stderr


async def _beside(*arguments: object) -> str:
    """In a process of its own, while the nodes run."""
    words = [sys.executable, "-m", "terpadu", *map(str, arguments)]
    done = await asyncio.to_thread(subprocess.run, words, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


class World:
    """What the nodes left behind."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.numbers: list[str] = []
        asyncio.run(self._exchange())

    async def _exchange(self) -> None:
        async with two_nodes(self.directory) as pair:
            self.asker = _settings(self.directory, pair.plan(ASKER))
            self.answerer = _settings(self.directory, pair.plan(ANSWERER))
            self.root = self.directory / "root.json"
            for code in ("x", "catat"):
                self.numbers.append(await self._ask(pair, code))
            await pair.asker.journal.sign()
            self.live = await _beside("journal", "check", self.asker)
            self.proof = await _beside("journal", "prove", self.asker, self.numbers[0])

    async def _ask(self, pair: Pair, code: str) -> str:
        status, headers, _ = await pair.ask("POST", f"/pop/{code}/a", BODY, Idempotency_Key="satu")
        assert status == 200
        return headers["x-road-request-id"]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(tmp_path_factory.mktemp("world"))


def test_check_beside_a_running_node_and_after_it(world: World) -> None:
    assert world.live.startswith(f"{ASKER}/journal/1: 4 catatan, 0 masalah")
    for settings in (world.asker, world.answerer):
        code, out, _ = _run("journal", "check", settings)
        assert (code, "4 catatan, 0 masalah" in out) == (0, True)


def test_check_tells_what_does_not_fit(world: World, tmp_path: Path) -> None:
    segment = next((world.directory / ASKER.replace("/", "-") / "journal/1/segment").iterdir())
    raw = segment.read_bytes()
    segment.write_bytes(raw[:100] + bytes((raw[100] ^ 1,)) + raw[101:])
    code, out, _ = _run("journal", "check", world.asker)
    segment.write_bytes(raw)
    assert code == 1
    assert "some are missing" in out


def test_show_tells_the_exchange_without_content_or_person(world: World) -> None:
    code, out, _ = _run("journal", "show", world.asker, world.numbers[0])
    assert code == 0
    assert [line.split()[3:5] for line in out.splitlines()] == [["out", "request"], ["in", "reply"]]
    asked, answered = out.splitlines()
    assert asked.endswith("/pop/x  A1/1  by-agreement")
    assert answered.endswith("  200  agreement A1/1")
    assert "9901010101010001" not in out
    code, _, err = _run("journal", "show", world.asker, "00000000-0000-4000-8000-000000000000")
    assert (code, "is not in it" in err) == (2, True)


def test_prove_and_verify_with_both_verifiers(world: World, tmp_path: Path) -> None:
    for name, settings in (("asker", world.asker), ("answerer", world.answerer)):
        file = tmp_path / name
        code, out, err = _run("journal", "prove", settings, world.numbers[0], "--out", file)
        assert code == 0, out + err
        code, out, _ = _run("verify", file, "--root", world.root)
        assert code == 0
        assert "PROVEN" in out
        assert "under agreement A1/1 for purpose 'by-agreement'" in out
        assert "NOT PROVEN" in out
        second = Path(__file__).parents[3] / "verify/verify.py"
        words = [sys.executable, str(second), str(file), str(world.root)]
        assert subprocess.run(words, capture_output=True, timeout=60, check=False).returncode == 0


def test_verify_ends_with_0_1_or_2(world: World, tmp_path: Path) -> None:
    file = tmp_path / "proof"
    file.write_text(world.proof)
    assert _run("verify", file, "--root", world.root)[0] == 0
    file.write_text(world.proof.replace("A1/1", "A2/1"))
    code, _, err = _run("verify", file, "--root", world.root)
    assert (code, err.startswith("BROKEN. Check 4")) == (1, True)
    assert _run("verify", tmp_path / "nothing", "--root", world.root)[0] == 2
    assert _run("verify", file, "--root", file)[0] == 2
    assert _run("verify", file)[0] == 2


def test_destroy_needs_to_be_told_what(world: World) -> None:
    code, _, err = _run("journal", "destroy", world.answerer)
    assert (code, "name what to destroy" in err) == (2, True)
    assert _run("journal", "destroy", world.answerer, world.numbers[1], "--expired")[0] == 2


def test_destroyed_contents_are_gone_and_the_proof_stands(world: World, tmp_path: Path) -> None:
    code, out, err = _run("journal", "destroy", world.answerer, world.numbers[1], "--rule", "uji")
    assert (code, err) == (0, "")
    assert int(out.split()[0]) > 0
    assert _run("journal", "destroy", world.answerer, world.numbers[1])[1].startswith("0 ")
    file = tmp_path / "after"
    assert _run("journal", "prove", world.answerer, world.numbers[1], "--out", file)[0] == 0
    assert _run("verify", file, "--root", world.root)[0] == 0
    assert "0 masalah" in _run("journal", "check", world.answerer)[1]
