"""Processes of the demo: started, waited for until they say that they serve, watched, ended by their own ids."""

from __future__ import annotations

import asyncio
import fcntl
import os
import signal
import socket
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import IO

from demo.places import HOST, LOCK, ROOT

READY = ("siap", "Melayani", "pekerja siap")
"""How the first line begins that a process prints once it serves."""


class NotStarted(Exception):
    """Something did not come up; one sentence says what and why."""


class Crew:
    """All processes that this demo started. `fallen(name, code)` is called when one ends by itself."""

    def __init__(self, logs: Path, fallen: Callable[[str, int], None]) -> None:
        self._logs = logs
        self._fallen = fallen
        self._all: list[asyncio.subprocess.Process] = []
        self._watching: list[asyncio.Task[None]] = []

    async def start(self, name: str, module: str, *arguments: str, seconds: float = 60) -> str:
        """Start a Python module and wait until it says that it serves; that line is returned."""
        process = await self._born(name, module, arguments)
        try:
            line = await asyncio.wait_for(_ready_line(process), seconds)
        except (TimeoutError, EOFError):
            raise NotStarted(self._last_words(name)) from None
        self._watching.append(asyncio.ensure_future(self._watch(name, process)))
        return line

    async def finish(self, name: str, module: str, *arguments: str) -> None:
        """Run a Python module to its end. Raises `NotStarted` where it ends badly."""
        process = await self._born(name, module, arguments)
        if await process.wait():
            raise NotStarted(self._last_words(name))

    async def _born(self, name: str, module: str, arguments: tuple[str, ...]) -> asyncio.subprocess.Process:
        self._logs.mkdir(parents=True, exist_ok=True)
        with (self._logs / f"{name}.log").open("wb") as log:
            starting = asyncio.ensure_future(_bound(module, arguments, log))
            try:
                process = await asyncio.shield(starting)
            except asyncio.CancelledError:  # stopped while it was being born: it belongs to us all the same
                self._all.append(await starting)
                raise
        self._all.append(process)
        return process

    def _last_words(self, name: str) -> str:
        tail = (self._logs / f"{name}.log").read_text().strip().splitlines()[-1:]
        return f"{name} tidak mau hidup: {' '.join(tail) or 'tanpa kabar'}"

    async def _watch(self, name: str, process: asyncio.subprocess.Process) -> None:
        self._fallen(name, await process.wait())

    async def stop(self) -> None:
        """End all, the youngest first; whoever does not end is killed."""
        for task in self._watching:
            task.cancel()
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


async def together(*starts: Awaitable[object]) -> None:
    """Start several at once; where one fails, the others are given up before its error is told."""
    tasks = [asyncio.ensure_future(start) for start in starts]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _bound(module: str, arguments: tuple[str, ...], log: IO[bytes]) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "demo.bound", str(os.getpid()), module, *arguments),
        cwd=ROOT,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=log,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        start_new_session=True,
    )


async def _ready_line(process: asyncio.subprocess.Process) -> str:
    if process.stdout is None:
        raise EOFError
    while line := (await process.stdout.readline()).decode().strip():
        if line.startswith(READY):
            return line
    raise EOFError


def be_the_only_one() -> IO[str]:
    """Hold the demo's lock for as long as this file is open. Raises `NotStarted` while another demo runs here."""
    LOCK.parent.mkdir(parents=True, exist_ok=True)
    held = LOCK.open("a")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        held.close()
        sentence = "Peragaan lain sedang berjalan dari map ini; hentikan dulu dengan Ctrl-C di terminalnya."
        raise NotStarted(sentence) from None
    return held


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
