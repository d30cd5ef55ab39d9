"""The tutorial, from its first command to its last, on ports of its own: each block is run, each answer shown must come."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.lib.two_nodes import free_port

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/tutorial/connect-your-system-in-an-hour.md"
PORTS = ("9500", "9511", "9512", "9521", "9522")
MARK = "==== block "
SECONDS = 220
_BLOCK = re.compile(r"^```(sh|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Step(NamedTuple):
    """A block of commands, and the lines that the page shows as their answer."""

    commands: str
    shown: list[str]


def steps(page: str) -> list[Step]:
    """The page's blocks in order."""
    found: list[Step] = []
    for kind, text in _BLOCK.findall(page):
        if kind == "sh":
            found.append(Step(text, []))
        else:
            found[-1].shown.extend(text.splitlines())
    return found


def script(found: list[Step], place: Path) -> str:
    """All commands as one script that ends at the first that fails. The environment stands: a test runs in it."""
    blocks = [f"echo; echo '{MARK}{number}'\n{step.commands}" for number, step in enumerate(found)]
    text = "set -eu -o pipefail\nmake() { :; }\n" + "\n".join(blocks)
    ports = {port: str(free_port()) for port in PORTS}
    text = re.sub("|".join(PORTS), lambda found: ports[found[0]], text)
    return text.replace("build/tutorial", str(place))


def said(text: str) -> list[list[str]]:
    """The lines of each block's output."""
    return [block.splitlines()[1:] for block in text.split(MARK)[1:]]


def missing(shown: list[str], lines: list[str]) -> str:
    """The first shown line that does not come, in order; `…` stands for anything."""
    left = iter(lines)
    for line in shown:
        wanted = re.compile(".*".join(map(re.escape, line.split("…"))))
        if not any(wanted.fullmatch(one) for one in left):
            return line
    return ""


def run(text: str) -> tuple[int, str]:
    """Exit status and output of a script, in a session of its own that ends with it."""
    process = subprocess.Popen(
        ["bash", "-c", text],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(timeout=SECONDS)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    return process.returncode, output


@pytest.mark.skipif(shutil.which("curl") is None, reason="the page needs curl: apt-get install curl")
@pytest.mark.timeout(SECONDS + 20)
def test_the_tutorial_works_as_it_stands(tmp_path: Path) -> None:
    found = steps(PAGE.read_text(encoding="utf-8"))
    status, output = run(script(found, tmp_path / "tutorial"))
    assert status == 0, output[-3000:]
    for number, (step, lines) in enumerate(zip(found, said(output), strict=True)):
        line = missing(step.shown, lines)
        assert not line, f"block {number} should say {line!r}; it said:\n" + "\n".join(lines)


def test_a_line_that_does_not_come_is_noticed() -> None:
    assert missing(["a …", "c"], ["x", "a b", "c"]) == ""
    assert missing(["c", "a …"], ["a b", "c"]) == "a …"
    assert missing(["PROVEN"], ["NOT PROVEN"]) == "PROVEN"
