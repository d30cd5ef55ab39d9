"""The wheel: the product and nothing else, installed in an environment of its own, without test switches."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from tests.architecture.test_arrows import ROOT

PASS_A_POINT = "from terpadu import crash; crash.point('p5'); print('alive', crash.__file__)"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built by hatchling from this tree, with no network and no environment of its own."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode == 0, done.stderr
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` of a fresh environment that holds the wheel; its dependencies lie in the one that runs this."""
    home = tmp_path_factory.mktemp("fresh")
    venv.create(home, with_pip=True)
    pip = [str(home / "bin" / "python"), "-m", "pip", "install", "-q", "--no-index", "--no-deps", str(wheel)]
    done = subprocess.run(pip, capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode == 0, done.stderr
    site = next(home.glob("lib/python*/site-packages"))
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return home / "bin"


def _run(*command: str, at: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        command, cwd=at, env={**clean, **environment}, capture_output=True, text=True, check=False, timeout=60
    )


def test_it_holds_the_product_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names} == {"terpadu", f"{'-'.join(wheel.name.split('-')[:2])}.dist-info"}
    assert "terpadu/py.typed" in names
    assert "terpadu/facts/vocabulary/kependudukan.toml" in names
    assert not [name for name in names if "_test_build" in name or "__pycache__" in name]


def test_every_source_file_but_the_test_builds_mark_is_in_it(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    listed = _run("git", "ls-files", "src/terpadu", at=ROOT).stdout.split()
    missing = {name.removeprefix("src/") for name in listed if (ROOT / name).exists()} - names
    assert missing == {"terpadu/_test_build.py"}


def test_installed_it_runs_its_command(installed: Path, tmp_path: Path) -> None:
    done = _run(str(installed / "terpadu"), "--help", at=tmp_path)
    assert done.returncode == 0, done.stderr
    assert all(word in done.stdout for word in ("node", "federation", "verify", "journal", "connect"))


def test_installed_it_reads_its_vocabulary(installed: Path, tmp_path: Path) -> None:
    code = "from terpadu.facts import vocabulary as v; import terpadu; print(len(v.load().facts), terpadu.__file__)"
    count, place = _run(str(installed / "python"), "-c", code, at=tmp_path).stdout.split()
    assert int(count) > 20
    assert Path(place).is_relative_to(installed.parent)


def test_installed_it_scores_assessments_by_its_instruments(installed: Path, tmp_path: Path) -> None:
    done = _run(str(installed / "terpadu"), "spbe", "score", str(ROOT / "demo/spbe/penilaian.csv"), at=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "3,03    Baik" in done.stdout
    code = "from terpadu.spbe import centre, regions; print(len(regions.regions()), len(centre.lists()))"
    assert _run(str(installed / "python"), "-c", code, at=tmp_path).stdout.split() == ["552", "2"]


def test_installed_it_ignores_crash_points_which_a_test_build_obeys(installed: Path, tmp_path: Path) -> None:
    done = _run(str(installed / "python"), "-c", PASS_A_POINT, at=tmp_path, TERPADU_CRASH_AT="p5")
    assert done.returncode == 0
    assert done.stdout.startswith(f"alive {installed.parent}")
    armed = _run(sys.executable, "-c", PASS_A_POINT, at=ROOT, PYTHONPATH=str(ROOT / "src"), TERPADU_CRASH_AT="p5")
    assert armed.returncode == -signal.SIGKILL
