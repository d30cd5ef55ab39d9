"""The two portals of the bench: the demo's own on SQLite, and one beside it on PostgreSQL, with the same keys and node."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import psutil
import psycopg

from bench.machine import Unfit
from bench.portal.people import MAKE
from bench.processes import running
from contoh.orang import make

ROOT = Path(__file__).resolve().parents[2]
MOVED = int(os.environ.get("TERPADU_DEMO_PORTS", "23000"))
BUILD = ROOT / f"build/demo-{MOVED}"
HOME = ROOT / "build" / "bench" / "portal"
POSTGRES = os.environ.get("TERPADU_TEST_POSTGRES") or "postgresql://postgres@127.0.0.1:5432/postgres"
PEOPLE = 50
UNDER_WAY = "SELECT count(*) FROM cases_case WHERE state IN ('sent', 'running')"


class Portal(NamedTuple):
    """A running portal, and its people: each with a session, a case that was sent and a draft that was not."""

    name: str
    file: Path
    port: int
    database: str
    people: list[dict[str, str]]

    def processes(self) -> list[psutil.Process]:
        """The web processes (not the worker) of this portal."""
        wanted = ("portal", "run", str(self.file))
        return [one for one in psutil.process_iter(["cmdline"]) if tuple((one.info["cmdline"] or ())[-3:]) == wanted]

    def cpu(self) -> float:
        """Seconds of CPU that its web processes took so far."""
        return sum(sum(one.cpu_times()[:2]) for one in self.processes())

    def under_way(self) -> int:
        """Cases that its worker still carries."""
        if self.name == "sqlite":
            with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as found:
                return int(found.execute(UNDER_WAY).fetchone()[0])
        with psycopg.connect(self.database) as server:
            row = server.execute(UNDER_WAY).fetchone()
            return int(row[0]) if row else 0


@contextmanager
def both() -> Iterator[list[Portal]]:
    """Both portals, with people whose cases have been carried as far as they go by themselves."""
    with demo(), on_postgresql() as second:
        database = BUILD / "portal" / "portal.db"
        first = _with_people("sqlite", BUILD / "portal" / "portal.toml", 8000 + MOVED, str(database))
        portals = [first, second]
        _until(lambda: not any(portal.under_way() for portal in portals), 60, "the workers to carry all cases")
        yield portals


@contextmanager
def demo() -> Iterator[None]:
    """The demo, moved: nodes, stand-ins, registry, and the portal on SQLite."""
    environment = {**os.environ, "TERPADU_DEMO_PORTS": str(MOVED)}
    said = HOME / "demo.log"
    with said.open("w") as log:
        process = subprocess.Popen([sys.executable, "-m", "demo"], cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            _until(lambda: process.poll() is not None or "Coba sendiri" in said.read_text(), 180, "the demo to start")
            if process.poll() is not None:
                raise Unfit(f"Expected the demo to run; it ended by itself. See {said}.")
            yield
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)


@contextmanager
def on_postgresql() -> Iterator[Portal]:
    """A second portal beside the first: the same keys, node and settings, another database."""
    name, port = f"bench_{os.getpid()}", 8500 + MOVED
    database = f"{POSTGRES.rpartition('/')[0]}/{name}"
    with psycopg.connect(POSTGRES, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
    file = _settings(port, database)
    try:
        _portal("prepare", file)
        command = [sys.executable, "-m", "terpadu", "portal"]
        with (
            running("the portal on PostgreSQL", [*command, "run", str(file)], HOME / "portal.log", port),
            _worker([*command, "work", str(file)]),
        ):
            yield _with_people("postgresql", file, port, database)
    finally:
        with psycopg.connect(POSTGRES, autocommit=True) as server:
            server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _settings(port: int, database: str) -> Path:
    folder = HOME / "second"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(BUILD / "portal" / "keys", folder / "keys")
    first = (BUILD / "portal" / "portal.toml").read_text().replace(str(8000 + MOVED), str(port))
    (folder / "portal.toml").write_text(f'{first}database = "{database}"\n')
    return folder / "portal.toml"


@contextmanager
def _worker(command: list[str]) -> Iterator[None]:
    with (HOME / "worker.log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            yield
        finally:
            process.terminate()
            process.wait(30)


def _portal(what: str, file: Path, *more: str) -> str:
    command = [sys.executable, "-m", "terpadu", "portal", what, str(file), *more]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    if done.returncode:
        raise Unfit(f"Expected `terpadu portal {what}` to succeed. It said: {(done.stdout + done.stderr)[-600:]}")
    return done.stdout


def _with_people(name: str, file: Path, port: int, database: str) -> Portal:
    adults = [one for one in make().people if one.tanggal_lahir.year < 2005][:PEOPLE]
    rows = [(one.nik, one.nama, one.tanggal_lahir.isoformat()) for one in adults]
    said = _portal("manage", file, "shell", "-c", f"PEOPLE = {rows!r}\n{MAKE}")
    people: list[dict[str, Any]] = [
        json.loads(line.removeprefix("ORANG ")) for line in said.splitlines() if line.startswith("ORANG ")
    ]
    return Portal(name, file, port, database, people)


def _until(holds: Callable[[], bool], seconds: float, what: str) -> None:
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise Unfit(f"Expected {what} within {seconds:g} s. See {HOME}.")
        time.sleep(0.5)
