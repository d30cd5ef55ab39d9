"""`terpadu node run` with something in its way: one sentence, status 1, no trace."""

from __future__ import annotations

import asyncio
import socket
import sys
from pathlib import Path

from terpadu.trust import serve
from tests.lib.two_nodes import ANSWERER, ASKER, federation, free_port

SETTINGS = """
[node]
keys = "{keys}"
root = "root.json"
peers = "127.0.0.1:{peers}"
door = "127.0.0.1:0"
registries = ["http://127.0.0.1:{registry}"]
"""


async def _run(folder: Path) -> tuple[int | None, str]:
    command = (sys.executable, "-m", "terpadu", "node", "run", str(folder / "simpul.toml"))
    process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE)
    _, said = await asyncio.wait_for(process.communicate(), 60)
    return process.returncode, said.decode()


def _prepare(folder: Path, peers: int, registry: int) -> None:
    made = federation(folder / "federation", {ASKER: peers, ANSWERER: free_port()})
    (folder / "root.json").write_bytes(made.root)
    keys = made.keys[ASKER].folder
    (folder / "simpul.toml").write_text(SETTINGS.format(keys=keys, peers=peers, registry=registry))


def test_a_taken_port_is_one_sentence(tmp_path: Path) -> None:
    async def story() -> tuple[int | None, str]:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            peers = taken.getsockname()[1]
            public = tmp_path / "federation" / "registry" / "public"
            async with serve.listening(public, "127.0.0.1", 0) as registry:
                _prepare(tmp_path, peers, registry)
                return await _run(tmp_path)

    status, said = asyncio.run(story())
    assert status == 1
    assert "Free the port" in said
    assert "Traceback" not in said


def test_no_federation_is_one_sentence(tmp_path: Path) -> None:
    _prepare(tmp_path, free_port(), free_port())
    status, said = asyncio.run(_run(tmp_path))
    assert status == 1
    assert "Expected a federation" in said
    assert "Traceback" not in said
