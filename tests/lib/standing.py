"""Programs of others that a portal in production stands beside: nginx, Redis, a mail server; each is ended afterwards."""

from __future__ import annotations

import getpass
import grp
import os
import shutil
import socket
import socketserver
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.lib.two_nodes import free_port


class Post(socketserver.StreamRequestHandler):
    """A mail server of the few words that matter (RFC 5321)."""

    def handle(self) -> None:
        self.wfile.write(b"220 surat\r\n")
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"DATA":
                self.wfile.write(b"354 tulis\r\n")
                letter = b"".join(iter(self.rfile.readline, b".\r\n"))
                self.server.letters.append(letter.decode())  # type: ignore[attr-defined]
            self.wfile.write(b"221 dadah\r\n" if word == b"QUIT" else b"250 baik\r\n")


@contextmanager
def post() -> Iterator[tuple[int, list[str]]]:
    """Its port, and the letters that came."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Post) as server:
        server.daemon_threads = True
        server.letters = letters = list[str]()  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1], letters
        server.shutdown()


@contextmanager
def redis(folder: Path) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """A Redis of the test's own: its port, and its process, which a test may end."""
    port = free_port()
    with _running("redis-server", ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)], port) as one:
        yield port, one


@contextmanager
def nginx(folder: Path, servers: str, port: int) -> Iterator[None]:
    """Debian's nginx with these lines in its `http` block; it must listen on `port`."""
    user = f"user {getpass.getuser()} {grp.getgrgid(os.getgid()).gr_name};" if os.geteuid() == 0 else ""
    places = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    file = folder / "nginx.conf"
    head = f"{user}\ndaemon off;\npid {folder}/nginx.pid;\nerror_log {folder}/error.log;\nevents {{}}\n"
    file.write_text(f"{head}http {{\n{places}{servers}}}\n", encoding="utf-8")
    with _running("nginx", ["-c", str(file), "-e", str(folder / "error.log")], port):
        yield


@contextmanager
def _running(program: str, words: list[str], port: int) -> Iterator[subprocess.Popen[bytes]]:
    where = shutil.which(program) or shutil.which(program, path="/usr/sbin")
    if not where:
        pytest.skip(f"{program} is not on this machine: apt-get install {program}")
    process = subprocess.Popen([where, *words], stdout=subprocess.DEVNULL)
    try:
        _listens(port, process)
        yield process
    finally:
        process.terminate()
        process.wait(20)


def _listens(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        assert process.poll() is None, f"{process.args} ended by itself"
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise AssertionError(f"{process.args} does not listen on {port}")
