"""The documents against what they speak of: links, files, functions, tests, commands, settings, versions."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

from terpadu.cli.app import app
from tools import print_reference

ROOT = Path(__file__).parents[2]
PRODUCT = ROOT / "src/terpadu"
PAGES = sorted(
    ROOT / name
    for name in subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    if (ROOT / name).is_file()
)
COMMANDS = dict(print_reference.leaves(get_command(app)))
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"`([^`\n]+)`")
_FENCE = re.compile(r"^```[a-z]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"([\w.][\w./-]*\.(?:py|toml|json|md|svg|png))(?::([\w.]+))?")
_MADE = ("build/", "DIR/")
"""Where files lie that a run or a command makes."""


def prose(page: Path) -> str:
    """A page without its blocks of code."""
    return _FENCE.sub("", page.read_text(encoding="utf-8"))


def anchor(heading: str) -> str:
    """How a heading is linked to."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def headings(page: Path) -> set[str]:
    """The anchors of a page."""
    return {anchor(line.lstrip("#")) for line in prose(page).splitlines() if line.startswith("#")}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for link in _LINK.findall(prose(page)):
        if link.startswith("https://"):
            continue
        name, _, place = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), f"{link} leads nowhere"
        assert not place or place in headings(target), f"{link}: no such heading"


def mentions() -> Iterator[tuple[Path, str, str]]:
    """Files that pages name in the code's type, with the function behind a colon."""
    for page in PAGES:
        for text in _CODE.findall(prose(page)):
            found = _FILE.fullmatch(text)
            if found and "/" in found[1] and not found[1].startswith(_MADE):
                yield page, found[1], found[2] or ""


def places(page: Path, name: str) -> list[Path]:
    """Where a page may mean a file to be."""
    return [base / name for base in (ROOT, PRODUCT, page.parent) if (base / name).is_file()]


def test_files_and_functions_that_pages_name_are_there() -> None:
    for page, name, inner in mentions():
        found = places(page, name)
        assert found, f"{page.name} names {name}, which is not there"
        assert not inner or any(defines(file, inner) for file in found), f"{page.name}: {name} has no {inner}"


def defines(file: Path, name: str) -> bool:
    """Does it define a function or class of this name?"""
    return (
        re.search(rf"^\s*(?:async )?(?:def|class) {re.escape(name)}\b", file.read_text(encoding="utf-8"), re.MULTILINE)
        is not None
    )


def shown() -> Iterator[tuple[Path, list[str]]]:
    """Every `terpadu …` that a page shows, as words."""
    for page in PAGES:
        text = page.read_text(encoding="utf-8").replace("\\\n", " ")
        blocks = [line.strip() for block in _FENCE.findall(text) for line in block.splitlines()]
        for line in (*blocks, *_CODE.findall(prose(page))):
            if line.startswith("terpadu "):
                yield page, words(line)


def words(line: str) -> list[str]:
    """Until a pipe, a redirection, a comment or an ellipsis."""
    found = []
    for word in shlex.split(line.partition(" #")[0].replace("…", " … "), posix=True):
        if word in ("…", "|", "||", "&&", "&", ">", "2>&1", ";"):
            break
        found.append(word)
    return found


def test_commands_that_pages_show_exist() -> None:
    seen = list(shown())
    assert len(seen) > 50
    for page, line in seen:
        group = " ".join(line)
        if any(name == group or name.startswith(group + " ") for name in COMMANDS):
            continue
        command = next((name for name in COMMANDS if group.startswith(name + " ")), None)
        assert command, f"{page.name} shows {group!r}, which is no command"
        options = {option for one in COMMANDS[command].params for option in one.opts}
        for word in line:
            assert not word.startswith("--") or word in options, f"{page.name}: {command} has no {word}"


def test_targets_that_pages_name_are_in_the_makefile() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for page in PAGES:
        for text in _CODE.findall(prose(page)):
            if found := re.fullmatch(r"make ([a-z-]+)(?: [A-Z]+=\d)?", text):
                assert found[1] in targets, f"{page.name} names make {found[1]}"


