"""What is measured: pages that ask no agency, under wrk; the prefilled form at its first opening, beside its authority."""

from __future__ import annotations

import asyncio
import os
import statistics
import subprocess
import time
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from bench.machine import Unfit
from bench.portal.portals import HOME, MOVED, PEOPLE, ROOT, Portal
from terpadu.clock import system_clock
from terpadu.exchange.client import NodeClient, Why
from terpadu.facts import vocabulary
from terpadu.facts.gathering import gather
from terpadu.model.identifiers import SubsystemId
from terpadu.services import definition

PAGES = {
    "katalog": "/layanan/",
    "layanan": "/layanan/skck/",
    "urusan saya": "/urusan/",
    "satu urusan": "/urusan/{case}/",
}
"""Pages that ask no agency."""
THOUGHT = 1000
"""Milliseconds that a person reads between two pages, on the average."""
ALONE = 20
"""Of the people, so many open their form while nobody else is there; the others while everybody reads."""


class Row(NamedTuple):
    """One run of wrk: milliseconds, pages a second, CPU of the portal a page, what failed."""

    p50_ms: float
    p95_ms: float
    pages_a_second: float
    cpu_ms_a_page: float
    failed: float


def pages(portals: list[Portal], rounds: int, seconds: int) -> dict[str, Any]:
    """portal -> page -> `thinking` (each person reads a second) and `restless` (nobody does): medians over alternating rounds."""
    found: dict[str, Any] = {}
    for page, path in PAGES.items():
        for kind, pause, times, lasting in (("thinking", THOUGHT, rounds, seconds), ("restless", 0, 1, 2)):
            measured: dict[str, list[Row]] = {portal.name: [] for portal in portals}
            for turn in range(times):
                for portal in portals if turn % 2 == 0 else reversed(portals):
                    measured[portal.name].append(_loaded(portal, path, pause, lasting, turn))
            for name, rows in measured.items():
                median = Row(*(round(statistics.median(column), 1) for column in zip(*rows, strict=True)))
                worst = median._replace(failed=sum(row.failed for row in rows))
                found.setdefault(name, {}).setdefault(page, {})[kind] = worst._asdict()
    return found


def forms(portal: Portal) -> dict[str, Any]:
    """`alone` and `among` the other people: the form for the first time, and its slowest authority asked directly, in turn."""
    asked = asyncio.new_event_loop()
    slowest = _Authorities()
    try:
        found = {"alone": _opened(portal, portal.people[:ALONE], slowest, asked)}
        with _others(portal):
            found["among"] = _opened(portal, portal.people[ALONE:], slowest, asked)
    finally:
        slowest.close()
        asked.close()
    return found


def _loaded(portal: Portal, path: str, pause: int, seconds: int, seed: int) -> Row:
    before, process = portal.cpu(), _wrk(portal, path, pause, seconds, seed)
    said, _ = process.communicate(timeout=seconds + 60)
    line = next((line for line in said.splitlines() if line.startswith("RESULT")), "")
    if process.returncode or not line:
        raise Unfit(f"Expected wrk to measure {path} of {portal.name}. It said: {said[-600:]}")
    count, micros, p50, p95, failed = map(float, line.split()[1:])
    return Row(p50, p95, count / (micros / 1e6), (portal.cpu() - before) * 1000 / max(count, 1), failed)


def _wrk(portal: Portal, path: str, pause: int, seconds: int, seed: int) -> subprocess.Popen[str]:
    rows = HOME / f"{portal.name}.rows"
    rows.write_text("".join(f"{path.format(**person)} {person['session']}\n" for person in portal.people))
    host = f"localhost:{portal.port}"
    environment = {**os.environ, "ROWS": str(rows), "HOST": host, "PAUSE": str(pause), "SEED": str(seed + 1)}
    script = str(Path(__file__).parent / "load.lua")
    where = f"http://127.0.0.1:{portal.port}"
    command = ["wrk", "-t1", f"-c{PEOPLE}", f"-d{seconds}s", "--timeout", "10s", "-s", script, where]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


@contextmanager
def _others(portal: Portal) -> Iterator[None]:
    """Everybody reads their case meanwhile."""
    process = _wrk(portal, PAGES["satu urusan"], THOUGHT, 60, 1)
    try:
        time.sleep(1)
        yield
    finally:
        process.terminate()
        process.wait(10)


def _opened(
    portal: Portal, people: Iterable[dict[str, str]], slowest: _Authorities, loop: asyncio.AbstractEventLoop
) -> dict[str, float]:
    rows = [(loop.run_until_complete(slowest.milliseconds(one["nik"])), _form(portal, one)) for one in people]
    authority, page = ([row[column] for row in rows] for column in (0, 1))
    return {
        "page_p50_ms": round(statistics.median(page), 1),
        "page_p95_ms": round(statistics.quantiles(page, n=20)[-1], 1),
        "slowest_authority_ms": round(statistics.median(authority), 1),
        "more_ms": round(statistics.median(late - soon for soon, late in rows), 1),
    }


def _form(portal: Portal, person: dict[str, str]) -> float:
    """Milliseconds until a draft's form is there, for the first time and with its facts."""
    address = f"http://localhost:{portal.port}/layanan/skck/periksa/{person['draft']}/"
    request = urllib.request.Request(address, headers={"Cookie": f"sesi={person['session']}"})
    began = time.perf_counter()
    with urllib.request.urlopen(request, timeout=30) as reply:  # noqa: S310
        body = reply.read().decode()
    took = (time.perf_counter() - began) * 1000
    if "Kirim pengajuan" not in body:
        raise Unfit(f"Expected a prefilled form at {address}.")
    return took


class _Authorities:
    """The same questions as the form's, put to the same node without a portal; kept open as the portal keeps its own."""

    def __init__(self) -> None:
        self.words = vocabulary.load()
        self.service = definition.load(ROOT / "demo" / "layanan" / "skck", self.words)
        self.client = NodeClient(f"http://127.0.0.1:{8081 + MOVED}", SubsystemId("ID/GOV/KEMENPANRB/PORTAL"))

    async def milliseconds(self, nik: str) -> float:
        """How long the slowest office took."""
        why, known = Why(purpose=self.service.purpose, case="UKUR"), {"subjek": {"nik": nik}}
        found = await gather(self.words, self.service.facts, known, why, self.client.ask, system_clock)
        return max((float(one.milliseconds) for one in found.asked), default=0.0)

    def close(self) -> None:
        self.client.close()
