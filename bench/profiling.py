"""Where the time goes: py-spy watches the asking and the answering node while connections load them.

Python's share comes from py-spy, the shares of kernel, interpreter and libraries from perf where the machine has it; one
after the other, since watching costs.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.load import window
from bench.machine import Unfit
from bench.processes import Process
from bench.rounds import Contestant

RATE = 250
"""Samples a second."""
MOST = 25
_RECORD = ("record", "--threads", "--rate", str(RATE), "--format", "raw")
_PERF = ("perf", "record", "-q", "-F", "499")
_WAITING = ("_next  terpadu/journal/writer.py", "_worker  concurrent/futures/thread.py")
"""Threads that wait for work look busy to py-spy."""
_PLACE = re.compile(r"^(?P<function>.+) \((?P<file>.+?)(?::(?P<line>\d+))?\)$")

Stacks = list[tuple[list[str], int]]


def check_profiler() -> str:
    """py-spy of this environment. Raises `Unfit`."""
    found = shutil.which("py-spy", path=str(Path(sys.executable).parent)) or shutil.which("py-spy")
    if found is None:
        raise Unfit("Expected py-spy in this environment; run `pip install py-spy` in it and try again.")
    return found


def profile(one: Contestant, nodes: Mapping[str, Process], connections: int, seconds: int, home: Path) -> None:
    """Print the tables of both nodes."""
    spy = check_profiler()
    _tell_cpu(one, nodes, connections, seconds)
    commands = {
        name: [spy, *_RECORD, "-p", str(node.child.pid), "-d", str(seconds), "-o", str(home / f"{name}.stacks")]
        for name, node in nodes.items()
    }
    _watch(one, connections, seconds, commands)
    for name in nodes:
        _print_tables(name, _read(home / f"{name}.stacks"))
    if shutil.which("perf"):
        _shares(one, nodes, connections, seconds, home)


def _tell_cpu(one: Contestant, nodes: Mapping[str, Process], connections: int, seconds: int) -> None:
    """What an exchange costs each node in CPU: steadier than any rate on a machine that others use too."""
    before = {name: node.cpu() for name, node in nodes.items()}
    plain = window(one.port, one.script, connections, seconds)
    print(f"{connections} connections, unwatched: {plain.rate:,.0f}/s, p50 {plain.p50:.2f} ms; CPU an exchange:")
    for name, node in nodes.items():
        print(f"  {name:>10} {(node.cpu() - before[name]) / plain.requests * 1e6:6.0f} us")


def _watch(one: Contestant, connections: int, seconds: int, commands: Mapping[str, Sequence[str]]) -> None:
    watching = {
        name: subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        for name, command in commands.items()
    }
    seen = window(one.port, one.script, connections, seconds + 1)
    print(f"{connections} connections, watched: {seen.rate:,.0f}/s, p50 {seen.p50:.2f} ms\n")
    for name, watcher in watching.items():
        said = watcher.communicate(timeout=60)[1]
        if watcher.returncode:
            raise Unfit(f"Expected {commands[name][0]} to watch the {name} node; it said: {said.strip()[-300:]}")


def _read(file: Path) -> Stacks:
    """Stacks, the thread first, and how often each was seen; waiting threads are left out."""
    found = []
    for line in file.read_text().splitlines():
        frames, _, count = line.rpartition(" ")
        stack = frames.split(";")
        if not _function(stack[-1]).endswith(_WAITING):
            found.append((stack, int(count)))
    return found


def _print_tables(name: str, stacks: Stacks) -> None:
    loop = [(_below_loop(frames), count) for frames, count in stacks if "MainThread" in frames[0]]
    total, busy = sum(count for _, count in stacks), sum(count for _, count in loop)
    print(f"{name}: the loop's thread has {100 * busy / total:.0f} % of all samples; shares below are of the loop's")
    own: Counter[str] = Counter()
    lines: Counter[str] = Counter()
    within: Counter[str] = Counter()
    for frames, count in loop:
        own[_function(frames[-1])] += count
        lines[_line(frames[-1])] += count
        within.update({function: count for function in {_function(frame) for frame in frames}})
    _table(f"{name}: the function itself (with the C that it calls)", own, busy)
    _table(f"{name}: the line itself", lines, busy)
    _table(f"{name}: the function with all below it", within, busy)


def _below_loop(frames: list[str]) -> list[str]:
    at = [number for number, frame in enumerate(frames) if "uvloop" in frame or "asyncio/runners" in frame]
    return frames[at[-1] :] if at else frames


def _table(title: str, counted: Counter[str], total: int) -> None:
    print(title)
    for place, count in counted.most_common(MOST):
        print(f"  {100 * count / max(1, total):5.1f} %  {place}")
    print()


def _function(frame: str) -> str:
    found = _PLACE.match(frame)
    return f"{found['function']}  {_short(found['file'])}" if found else frame


def _line(frame: str) -> str:
    found = _PLACE.match(frame)
    return f"{_short(found['file'])}:{found['line']}  {found['function']}" if found else frame


def _short(file: str) -> str:
    return re.sub(r"^.*/(?=terpadu/|python3)", "", file)


def _shares(one: Contestant, nodes: Mapping[str, Process], connections: int, seconds: int, home: Path) -> None:
    """Kernel, interpreter, libraries; then the single symbols."""
    commands = {
        name: [*_PERF, "-p", str(node.child.pid), "-o", str(home / f"{name}.perf"), "--", "sleep", str(seconds)]
        for name, node in nodes.items()
    }
    _watch(one, connections, seconds, commands)
    for name in nodes:
        for keys, most in (("dso", 10), ("dso,symbol", MOST)):
            command = ["perf", "report", "-q", "--stdio", "--sort", keys, "-i", str(home / f"{name}.perf")]
            said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
            print(f"{name}, all threads, CPU by {keys}")
            print("\n".join([line.rstrip(" -") for line in said.splitlines() if line.strip()][:most]) + "\n")
