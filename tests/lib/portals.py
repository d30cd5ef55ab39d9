"""A real portal for browser tests: gunicorn on a free port of `localhost` (passkeys refuse 127.0.0.1), on a folder of its own."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
import time
from functools import lru_cache
from pathlib import Path
from types import TracebackType

from tests.lib.two_nodes import free_port

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 90.0
"""Seconds for migrating, collecting and starting on a busy machine."""


class Portal:
    """One portal with an SQLite file. `settings` are further lines of `[portal]`: `node="http://…"`, `demonstration=False`."""

    def __init__(self, folder: Path, **settings: object) -> None:
        self.folder, self.port = folder, free_port()
        self.address = f"http://localhost:{self.port}"
        self.file = folder / "portal.toml"
        self.log = folder / "portal.log"
        _command("init", str(folder))
        lines = {
            "keys": "keys",
            "address": self.address,
            "listen": f"127.0.0.1:{self.port}",
            "node": "http://127.0.0.1:9",
            "subsystem": "ID/GOV/CONTOH/PORTAL",
            "services": str(ROOT / "demo" / "layanan"),
            "database": "sqlite:///portal.db",
            "workers": 1,
            "threads": 8,
            "demonstration": True,
        } | settings
        self.file.write_text("[portal]\n" + "".join(f"{name} = {_toml(value)}\n" for name, value in lines.items()))
        shutil.copytree(prepared(), folder, dirs_exist_ok=True)
        self.process = self._start()

    def __enter__(self) -> Portal:
        return self

    def __exit__(self, *_: tuple[type[BaseException], BaseException, TracebackType]) -> None:
        self.stop()

    def stop(self) -> None:
        """End it, and say what it had said where it did not end well."""
        self.process.terminate()
        self.process.wait(30)

    def said(self) -> str:
        """What the process has printed, letters among it."""
        return self.log.read_text(encoding="utf-8")

    def _start(self) -> subprocess.Popen[bytes]:
        with self.log.open("wb") as log:
            line = [sys.executable, "-m", "terpadu", "portal", "run", str(self.file)]
            process = subprocess.Popen(
                line, cwd=ROOT, stdout=log, stderr=log, env={**os.environ, "PYTHONUNBUFFERED": "1"}
            )
        end = time.monotonic() + LONGEST
        while "siap di" not in self.said():
            assert process.poll() is None, self.said()
            assert time.monotonic() < end, f"Expected the portal to serve within {LONGEST:g} s:\n{self.said()}"
            time.sleep(0.1)
        return process


def _command(*words: str) -> None:
    line = [sys.executable, "-m", "terpadu", "portal", *words]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=LONGEST, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@lru_cache(maxsize=1)
def prepared() -> Path:
    """Database and files as `terpadu portal prepare` leaves them: made once in a run, since all migrations take seconds."""
    home = Path(tempfile.mkdtemp(prefix="terpadu-portal-"))
    atexit.register(shutil.rmtree, home)
    _command("init", str(home))
    _command("prepare", str(home / "portal.toml"))
    shutil.rmtree(home / "keys")
    (home / "portal.toml").unlink()
    return home


def _toml(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else f'"{value}"' if isinstance(value, str) else str(value)
