"""A node as a real process, `python -m terpadu node run`: launched, killed, revived, as a supervisor would.

await node.launch("c5:20")            it kills itself when it passes c5 for the 20th time
outage = await node.revive()          waits for the death, starts it again, waits until it is ready
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import socket
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import NamedTuple

from terpadu.clock import system_clock
from terpadu.model.identifiers import NodeId
from tests.lib.two_nodes import call


class Outage(NamedTuple):
    """When a process died and when it was ready again (Unix ms), and its exit status (-9: killed)."""

    died: int
    ready: int
    status: int

    @property
    def seconds(self) -> float:
        """From death to service."""
        return (self.ready - self.died) / 1000


class NodeProcess:
    """One node: `python -m terpadu node run`, in a process of its own."""

    def __init__(self, name: NodeId, home: Path, door: int) -> None:
        self.name, self.home, self.door = name, home, door
        self.environment: dict[str, str] = {}
        self.module = "terpadu"
        self._process: asyncio.subprocess.Process | None = None

    @property
    def settings(self) -> Path:
        """Its settings file."""
        return self.home / "node.toml"

    @property
    def said(self) -> str:
        """All that it ever wrote: the diagnostic log."""
        path = self.home / "log"
        return path.read_text("utf-8", "replace") if path.exists() else ""

    @property
    def pid(self) -> int:
        """Of the running process."""
        assert self._process is not None
        return self._process.pid

    async def launch(self, crash: str = "", **environment: str) -> None:
        """Start the process; `crash` is `<point>:<n>`."""
        more = {"TERPADU_CRASH_AT": crash} if crash else {}
        with (self.home / "log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", self.module, "node", "run", str(self.settings)),
                stdout=log,
                stderr=log,
                env={**os.environ, **self.environment, **more, **environment},
            )

    async def ended(self, seconds: float = 30.0) -> int:
        """Wait for the end of the process; its status."""
        assert self._process is not None
        async with asyncio.timeout(seconds):
            return await self._process.wait()

    async def is_ready(self) -> bool:
        """What `GET /ready` says; False too where nobody answers."""
        return await self.ready_status() == 200

    async def ready_status(self) -> int:
        """The status of `GET /ready`; 0 where nobody answers."""
        try:
            async with asyncio.timeout(2):
                return (await call(self.door, "GET", "/ready", {}))[0]
        except (OSError, TimeoutError, IndexError):
            return 0

    async def become_ready(self, seconds: float = 20.0) -> None:
        """Wait until it says so. A process that ended meanwhile is shown with what it said."""

        async def ready_or_ended() -> bool:
            return self._process is None or self._process.returncode is not None or await self.is_ready()

        await until(ready_or_ended, seconds, f"Expected {self.name} to become ready within {seconds:g} s.")
        assert await self.is_ready(), f"Expected {self.name} to become ready; it said: {self.said[-2000:]}"

    async def revive(self, seconds: float = 30.0) -> Outage:
        """What a supervisor does: when the process has died, start it again, as it is in production."""
        status = await self.ended(seconds)
        died = system_clock()
        await self.launch()
        await self.become_ready()
        return Outage(died, system_clock(), status)

    def signal(self, number: signal.Signals) -> None:
        """Send the process a signal."""
        os.kill(self.pid, number)

    def kill(self) -> None:
        """From outside, at no point in particular."""
        self.signal(signal.SIGKILL)

    async def stop(self) -> int | None:
        """End it in order, where it runs; by force if it does not."""
        process = self._process
        if process is None or process.returncode is not None:
            return process.returncode if process else None
        process.send_signal(signal.SIGCONT)
        process.send_signal(signal.SIGTERM)
        try:
            return await self.ended(15)
        except TimeoutError:
            process.kill()
            return await process.wait()


def lasting_port() -> int:
    """A free port below those that the system lends to clients: it must still be free when a dead node comes back."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as found, contextlib.suppress(OSError):
            found.bind(("127.0.0.1", port))
            return port


async def until(condition: Callable[[], Awaitable[bool]], seconds: float, why: str) -> None:
    """Ask again and again, each time a moment later, until it holds."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while not await condition():
        if loop.time() > end:
            raise AssertionError(why)
        await asyncio.sleep(0.02)
