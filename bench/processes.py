"""Processes of this run: started in a session of their own, waited for, ended by their ids."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import psutil

from bench.machine import Unfit

MIB = 1024 * 1024


class Process:
    """One running program. `log` holds what it said."""

    def __init__(self, name: str, command: Sequence[str], log: Path) -> None:
        self.name, self.log = name, log
        with log.open("wb") as out:
            self.child = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True
            )
        self.seen = psutil.Process(self.child.pid)

    def wait_for(self, port: int, seconds: float = 30) -> None:
        """Until it listens. Raises `Unfit` where it ended or is too slow."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.child.poll() is not None:
                raise Unfit(f"Expected {self.name} to run; it ended by itself. It said: {self.last_words()}")
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                return
            time.sleep(0.05)
        raise Unfit(f"Expected {self.name} to listen on port {port} within {seconds:g} s. It said: {self.last_words()}")

    def last_words(self) -> str:
        """The end of its log."""
        return self.log.read_text(errors="replace").strip()[-600:] or "nothing"

    def rss(self) -> float:
        """Resident memory in MiB, its children's with it."""
        family = [self.seen, *self.seen.children(recursive=True)]
        return sum(one.memory_info().rss for one in family) / MIB

    def cpu(self) -> float:
        """Seconds of CPU so far, of all its threads and children."""
        times = [one.cpu_times() for one in (self.seen, *self.seen.children(recursive=True))]
        return sum(one.user + one.system for one in times)

    def end(self) -> None:
        """Ask it to end, then make it; its children are its own session's."""
        if self.child.poll() is not None:
            return
        self.child.send_signal(signal.SIGTERM)
        try:
            self.child.wait(20)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.child.pid, signal.SIGKILL)
            self.child.wait(5)


@contextlib.contextmanager
def running(name: str, command: Sequence[str], log: Path, port: int) -> Iterator[Process]:
    """A process that listens, for as long as the block lasts."""
    process = Process(name, command, log)
    try:
        process.wait_for(port)
        yield process
    finally:
        process.end()
