"""What this run stood on: programs that must be there, free ports, the machine and the versions."""

from __future__ import annotations

import os
import platform
import resource
import shutil
import socket
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

FILES = 65_536
"""Open files that a node with 512 callers and as many connections behind it may need, with room."""


class Unfit(Exception):
    """The bench can't run here; the sentence says what to do."""


class Ports(NamedTuple):
    """Who listens where on 127.0.0.1; all ports follow from the first."""

    first: int

    @property
    def upstream(self) -> int:
        return self.first

    @property
    def registry(self) -> int:
        return self.first + 1

    @property
    def door(self) -> int:
        return self.first + 2

    @property
    def proxy(self) -> int:
        return self.first + 3

    def node(self, number: int) -> int:
        """The asking node is 0, the answering ones 1 to 8."""
        return self.first + 10 + number

    def answering_door(self, number: int) -> int:
        return self.first + 20 + number

    def second_proxy(self, number: int) -> int:
        return self.first + 30 + number

    def all(self) -> list[int]:
        return [*range(self.first, self.first + 4), *range(self.first + 10, self.first + 40)]


def check_programs() -> None:
    """nginx and wrk must be there. Raises `Unfit`."""
    missing = [name for name in ("nginx", "wrk") if shutil.which(name, path=_path()) is None]
    if missing:
        raise Unfit(f"Expected {' and '.join(missing)} on this machine; run `apt-get install nginx wrk` and try again.")


def program(name: str) -> str:
    """The path of a program; nginx lies in sbin, which is not in everybody's path."""
    return shutil.which(name, path=_path()) or name


def _path() -> str:
    return os.environ.get("PATH", "") + ":/usr/local/sbin:/usr/sbin:/sbin"


def check_ports(ports: Ports) -> None:
    """Every port must be free. Raises `Unfit`."""
    for number in ports.all():
        with socket.socket() as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                tried.bind(("127.0.0.1", number))
            except OSError as error:
                raise Unfit(
                    f"Expected port {number} on 127.0.0.1 to be free: {error.strerror}. "
                    f"Name other ports with --port (40 from there on are used)."
                ) from None


def raise_file_limit() -> None:
    """Children inherit it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def described() -> dict[str, object]:
    """Machine and versions, for the report."""
    return {
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "system": platform.platform(),
        "nginx": _said(program("nginx"), "-v"),
        "wrk": _said(program("wrk"), "-v").partition(" [")[0],
        "packages": {name: version(name) for name in ("uvloop", "httptools", "msgspec", "cryptography")},
        "load_before": os.getloadavg()[0],
    }


def _cpu() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor()


def _said(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return (done.stdout + done.stderr).strip().splitlines()[0]
