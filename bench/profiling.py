"""Where the time goes: py-spy looks at the asking and the answering node while 64 connections load them."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

from bench.load import window
from bench.machine import Unfit
from bench.processes import Process
from bench.rounds import Contestant

RATE = 400
"""Samples a second; only samples in which the process was not idle are counted."""
MOST = 25
_RECORD = ("record", "--rate", str(RATE), "--format", "raw")

_PLACE = re.compile(r"^(?P<function>.+) \((?P<file>.+?)(?::(?P<line>\d+))?\)$")


def check_profiler() -> str:
    """py-spy of this environment. Raises `Unfit`."""
    found = shutil.which("py-spy", path=str(Path(sys.executable).parent)) or shutil.which("py-spy")
    if found is None:
        raise Unfit("Expected py-spy in this environment; run `pip install py-spy` in it and try again.")
    return found


def profile(one: Contestant, nodes: dict[str, Process], connections: int, seconds: int, home: Path) -> None:
    """Print the tables of both nodes."""
    spy = check_profiler()
    window(one.port, one.script, connections, 2)
    watching = {
        name: subprocess.Popen(
            [spy, *_RECORD, "--pid", str(node.child.pid), "-d", str(seconds), "-o", str(home / f"{name}.stacks")],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name, node in nodes.items()
    }
    seen = window(one.port, one.script, connections, seconds + 1)
    print(f"{one.name}, {connections} connections, watched: {seen.rate:,.0f}/s, p50 {seen.p50:.2f} ms\n")
    for name, spying in watching.items():
        said = spying.communicate(timeout=60)[1]
        stacks = home / f"{name}.stacks"
        if spying.returncode or not stacks.exists():
            raise Unfit(f"Expected py-spy to watch the {name} node; it said: {said.strip()[-300:]}")
        _print_tables(name, _read(stacks))


def _read(file: Path) -> list[tuple[list[str], int]]:
    """Stacks, the loop's frame first, and how often each was seen."""
    found = []
    for line in file.read_text().splitlines():
        frames, _, count = line.rpartition(" ")
        found.append((frames.split(";"), int(count)))
    return found


def _print_tables(name: str, stacks: list[tuple[list[str], int]]) -> None:
    own: Counter[str] = Counter()
    lines: Counter[str] = Counter()
    within: Counter[str] = Counter()
    for frames, count in stacks:
        own[_function(frames[-1])] += count
        lines[_line(frames[-1])] += count
        for function in {_function(frame) for frame in frames}:
            within[function] += count
    total = sum(count for _, count in stacks)
    _table(f"{name}: the function itself (with the C that it calls)", own, total)
    _table(f"{name}: the line itself", lines, total)
    _table(f"{name}: the function with all below it", within, total)


def _table(title: str, counted: Counter[str], total: int) -> None:
    print(title)
    for place, count in counted.most_common(MOST):
        print(f"  {100 * count / total:5.1f} %  {place}")
    print()


def _function(frame: str) -> str:
    found = _PLACE.match(frame)
    return f"{found['function']}  {_short(found['file'])}" if found else frame


def _line(frame: str) -> str:
    found = _PLACE.match(frame)
    return f"{_short(found['file'])}:{found['line']}  {found['function']}" if found else frame


def _short(file: str) -> str:
    return re.sub(r"^.*/(?=terpadu/|python3)", "", file)
