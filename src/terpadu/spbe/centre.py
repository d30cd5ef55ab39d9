"""Ministries and agencies of the centre, as versioned data: `offices/<year>-<month>.toml`, one file for each list.

A new list is a new file. Results of a year keep the names of that year.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from terpadu.errors import BadInput
from terpadu.spbe.written import Standing

FOLDER = Path(str(resources.files("terpadu.spbe") / "offices"))
Kind = Literal["Kementerian", "LPNK", "Lembaga Lain"]


class Office(Struct, frozen=True, forbid_unknown_fields=True):
    """One of them; its id never changes."""

    id: str
    kind: Kind
    name: str


class Offices(Struct, frozen=True, forbid_unknown_fields=True):
    """A list and the day from which it is right."""

    valid_from: dt.date
    standing: Standing
    source: str
    office: tuple[Office, ...]


@lru_cache(maxsize=1)
def lists() -> tuple[Offices, ...]:
    """All lists, the earliest first."""
    found = (_read(path) for path in FOLDER.glob("*.toml"))
    return tuple(sorted(found, key=lambda one: one.valid_from))


def on(day: dt.date) -> Offices:
    """The list of a day. Raises `BadInput` for a day before the first."""
    fitting = [one for one in lists() if one.valid_from <= day]
    if not fitting:
        raise BadInput(f"Expected a day from {lists()[0].valid_from} on, the first list of ministries here; got {day}.")
    return fitting[-1]


def _read(path: Path) -> Offices:
    return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Offices)
