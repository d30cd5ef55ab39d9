"""Who may import whom, and the few doors through which everything must go."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ROOT / "src" / "terpadu"
ROOMS = ("portal", "registry", "governance", "cases", "services", "identity", "pages", "facts")
"""Rooms above the node: they reach agencies through the node's client, like every system."""
ELSEWHERE = {
    "src/terpadu/registry/office.py": "writes what the federation's holders sign: docs/decisions/0018",
    "src/terpadu/identity/consent/rules.py": "the form of a receipt is policy's",
    "src/terpadu/identity/consent/publishing.py": "tells the registry of a withdrawal",
    "src/terpadu/governance/gate/drafting.py": "writes a draft from uploaded text; asks nobody",
    "src/terpadu/identity/openid/logout.py": "tells a relying party that a person left",
}
"""Files that reach something which is no agency, and why."""


def sources(folder: Path) -> Iterator[tuple[str, ast.Module]]:
    """Every Python file below a folder with its tree; the name is relative to the repository."""
    for path in sorted(folder.rglob("*.py")):
        yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def imported(tree: ast.AST) -> set[str]:
    """The whole names of all modules that a file imports, late ones too."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def makers(kind: str, *folders: Path) -> set[str]:
    """Files in which a type is called."""
    return {
        name
        for folder in folders
        for name, tree in sources(folder)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == kind
    }


def test_the_import_contracts_of_the_map_hold() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=110,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("room", ROOMS)
def test_rooms_reach_agencies_through_the_nodes_client_only(room: str) -> None:
    rooms_of_the_node = ("terpadu.connectors", "terpadu.journal", "terpadu.trust", "terpadu.policy")
    forbidden = (*rooms_of_the_node, "socket", "http.client", "urllib.request")
    for name, tree in sources(PRODUCT / room):
        if name in ELSEWHERE:
            continue
        modules = imported(tree)
        exchange = {module for module in modules if module.startswith("terpadu.exchange")}
        assert all(module.startswith("terpadu.exchange.client") for module in exchange), name
        assert not [
            module for module in modules if module.startswith(forbidden)
        ], name


@pytest.mark.parametrize(
    ("kind", "only"),
    [
        ("Admitted", {"src/terpadu/policy/admit.py"}),
        ("Durable", {"src/terpadu/journal/journal.py"}),
    ],
)
def test_each_stage_that_proves_a_step_is_made_at_that_step_only(kind: str, only: set[str]) -> None:
    assert makers(kind, PRODUCT) == only


@pytest.mark.parametrize("folder", ["contoh", "verify"])
def test_stand_ins_and_the_second_verifier_know_nothing_of_the_product(folder: str) -> None:
    for name, tree in sources(ROOT / folder):
        others = {module.split(".")[0] for module in imported(tree)}
        assert not others & {"terpadu", "demo", "tests", "bench"}, name


def test_the_product_knows_nothing_of_what_surrounds_it() -> None:
    for name, tree in sources(PRODUCT):
        others = {module.split(".")[0] for module in imported(tree)}
        assert not others & {"contoh", "demo", "tests", "bench", "verify", "pytest"}, name


def test_the_second_verifier_needs_the_standard_library_and_cryptography_alone() -> None:
    tree = ast.parse((ROOT / "verify" / "verify.py").read_text(encoding="utf-8"))
    roots = {module.split(".")[0] for module in imported(tree)}
    assert roots - set(sys.stdlib_module_names) == {"cryptography"}


def test_relative_imports_do_not_hide_arrows() -> None:
    for name, tree in sources(PRODUCT):
        assert not [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.level], name