def test_pages_that_are_printed_are_not_stale() -> None:
    assert print_reference.stale() == []


def test_every_promise_names_its_file_and_its_test() -> None:
    rows = [
        line.split(" | ")
        for line in (ROOT / "SECURITY.md").read_text(encoding="utf-8").splitlines()
        if "`tests/" in line
    ]
    promises = [row for row in rows if row[0].startswith("| ")]
    assert len(promises) > 30
    for promise, keeper, guard in promises:
        assert (ROOT / keeper.strip("` ")).is_file(), promise
        file, _, name = guard.strip("`| ").partition(":")
        assert defines(ROOT / file, name), promise


def test_numbers_of_attacks_and_faults_are_explained() -> None:
    page = (ROOT / "docs/reference/attacks-and-faults.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| ([ASI]\d+) \|", page, re.MULTILINE))
    named = set()
    for folder in ("src", "tests", "contoh", "bench"):
        for file in (ROOT / folder).rglob("*.py"):
            text = file.read_text(encoding="utf-8")
            for group in re.findall(r"\(([AS]\d+(?:, [AS]\d+)*)\)|(?:attack|fault)s? ([AS]\d+)", text):
                named |= set(re.findall(r"[AS]\d+", " ".join(group)))
    assert len(named) > 20
    assert named <= listed, named - listed


def test_sections_of_the_protocol_that_comments_name_are_there() -> None:
    page = ROOT / "docs/reference/protocol.md"
    text = page.read_text(encoding="utf-8")
    for file in PRODUCT.rglob("*.py"):
        for number, part in re.findall(r'protocol section (\d+)(?:, "([^"]+)")?', file.read_text(encoding="utf-8")):
            assert f"\n## {number}. " in text, f"{file.name} names section {number}"
            assert not part or anchor(part) in headings(page), f"{file.name} names {part!r}"


def test_every_page_is_in_the_index() -> None:
    index = ROOT / "docs/README.md"
    listed = {(index.parent / link).resolve() for link in _LINK.findall(index.read_text(encoding="utf-8"))}
    assert {page for page in PAGES if ROOT / "docs" in page.parents} - {index} <= listed


def test_decisions_are_numbered_on() -> None:
    numbers = [int(page.name[:4]) for page in sorted((ROOT / "docs/decisions").glob("*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))


def test_the_vector_on_the_page_is_the_one_that_is_tested() -> None:
    vector: dict[str, Any] = json.loads((ROOT / "tests/vectors/protocol_v1.json").read_text(encoding="utf-8"))
    page = (ROOT / "docs/reference/protocol.md").read_text(encoding="utf-8")
    for name in ("head", "commitment", "leaf", "root", "turn", "line"):
        assert vector[name] in page, name
    assert all(frame in page for frame in vector["frames"])


def test_the_readme_shows_the_pictures_that_are_there() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in ("docs/reference/demo.svg", "docs/reference/bench.png"):
        assert (ROOT / name).is_file() == (name in readme), f"README.md should show {name} exactly where it is there"


def test_the_catalogue_entry_is_in_its_form() -> None:
    """publiccode.yml 0.4: mandatory keys, lengths, and the version that is built."""
    entry = yaml.safe_load((ROOT / "publiccode.yml").read_text(encoding="utf-8"))
    needed = {
        *("publiccodeYmlVersion", "name", "url", "platforms", "categories", "developmentStatus", "softwareType"),
        *("description", "legal", "maintenance", "localisation"),
    }
    assert needed <= entry.keys()
    assert (
        entry["softwareVersion"]
        == tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    )
    assert entry["maintenance"]["contacts"][0]["name"]
    for text in entry["description"].values():
        assert len(text["genericName"]) <= 35
        assert len(text["shortDescription"]) <= 150
        assert 150 <= len(text["longDescription"]) <= 10_000
        assert all(len(feature) <= 100 for feature in text["features"])
