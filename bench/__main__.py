"""`python -m bench`: Terpadu's two nodes against nginx as two chained proxies, in alternating rounds of one run."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import shutil
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench import bulk, checks, load, machine, nginx, nodes, profiling, rounds, told, traffic
from bench.growth import growth
from bench.machine import Ports, Unfit
from bench.picture import draw
from bench.processes import Process, running
from bench.rounds import Contestant, Level

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / "build" / "bench"
PICTURE = ROOT / "docs" / "reference" / "bench.png"
ASKED_FIRST = 40
BULK_SECONDS, START_SECONDS, MICROSECONDS_A_RECORD = 10, 20, 90
"""Guesses for the plan that is printed: large bodies without their rounds, starting and checking, growth."""


class Bench:
    """One run: its settings, its directory, what runs at the moment."""

    def __init__(self, asked: argparse.Namespace) -> None:
        self.asked = asked
        self.ports = Ports(asked.port)
        self.home = HOME / "run"
        self.stack = contextlib.ExitStack()
        self.counted = 0

    def run(self) -> int:
        """The whole story; 1 where a figure must not be believed."""
        print(f"This run takes about {self._planned() / 60:.0f} minutes: {self._described()}", flush=True)
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
        report["machine"] = machine.described()
        print("\n" + told.table(report))
        told.write(report, HOME / "report.json")
        if self.asked.picture:
            draw(report, PICTURE)
        return 1 if report["failures"] else 0

    def _planned(self) -> float:
        asked = self.asked
        if asked.profile:
            return START_SECONDS + 2 * (asked.profile_seconds + 5)
        one = rounds.seconds_of(3, len(asked.connections), asked.rounds, asked.seconds)
        eight = rounds.seconds_of(2, len(asked.connections), asked.rounds, asked.seconds) if 8 in asked.peers else 0
        large = BULK_SECONDS + rounds.seconds_of(2, 1, asked.rounds, 3) if asked.bulk else 0
        return START_SECONDS + one + eight + large + asked.records * MICROSECONDS_A_RECORD / 1e6

    def _described(self) -> str:
        if self.asked.profile:
            return "a profile, no comparison."
        asked = self.asked
        return (
            f"{asked.rounds} rounds of {asked.seconds} s at {asked.connections} connections towards {asked.peers} peers, "
            f"{'large bodies, ' if asked.bulk else ''}{asked.records:,} records."
        )

    def _prepare(self) -> None:
        limit = self.asked.most_minutes
        if self._planned() > limit * 60:
            raise Unfit(f"Expected a run of at most {limit:g} minutes; ask for fewer rounds or set --most-minutes.")
        machine.check_programs()
        machine.check_ports(self.ports)
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
        self._nginx("second proxy 1", nginx.second(home / "nginx", ports, 1), ports.second_proxy(1))
        self._nginx("the first proxy", nginx.first(home / "nginx", ports), ports.proxy)
        self.office = nodes.Office(home / "terpadu", ports)
        self.headers = traffic.headers(self.office.token)
        self.stack.enter_context(self.office.registry())
        self.answering = self.stack.enter_context(self.office.node(1))
        self.asking = self.stack.enter_context(self.office.node(0))

    def _nginx(self, name: str, command: Sequence[str], port: int) -> None:
        log = self.home / f"{name.replace(' ', '-')}.log"
        self.stack.enter_context(running(f"nginx ({name})", command, log, port))

    def _start_seven_more(self) -> None:
        for number in range(2, nodes.PEERS + 1):
            command = nginx.second(self.home / "nginx", self.ports, number)
            self._nginx(f"second proxy {number}", command, self.ports.second_proxy(number))
            self.stack.enter_context(self.office.node(number))

    def _check_first(self, services: Sequence[str] = ("x1", nodes.STRICT)) -> None:
        for service in services:
            self._check("terpadu", self.ports.door, service, cut=True)
            self.counted += ASKED_FIRST
            if service != nodes.STRICT:
                self._check("nginx", self.ports.proxy, service, cut=False)

    def _check(self, name: str, port: int, service: str, cut: bool) -> None:
        checks.check_answers(name, port, service, self.headers, cut, ASKED_FIRST)

    def _contestant(self, name: str, port: int, services: Sequence[str]) -> Contestant:
        file = self.home / f"{name}-{len(services)}.lua"
        return Contestant(name, port, load.asking(file, self.home / "questions.jsonl", services, self.headers))

    def _profile(self) -> None:
        one = self._contestant("terpadu", self.ports.door, ["x1"])
        watched = {"asking": self.asking, "answering": self.answering}
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
        rss = round(sum(node.rss() for node in self._both()), 1)
        large = self._bulk()
        many: dict[int, Level] = {}
        if 8 in self.asked.peers:
            print("towards 8 peers", flush=True)
            self._start_seven_more()
            self._check_first(eight)
            pair = (("terpadu", ports.door), ("nginx", ports.proxy))
            many = self._levels([self._contestant(name, port, eight) for name, port in pair])
        return {**told.figures(one, many), "rss_mib": rss, **large}

    def _both(self) -> tuple[Process, Process]:
        return self.asking, self.answering

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
        return bulk.bulk(self.home, self.ports, self.headers, self._both(), self.asked.rounds, tell)

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


def read_arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    """What is to be measured."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--connections", type=_numbers, default=[1, 16, 64, 256, 512], help="a list, by commas")
    parser.add_argument("--peers", type=_numbers, default=[1, 8], help="1 or 1,8")
    parser.add_argument("--rounds", type=int, default=5, help="windows of each at every level")
    parser.add_argument("--seconds", type=int, default=3, help="length of a window")
    parser.add_argument("--records", type=int, default=1_000_000, help="records of the growth curve; 0 leaves it out")
    parser.add_argument("--no-bulk", dest="bulk", action="store_false", help="leave the large bodies out")
    parser.add_argument("--no-picture", dest="picture", action="store_false", help="leave the picture as it is")
    parser.add_argument("--port", type=int, default=18_200, help="the first of 40 ports on 127.0.0.1")
    parser.add_argument("--most-minutes", type=float, default=12, help="refuse a longer run")
    parser.add_argument("--profile", action="store_true", help="say where the time goes (py-spy), at 64 connections")
    parser.add_argument("--profile-seconds", type=int, default=8)
    asked = parser.parse_args(given)
    if asked.profile and len(asked.connections) > 1:
        asked.connections = [64]
    return asked


def _numbers(text: str) -> list[int]:
    return [int(piece) for piece in text.split(",")]


def main() -> int:
    """Run, and leave nothing behind, also on Ctrl-C."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    bench = Bench(read_arguments())
    try:
        return bench.run()
    except Unfit as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped; every process of this run has ended.", file=sys.stderr)
        return 130
    finally:
        shutil.rmtree(bench.home, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
