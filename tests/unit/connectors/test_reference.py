"""The page about connector.toml names every key and every function that there is, and none that there is not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from terpadu.connectors import expressions
from terpadu.connectors.errors import NORMAL, STATUS
from terpadu.connectors.loading import KINDS

PAGE = Path("docs/reference/connector-toml.md").read_text(encoding="utf-8")
WORDS = set(re.findall(r"[A-Za-z_]+", PAGE))


def structs(form: Any, seen: set[Any]) -> Iterator[Any]:
    """Every struct that a form consists of."""
    if form in seen:
        return
    if isinstance(form, type) and issubclass(form, msgspec.Struct):
        seen.add(form)
        yield form
        for part in msgspec.structs.fields(form):
            yield from structs(part.type, seen)
    for part in get_args(form):
        yield from structs(part, seen)


@pytest.mark.parametrize("kind", KINDS)
def test_every_key_is_on_the_page(kind: str) -> None:
    for form in structs(import_module(KINDS[kind]).DESCRIPTION, set()):
        for part in msgspec.structs.fields(form):
            assert part.encode_name in WORDS, f"{form.__name__}.{part.encode_name} is not described"


def test_every_function_is_on_the_page_and_nothing_else() -> None:
    there = {name.removeprefix("_func_") for name in vars(expressions._Dialects) if name.startswith("_func_")}
    section = PAGE.partition("## Expressions")[2].partition("## ")[0]
    assert set(re.findall(r"^\| `(\w+)\(", section, re.MULTILINE)) == there


def test_failures_stand_in_the_order_in_which_they_are_tried() -> None:
    section = PAGE.partition("## How a system fails")[2].partition("## ")[0]
    assert tuple(re.findall(r"^\| `(\w+)` \| [a-z]", section, re.MULTILINE)) == NORMAL
    assert {int(number) for number in re.findall(r"\b[1-5]\d\d\b", section)} - {200} == set(STATUS)
