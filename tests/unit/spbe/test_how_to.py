"""The page that shows how to score: each of its commands is run, each answer that it shows must come, in order."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/how-to/score-an-spbe-assessment.md").read_text(encoding="utf-8")
STEPS = re.findall(r"^```sh\n(.*?)^```\n+^```text\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the page names, so that nothing is written into the tree."""
    folder = tmp_path_factory.mktemp("halaman")
    shutil.copytree(ROOT / "demo/spbe", folder / "demo/spbe")
    shutil.copytree(ROOT / "src/terpadu/spbe/instruments", folder / "src/terpadu/spbe/instruments")
    return folder


def test_every_command_of_the_page_has_its_answer() -> None:
    assert len(STEPS) == PAGE.count("```sh") == 7


@pytest.mark.parametrize(("commands", "shown"), STEPS, ids=[step[0].splitlines()[-1] for step in STEPS])
def test_what_the_page_shows_comes(place: Path, commands: str, shown: str) -> None:
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", f"exec 2>&1\n{commands}"],
        cwd=place, env={**os.environ, "PATH": path, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    left = iter(done.stdout.splitlines())
    for line in shown.splitlines():
        wanted = re.compile(".*".join(map(re.escape, line.split("…"))))
        assert any(wanted.fullmatch(one) for one in left), f"{line!r} does not come in:\n{done.stdout}"


def test_the_python_of_the_page_runs() -> None:
    (code,) = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    known: dict[str, object] = {}
    exec(code, known)  # noqa: S102  the page's own lines are what is tried
    assert known["found"].missing == tuple(range(3, 48))  # type: ignore[attr-defined]
