"""Provinces, kabupaten and kota with the codes of Kemendagri, and what a code was before it changed.

Data: `areas/kemendagri-2025.csv` (Kepmendagri 300.2.2-2138/2025; its licence lies beside it) and `areas/changes.csv`. The six
of Jakarta are administrative: they have no government of their own, so nobody assesses them.
"""

from __future__ import annotations

import csv
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Literal

from msgspec import Struct

from terpadu.errors import BadInput

FOLDER = Path(str(resources.files("terpadu.spbe") / "areas"))
Kind = Literal["provinsi", "kabupaten", "kota"]


class Region(Struct, frozen=True):
    """One area. `parent`: the code of its province; empty for a province itself."""

    code: str
    name: str
    kind: Kind
    parent: str
    administrative: bool


class Change(Struct, frozen=True):
    """A code that became another, from a year on and by a law."""

    old: str
    new: str
    year: int
    law: str


@lru_cache(maxsize=1)
def regions() -> dict[str, Region]:
    """All of them by code, in the order of the codes."""
    with (FOLDER / "kemendagri-2025.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: _region(row["code"], row["name"]) for row in csv.DictReader(file)}


@lru_cache(maxsize=1)
def changes() -> tuple[Change, ...]:
    """Every change of a code that is known here: the provinces of Papua that were formed in 2022."""
    with (FOLDER / "changes.csv").open(encoding="utf-8", newline="") as file:
        return tuple(Change(row["old"], row["new"], int(row["year"]), row["law"]) for row in csv.DictReader(file))


def find(code: str) -> Region:
    """The area of a code, also of one that it had before. Raises `BadInput`."""
    current = next((one.new for one in changes() if one.old == code), code)
    found = regions().get(current)
    if found is None:
        raise BadInput(
            f"Expected the Kemendagri code of a province, kabupaten or kota such as 32 or 32.73, got {code!r}."
        )
    return found


def code_in(region: Region, year: int) -> str:
    """The code that an area had in a year."""
    return next((one.old for one in changes() if one.new == region.code and year < one.year), region.code)


def within(province: str) -> tuple[Region, ...]:
    """The kabupaten and kota of a province, by its code."""
    return tuple(one for one in regions().values() if one.parent == province)


def _region(code: str, name: str) -> Region:
    parent = code[:2] if len(code) > 2 else ""
    kind: Kind = "provinsi" if not parent else "kota" if name.startswith("Kota ") else "kabupaten"
    return Region(code, name, kind, parent, " Administrasi " in name)
