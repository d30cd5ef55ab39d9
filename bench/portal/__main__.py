"""`python -m bench.portal`: 50 signed-on people at a portal on SQLite and one on PostgreSQL, alternating in one run.

The demo (moved by ports) gives nodes, stand-ins and the portal on SQLite; a second portal beside it stands on PostgreSQL.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import psycopg

ROOT = Path(__file__).resolve().parents[2]
MOVED = 23000
BUILD = ROOT / f"build/demo-{MOVED}"
HOME = ROOT / "build" / "bench-portal"
POSTGRES = os.environ.get("TERPADU_TEST_POSTGRES") or "postgresql://postgres@127.0.0.1:5432/postgres"
PEOPLE = 50
PAGES = {"katalog": "/layanan/", "layanan": "/layanan/skck/", "urusan saya": "/urusan/", "satu urusan": "/urusan/{case}/"}
"""Pages that ask no agency."""


class Portal(NamedTuple):
    """A running portal, and its people."""

    name: str
    file: Path
    port: int
    people: list[dict[str, str]]


def main() -> int:
    """Start, measure in alternating rounds, print, write build/bench-portal/report.json."""
    reading = argparse.ArgumentParser(prog="python -m bench.portal")
    reading.add_argument("--rounds", type=int, default=3)
    reading.add_argument("--seconds", type=int, default=6)
    asked = reading.parse_args()
    if not shutil.which("wrk"):
        print("wrk is needed: apt-get install wrk", file=sys.stderr)
        return 2
    HOME.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        stack.enter_context(_demo())
        portals = [_portal("sqlite", BUILD / "portal" / "portal.toml", 8000 + MOVED), stack.enter_context(_on_postgresql())]
        _until_quiet()
        forms = {portal.name: _forms(portal) for portal in portals}
        pages = _pages(portals, asked.rounds, asked.seconds)
    report = {"people": PEOPLE, "pages": pages, "form": forms}
    (HOME / "report.json").write_text(json.dumps(report, indent=1))
    _tell(report)
    return 0


@contextmanager
def _demo() -> Iterator[None]:
    environment = {**os.environ, "TERPADU_DEMO_PORTS": str(MOVED)}
    log = (HOME / "demo.log").open("w+")
    process = subprocess.Popen([sys.executable, "-m", "demo"], cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        _wait(lambda: "Coba sendiri" in (HOME / "demo.log").read_text(), 180, process)
        yield
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)
        log.close()


@contextmanager
def _on_postgresql() -> Iterator[Portal]:
    """A second portal beside the first: the same keys, node and settings, another database."""
    name, port = f"bench_{os.getpid()}", 8500 + MOVED
    with psycopg.connect(POSTGRES, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
    folder = HOME / "portal"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(BUILD / "portal" / "keys", folder / "keys")
    first = (BUILD / "portal" / "portal.toml").read_text().replace(str(8000 + MOVED), str(port))
    (folder / "portal.toml").write_text(f'{first}database = "{POSTGRES.rpartition("/")[0]}/{name}"\n')
    _run("prepare", folder / "portal.toml")
    processes = [_serve(what, folder / "portal.toml") for what in ("run", "work")]
    try:
        yield _portal("postgresql", folder / "portal.toml", port)
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(30)
        with psycopg.connect(POSTGRES, autocommit=True) as server:
            server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _serve(what: str, file: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "terpadu", "portal", what, str(file)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    if process.stdout is not None:
        process.stdout.readline()
    return process


def _run(what: str, file: Path, *more: str) -> str:
    command = [sys.executable, "-m", "terpadu", "portal", what, str(file), *more]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    return done.stdout


def _portal(name: str, file: Path, port: int) -> Portal:
    from bench.portal.people import MAKE
    from contoh.orang import make

    adults = [one for one in make().people if one.tanggal_lahir.year < 2005][:PEOPLE]
    rows = [(one.nik, one.nama, one.tanggal_lahir.isoformat()) for one in adults]
    said = _run("manage", file, "shell", "-c", f"PEOPLE = {rows!r}\n{MAKE}")
    people = [json.loads(line.removeprefix("ORANG ")) for line in said.splitlines() if line.startswith("ORANG ")]
    return Portal(name, file, port, people)


def _pages(portals: list[Portal], rounds: int, seconds: int) -> dict[str, Any]:
    """For each page and portal: p50 and p95 in ms, pages a second; with a second's thought between two pages, and without."""
    found: dict[str, Any] = {}
    for page, path in PAGES.items():
        for kind, pause in (("thinking", 1000), ("restless", 0)):
            measured: dict[str, list[tuple[float, ...]]] = {portal.name: [] for portal in portals}
            for turn in range(rounds):
                for portal in portals if turn % 2 == 0 else reversed(portals):
                    measured[portal.name].append(_load(portal, path, pause, seconds, turn))
            for name, rows in measured.items():
                figures = [round(statistics.median(column), 1) for column in zip(*rows, strict=True)]
                found.setdefault(name, {}).setdefault(page, {})[kind] = dict(
                    zip(("p50_ms", "p95_ms", "pages_a_second", "failed"), figures, strict=True)
                )
    return found


