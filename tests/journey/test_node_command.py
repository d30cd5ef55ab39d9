"""`terpadu node run` with something in its way: one sentence, status 1, no trace; and its end, when it is told to."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
import time
from pathlib import Path

import pytest

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
    process = await asyncio.create_subprocess_exec(
        *command, stderr=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
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


async def _awaits(folder: Path) -> tuple[str, int | None]:
    """A node is told to end as soon as it says what it waits for: that line, and its status."""
    command = (sys.executable, "-m", "terpadu", "node", "run", str(folder / "simpul.toml"))
    process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
    assert process.stderr
    said = ""
    while "trust-awaited" not in said:
        said = (await asyncio.wait_for(process.stderr.readline(), 30)).decode()
        assert said, "it ended"
    process.send_signal(signal.SIGTERM)
    _, rest = await asyncio.wait_for(process.communicate(), 60)
    assert "Traceback" not in rest.decode()
    return said, process.returncode


def test_without_a_federation_it_says_what_it_waits_for(tmp_path: Path) -> None:
    _prepare(tmp_path, free_port(), free_port())
    said, status = asyncio.run(_awaits(tmp_path))
    assert "Expected the federation from http://127.0.0.1:" in said
    assert status == 0


async def _ended(folder: Path, silent: asyncio.Server, heard: asyncio.Event) -> tuple[int | None, float]:
    """A node that waits for an answer of its registry is told to end: its status, and how long it took."""
    command = (sys.executable, "-m", "terpadu", "node", "run", str(folder / "simpul.toml"))
    process = await asyncio.create_subprocess_exec(
        *command, stderr=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    async with silent:
        await asyncio.wait_for(heard.wait(), 30)
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        _, said = await asyncio.wait_for(process.communicate(), 60)
    assert "Traceback" not in said.decode()
    return process.returncode, time.monotonic() - began


@pytest.mark.parametrize("known", [False, True])
def test_a_silent_registry_keeps_no_node_from_ending(tmp_path: Path, known: bool) -> None:
    """At its first start, and later in a round of its refreshing."""

    async def story() -> tuple[int | None, float]:
        heard, registry_port = asyncio.Event(), free_port()
        held: list[asyncio.StreamWriter] = []
        _prepare(tmp_path, free_port(), registry_port)
        if known:
            public = tmp_path / "federation" / "registry" / "public"
            async with serve.listening(public, "127.0.0.1", registry_port):
                await _serve_once(tmp_path)

        async def listen(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            held.append(writer)
            await asyncio.sleep(2.5 if known else 0)  # the short round of a start with a good federation is over
            heard.set()

        silent = await asyncio.start_server(listen, "127.0.0.1", registry_port)
        try:
            return await _ended(tmp_path, silent, heard)
        finally:
            for writer in held:
                writer.close()

    status, took = asyncio.run(story())
    assert status == 0
    assert took < 1.5


async def _serve_once(folder: Path) -> None:
    """Start a node in reach of its registry, and end it when it serves."""
    command = (sys.executable, "-m", "terpadu", "node", "run", str(folder / "simpul.toml"))
    process = await asyncio.create_subprocess_exec(
        *command, stderr=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    assert (await asyncio.wait_for(process.stdout.readline(), 30)).startswith(b"siap")
    process.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(process.wait(), 10) == 0
