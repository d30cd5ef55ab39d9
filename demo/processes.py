"""Processes of the demo: started, waited for until they say `siap`, ended by their own ids."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from pathlib import Path

from demo.places import HOST, ROOT


class NotStarted(Exception):
    """A process did not come up; one sentence says which and why."""


class Crew:
    """All processes that this demo started."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._all: list[asyncio.subprocess.Process] = []

    async def start(self, name: str, *arguments: str, seconds: float = 60) -> str:
        """Start a Python module and wait for its `siap` line, which is returned."""
        self._logs.mkdir(parents=True, exist_ok=True)
        log = (self._logs / f"{name}.log").open("wb")
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *arguments,
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            start_new_session=True,
        )
        log.close()
        self._all.append(process)
        try:
            return await asyncio.wait_for(_ready_line(process), seconds)
        except (TimeoutError, EOFError):
            tail = (self._logs / f"{name}.log").read_text().strip().splitlines()[-1:]
            raise NotStarted(f"{name} tidak mau hidup: {' '.join(tail) or 'tanpa kabar'}") from None

    async def stop(self) -> None:
        """End all, the youngest first; whoever does not end is killed."""
        living = [process for process in reversed(self._all) if process.returncode is None]
        for process in living:
            process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(asyncio.gather(*(process.wait() for process in living)), 15)
        except TimeoutError:
            for process in living:
                if process.returncode is None:
                    process.kill()
                    await process.wait()


async def _ready_line(process: asyncio.subprocess.Process) -> str:
    if process.stdout is None:
        raise EOFError
    while line := (await process.stdout.readline()).decode().strip():
        if line.startswith("siap"):
            return line
    raise EOFError


def check_free(ports: list[int]) -> None:
    """Is nobody listening where we want to? Raises `NotStarted` with one clear line."""
    for port in ports:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                sentence = f"Porta {port} sudah dipakai program lain; hentikan program itu, lalu ulangi make demo."
                raise NotStarted(sentence) from None
