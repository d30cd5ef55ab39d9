"""`python -m bench`: Terpadu's two nodes against nginx as two chained proxies, in alternating rounds of one run."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench import bulk, checks, load, machine, nginx, nodes, profiling, rounds, told, traffic
from bench.asked import Asked, read_arguments
from bench.growth import growth
from bench.machine import Ports, Unfit
from bench.picture import draw
from bench.processes import Process, running
from bench.rounds import Contestant, Level

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / "build" / "bench"
PICTURE = ROOT / "docs" / "reference" / "bench.png"
ASKED_FIRST = 40
BUSY = 0.5


class Bench:
    """One run: its settings, its directory, what runs at the moment."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.ports = Ports(asked.port)
        self.home = HOME / "run"
        self.stack = contextlib.ExitStack()
        self.nodes: list[Process] = []
        self.proxies: list[Process] = []
        self.counted = 0

    def run(self) -> int:
        """The whole story; 1 where a figure must not be believed."""
        self.asked.check_length()
        machine.check_programs()
        self.asked.build.check()
        print(self.asked.described(), flush=True)
        machine.check_ports(self.ports)
        try:
            return self._run()
        finally:
            shutil.rmtree(self.home, ignore_errors=True)

    def _run(self) -> int:
        stood_on = {**machine.described(), **self.asked.build.described()}
        if (load_before := os.getloadavg()[0]) > BUSY:
            print(f"Others use this machine (load {load_before:.1f}): rates will be low and uneven.", flush=True)
        self._prepare()
        with self.stack:
            self._start()
            self._check_first()
            if self.asked.profile:
                self._profile()
                return 0
            report = self._measure()
        checks.check_evidence(self.counted, checks.messages(self.office.journal(0)), self._answered())
        report["growth"] = self._growth()
        report["rounds"] = {"rounds": self.asked.rounds, "seconds": self.asked.seconds}
        report["machine"] = stood_on
        print("\n" + told.table(report))
        told.write(report, HOME / "report.json")
        if self.asked.picture:
            draw(report, PICTURE)
        return 1 if report["failures"] else 0

    def _prepare(self) -> None:
        machine.raise_file_limit()
        shutil.rmtree(self.home, ignore_errors=True)
        (self.home / "system").mkdir(parents=True)
        (self.home / "nginx").mkdir()
        (self.home / "terpadu").mkdir()
        load.write_questions(self.home / "questions.jsonl")
        bulk.write_files(self.home / "system" / "files")
        nginx.certificates(self.home / "nginx")

    def _start(self) -> None:
        """The system, both pairs; each process its own, one worker each."""
        ports, home = self.ports, self.home
        self._nginx("the system", nginx.system(home / "system", ports.upstream, traffic.answer()), ports.upstream)
        self._second_proxy(1)
        self.proxies.append(self._nginx("the first proxy", nginx.first(home / "nginx", ports), ports.proxy))
        self.office = nodes.Office(home / "terpadu", ports, self.asked.build)
        self.headers = traffic.headers(self.office.token)
        self.stack.enter_context(self.office.registry())
        for number in (1, 0):
            self.nodes.append(self.stack.enter_context(self.office.node(number)))

    def _nginx(self, name: str, command: Sequence[str], port: int) -> Process:
        log = self.home / f"{name.replace(' ', '-')}.log"
        return self.stack.enter_context(running(f"nginx ({name})", command, log, port))

    def _second_proxy(self, number: int) -> None:
        command = nginx.second(self.home / "nginx", self.ports, number)
        self.proxies.append(self._nginx(f"second proxy {number}", command, self.ports.second_proxy(number)))

    def _start_seven_more(self) -> None:
        for number in range(2, nodes.PEERS + 1):
            self._second_proxy(number)
            self.nodes.append(self.stack.enter_context(self.office.node(number)))

    def _check_first(self, services: Sequence[str] = ("x1", nodes.STRICT)) -> None:
        checks.check_mutual_tls(self.ports.second_proxy(1), self.home / "nginx" / "ca.pem")
        for service in services:
            self._check("terpadu", self.ports.door, service, cut=True)
            self.counted += ASKED_FIRST
            if service != nodes.STRICT:
                self._check("nginx", self.ports.proxy, service, cut=False)

    def _check(self, name: str, port: int, service: str, cut: bool) -> None:
        checks.check_answers(name, port, service, self.headers, cut, ASKED_FIRST)

    def _contestant(self, name: str, port: int, services: Sequence[str]) -> Contestant:
        file = self.home / f"{name}-{len(services)}.lua"
        script = load.asking(file, self.home / "questions.jsonl", services, self.headers)
        return Contestant(name, port, script, tuple(self.proxies if name == "nginx" else self.nodes))

    def _profile(self) -> None:
        one = self._contestant("terpadu", self.ports.door, ["x1"])
        watched = dict(zip(("answering", "asking"), self.nodes, strict=True))
        profiling.profile(one, watched, self.asked.connections[0], self.asked.profile_seconds, self.home)

    def _measure(self) -> dict[str, Any]:
        ports, eight = self.ports, [f"x{number}" for number in range(1, nodes.PEERS + 1)]
        print("towards 1 peer", flush=True)
        one = self._levels(
            [
                self._contestant("terpadu", ports.door, ["x1"]),
                self._contestant("strict", ports.door, [nodes.STRICT]),
                self._contestant("nginx", ports.proxy, ["x1"]),
            ]
        )
        rss = round(sum(node.rss() for node in self.nodes), 1)
        large = self._bulk()
        many: dict[int, Level] = {}
        if 8 in self.asked.peers:
            print("towards 8 peers", flush=True)
            self._start_seven_more()
            self._check_first(eight)
            pair = (("terpadu", ports.door), ("nginx", ports.proxy))
            many = self._levels([self._contestant(name, port, eight) for name, port in pair])
        return {**told.figures(one, many), "rss_mib": rss, **large}

    def _levels(self, contestants: Sequence[Contestant]) -> dict[int, Level]:
        levels = {}
        for connections in self.asked.connections:
            level = rounds.measure(contestants, connections, self.asked.rounds, self.asked.seconds, tell)
            self.counted += sum(level.requests(one.name) for one in contestants if one.name != "nginx")
            levels[connections] = level
        return levels

    def _bulk(self) -> dict[str, Any]:
        if not self.asked.bulk:
            return {"bulk_ratio": None, "bulk": {"not_measured": "left out"}}
        print("large bodies, 10 MiB", flush=True)
        return bulk.bulk(self.home, self.ports, self.headers, self.nodes, self.proxies, self.asked.rounds, tell)

    def _answered(self) -> dict[str, int]:
        """What all answering nodes recorded."""
        held = [checks.messages(self.office.journal(number)) for number in range(1, nodes.PEERS + 1)]
        return {way: sum(one[way] for one in held) for way in ("in", "out")}

    def _growth(self) -> list[list[float]]:
        print(f"growth: {self.asked.records:,} records", flush=True)
        (self.home / "growth").mkdir()
        points = asyncio.run(growth(self.home / "growth", self.asked.records)) if self.asked.records else []
        return [[entries, round(cost, 1)] for entries, cost in points]


def tell(line: str) -> None:
    """A line of progress."""
    print("  " + line, flush=True)


def main() -> int:
    """Run, and leave nothing behind, also on Ctrl-C."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    bench = Bench(read_arguments())
    try:
        return bench.run()
    except Unfit as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped; every process of this run has ended.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
