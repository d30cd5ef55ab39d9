"""The form of the house: small files, small functions, words for every module, codes that are all used."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

from terpadu.errors import CODES
from tests.architecture.test_arrows import PRODUCT, ROOT, sources

FILE_LINES, FUNCTION_LINES = 300, 40
OVERDUE: set[str] = set()
"""Files that are still too long. A file that has been split must leave this list."""


def _committed() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def test_files_are_small() -> None:
    long = {
        path.relative_to(ROOT).as_posix()
        for folder in (PRODUCT, ROOT / "verify", ROOT / "demo", ROOT / "contoh")
        for path in folder.rglob("*.py")
        if len(path.read_text(encoding="utf-8").splitlines()) > FILE_LINES
    }
    assert long == OVERDUE


def test_functions_are_small() -> None:
    long = [
        f"{name}:{node.lineno} {node.name}"
        for folder in (PRODUCT, ROOT / "verify", ROOT / "demo")
        for name, tree in sources(folder)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if (node.end_lineno or 0) - node.lineno >= FUNCTION_LINES
    ]
    assert long == []


@pytest.mark.parametrize("folder", ["src", "contoh", "demo", "verify", "tools", "bench", "tests"])
def test_every_module_says_what_it_is(folder: str) -> None:
    silent = [
        name
        for name, tree in sources(ROOT / folder)
        if tree.body and ast.get_docstring(tree) is None and not _speaks_for_itself(Path(name))
    ]
    assert silent == []


def _speaks_for_itself(path: Path) -> bool:
    """A room's table of addresses, its one line for Django, and what a tool wrote."""
    return path.name.endswith("urls.py") or path.name == "apps.py" or path.parent.name == "migrations"


def _strings_of_the_product() -> set[str]:
    return {
        node.value
        for name, tree in sources(PRODUCT)
        if name != "src/terpadu/errors.py"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_every_code_of_the_table_is_used_somewhere() -> None:
    assert set(CODES) - _strings_of_the_product() == set()


def test_every_code_that_is_raised_stands_in_the_table() -> None:
    raised = [
        (f"{name}:{node.lineno}", node.args[0].value)
        for name, tree in sources(PRODUCT)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "Refused"
        if isinstance(node.args[0], ast.Constant)
    ]
    assert len(raised) > 100
    assert [(place, code) for place, code in raised if code not in CODES] == []


def test_no_file_names_a_registrys_host_or_a_place_of_one_machine() -> None:
    hosts = ("py" + "pi.org", "python" + "hosted.org", "registry.npm" + "js.org", "proxy.go" + "lang.org")
    places = ("/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/", "/var/t" + "mp", "/opt/py" + "pi")
    named = re.compile("|".join((*map(re.escape, hosts), *(rf"(?<![\w}}]){place}" for place in places))).encode())
    found = [path.relative_to(ROOT).as_posix() for path in _committed() if named.search(path.read_bytes())]
    assert found == []


@pytest.mark.parametrize("name", ["node", "demo", "dev"])
def test_every_line_of_a_lock_file_is_pinned_and_has_its_hashes(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    assert len(lines) > 15
    assert [line for line in lines if not re.match(r"[a-z0-9.-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", line)] == []


def test_the_lock_files_hold_all_that_the_project_asks_for() -> None:
    wanted = re.search(r"^dependencies = \[(.*?)\]\n", (ROOT / "pyproject.toml").read_text(), re.S | re.M)
    assert wanted is not None
    asked = set(re.findall(r'"([a-z0-9-]+)', wanted[1]))
    written = {line.split("[")[0] for line in (ROOT / "requirements" / "node.in").read_text().split() if line.isascii()}
    assert asked <= written