def _load(portal: Portal, path: str, pause: int, seconds: int, seed: int) -> tuple[float, ...]:
    rows = HOME / f"{portal.name}.rows"
    rows.write_text("".join(f"{path.format(**person)} {person['session']}\n" for person in portal.people))
    host = f"localhost:{portal.port}"
    environment = {**os.environ, "ROWS": str(rows), "HOST": host, "PAUSE": str(pause), "SEED": str(seed + 1)}
    where = f"http://127.0.0.1:{portal.port}"
    script = str(Path(__file__).parent / "load.lua")
    command = ["wrk", "-t1", f"-c{PEOPLE}", f"-d{seconds}s", "--timeout", "10s", "-s", script, where]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=seconds + 60)
    line = next(line for line in done.stdout.splitlines() if line.startswith("RESULT"))
    count, micros, p50, p95, failed = map(float, line.split()[1:])
    return p50, p95, count / (micros / 1e6), failed


def _forms(portal: Portal) -> dict[str, Any]:
    """The prefilled form, opened for the first time, beside its slowest authority asked directly, alternating; medians in ms."""
    pages, slowest = [], []
    for person in portal.people[:30]:
        slowest.append(asyncio.run(_slowest(person["nik"])))
        pages.append(_opened(portal, person))
    page, authority = statistics.median(pages), statistics.median(slowest)
    return {"page_ms": round(page, 1), "slowest_authority_ms": round(authority, 1), "more_ms": round(page - authority, 1)}


def _opened(portal: Portal, person: dict[str, str]) -> float:
    """Milliseconds until a draft's form is there, for the first time and with its facts."""
    address = f"http://localhost:{portal.port}/layanan/skck/periksa/{person['draft']}/"
    request = urllib.request.Request(address, headers={"Cookie": f"sesi={person['session']}"})
    began = time.perf_counter()
    with urllib.request.urlopen(request, timeout=30) as reply:  # noqa: S310
        body = reply.read().decode()
    took = (time.perf_counter() - began) * 1000
    if "Kirim pengajuan" not in body:
        raise SystemExit(f"Expected a prefilled form at {address}.")
    return took


async def _slowest(nik: str) -> float:
    from terpadu.clock import system_clock
    from terpadu.exchange.client import NodeClient, Why
    from terpadu.facts import vocabulary
    from terpadu.facts.gathering import gather
    from terpadu.model.identifiers import SubsystemId
    from terpadu.services import definition

    words = vocabulary.load()
    service = definition.load(ROOT / "demo" / "layanan" / "skck", words)
    client = NodeClient(f"http://127.0.0.1:{8081 + MOVED}", SubsystemId("ID/GOV/KEMENPANRB/PORTAL"))
    why, known = Why(purpose=service.purpose, case="UKUR"), {"subjek": {"nik": nik}}
    try:
        found = await gather(words, service.facts, known, why, client.ask, system_clock)
    finally:
        client.close()
    return max((one.milliseconds for one in found.asked), default=0.0)


def _until_quiet() -> None:
    """The workers have carried the cases that were sent."""
    time.sleep(25)


def _wait(holds: Any, seconds: float, process: subprocess.Popen[Any]) -> None:
    end = time.monotonic() + seconds
    while not holds():
        if process.poll() is not None or time.monotonic() > end:
            raise SystemExit(f"The demo did not start; see {HOME / 'demo.log'}.")
        time.sleep(0.5)


def _words(row: dict[str, float]) -> str:
    return f"p50 {row['p50_ms']} p95 {row['p95_ms']} ms, {row['pages_a_second']}/s, {row['failed']:g} failed"


def _tell(report: dict[str, Any]) -> None:
    for name, pages in report["pages"].items():
        for page, kinds in pages.items():
            told = ", ".join(f"{kind} {_words(row)}" for kind, row in kinds.items())
            print(f"{name:<11} {page:<12} {told}")
        print(f"{name:<11} prefilled    {report['form'][name]}")


if __name__ == "__main__":
    sys.exit(main())
