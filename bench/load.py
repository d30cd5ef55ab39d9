"""One window of load: wrk with one thread, closed loop, requests about a thousand persons, spread over the peers."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from bench import traffic
from bench.machine import Unfit, program

_DONE = """\
function done(summary, latency)
  local e = summary.errors
  io.write(string.format(
    '\\n#{"requests":%d,"microseconds":%d,"bytes":%d,"p50":%d,"p99":%d,"failures":%d}\\n',
    summary.requests, summary.duration, summary.bytes, latency:percentile(50), latency:percentile(99),
    e.connect + e.read + e.write + e.status + e.timeout))
end
"""

_ASK = """\
local made, at = {}, 0
function init(args)
  for line in io.lines(QUESTIONS) do
    local path = PATHS[#made % #PATHS + 1]
    made[#made + 1] = wrk.format("POST", path, HEADERS, line)
  end
end
function request()
  at = at % #made + 1
  return made[at]
end
"""

_FETCH = """\
function request()
  return wrk.format("GET", PATHS[1], HEADERS)
end
"""


class Window(NamedTuple):
    """What wrk saw. Latencies in milliseconds. A failure is a broken connection, a time-out or a status over 399."""

    requests: int
    seconds: float
    bytes: int
    p50: float
    p99: float
    failures: int

    @property
    def rate(self) -> float:
        """Answered requests a second."""
        return self.requests / self.seconds


def write_questions(file: Path) -> None:
    """A request body a line."""
    file.write_text("".join(traffic.question(person) + "\n" for person in range(traffic.PERSONS)))


def asking(file: Path, questions: Path, services: Sequence[str], headers: dict[str, str]) -> Path:
    """The script that asks these services in turn."""
    names = f'QUESTIONS = "{questions}"\n'
    return _script(file, names + _ASK, [traffic.path(service) for service in services], headers)


def fetching(file: Path, path: str, headers: dict[str, str]) -> Path:
    """The script that fetches one path."""
    return _script(file, _FETCH, [path], headers)


def _script(file: Path, what: str, paths: Sequence[str], headers: dict[str, str]) -> Path:
    listed = ", ".join(f'"{path}"' for path in paths)
    named = ", ".join(f'["{name}"] = "{value}"' for name, value in headers.items())
    file.write_text(f"PATHS = {{{listed}}}\nHEADERS = {{{named}}}\n{what}{_DONE}")
    return file


def window(port: int, script: Path, connections: int, seconds: float) -> Window:
    """Load one door. Raises `Unfit` where wrk itself fails."""
    whole = max(1, round(seconds))
    command = [program("wrk"), "-t1", f"-c{connections}", f"-d{whole}s", "--timeout", "10s", "-s", str(script)]
    done = subprocess.run(
        [*command, f"http://127.0.0.1:{port}"], capture_output=True, text=True, timeout=whole + 30, check=False
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith("#{")]
    if done.returncode or not lines:
        raise Unfit(f"Expected figures from wrk; it said: {(done.stdout + done.stderr).strip()[-300:]}")
    said = json.loads(lines[-1][1:])
    return Window(
        requests=said["requests"],
        seconds=said["microseconds"] / 1e6,
        bytes=said["bytes"],
        p50=said["p50"] / 1000,
        p99=said["p99"] / 1000,
        failures=said["failures"],
    )
