"""The demo as a person runs it: on a terminal of its own, read line by line, ended by keys and signals."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]
MOVED_BY = 10_000
"""Tests move the demo, so that one that somebody watches goes on beside them."""
BUILD = ROOT / "build" / f"demo-{MOVED_BY}"
CTRL_C = b"\x03"
HIDE, SHOW = "\x1b[?25l", "\x1b[?25h"
LAST_LINE = "Mandiri "
"""What the demo prints last when it serves."""
_MARKS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Terminal:
    """A demo on a pseudo-terminal."""

    def __init__(self, *arguments: str, columns: int = 130, environment: dict[str, str] | None = None) -> None:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
        self.process = psutil.Popen(
            [sys.executable, "-m", "demo", *arguments],
            cwd=ROOT,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env={**_clean(), "TERM": "xterm-256color", **(environment or {})},
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(slave)
        self.raw = ""

    @property
    def text(self) -> str:
        """What was printed, without colours and cursor movements."""
        return _MARKS.sub("", self.raw).replace("\r\n", "\n").replace("\r", "\n")

    @property
    def lines(self) -> list[str]:
        """The printed lines, without empty ones."""
        return [line.rstrip() for line in self.text.split("\n") if line.strip()]

    def until(self, text: str, seconds: float = 90) -> None:
        """Read until it was printed."""
        self._read(lambda: text in self.text, seconds)
        assert text in self.text, f"{text!r} was never printed:\n{self.text[-3000:]}"

    def key(self, key: bytes) -> None:
        """Press a key."""
        os.write(self._master, key)

    def ended(self, seconds: float = 30) -> int:
        """Read to the end; the exit code, negative for a signal."""
        self._read(lambda: False, seconds)
        return int(self.process.wait(5))

    def crew(self) -> list[psutil.Process]:
        """All processes that the demo started by now."""
        return list(self.process.children(recursive=True))

    def _read(self, enough: Callable[[], bool], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        heard = select.poll()  # not select(), which knows the first 1,024 files of a process only
        heard.register(self._master, select.POLLIN)
        while not enough() and time.monotonic() < deadline:
            if not heard.poll(200):
                continue
            try:
                data = os.read(self._master, 65536)
            except OSError:  # the last process let go of the terminal
                return
            if not data:
                return
            self.raw += data.decode(errors="replace")

    def close(self) -> None:
        """End what still lives."""
        for process in [self.process, *(self.crew() if self.process.is_running() else [])]:
            with contextlib.suppress(psutil.NoSuchProcess, ProcessLookupError):
                process.send_signal(signal.SIGKILL)
        self.process.wait(10)
        os.close(self._master)


def _clean() -> dict[str, str]:
    dropped = {"COLUMNS", "LINES", "NO_COLOR", "DEMO_ENV_SECONDS", "DEMO_ENV_PACKAGES"}
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    return {**kept, "TERPADU_DEMO_PORTS": str(MOVED_BY)}


@contextlib.contextmanager
def demo(*arguments: str, **more: object) -> Iterator[Terminal]:
    """A demo that is ended whatever happens."""
    terminal = Terminal(*arguments, **more)  # type: ignore[arg-type]
    try:
        yield terminal
    finally:
        terminal.close()


def gone(processes: list[psutil.Process], seconds: float = 10) -> list[psutil.Process]:
    """Who of them still lives after a while: nobody, one hopes."""
    return list(psutil.wait_procs(processes, timeout=seconds)[1])


def quietly(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The demo without a terminal, to its end."""
    command = [sys.executable, "-m", "demo", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env={**_clean(), **environment}, capture_output=True, text=True, check=False, timeout=100
    )
