"""Looks that a person is told later: an investigation's case, with its legal basis and an end date (UU 27/2022 article 33).

One line a deferral, appended and never changed; the evidence itself is untouched. After `until` the looks appear by
themselves. How many are deferred is no secret; which, is.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from terpadu.errors import BadInput
from terpadu.journal.looks import Look

FILE = "deferrals.jsonl"
LONGEST = 366 * 86_400_000
"""A deferral ends within a year, in ms; a longer one is made anew, with its reasons."""


class Deferral(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One case whose looks are told from `until` on; `at` and `until` are Unix ms."""

    case: Annotated[str, Meta(min_length=1, max_length=128)]
    basis: Annotated[str, Meta(min_length=1, max_length=256)]
    at: int
    until: int


def defer(folder: Path, deferral: Deferral) -> None:
    """Write a deferral down, durably. Raises `BadInput` where it has no end within a year."""
    if not deferral.at < deferral.until <= deferral.at + LONGEST:
        raise BadInput("Expected a deferral to end after now and within 366 days; a longer one is made anew.")
    with (folder / FILE).open("ab") as file:
        file.write(msgspec.json.encode(deferral) + b"\n")
        file.flush()
        os.fsync(file.fileno())


def deferrals(folder: Path) -> list[Deferral]:
    """All that were ever made, oldest first. Raises `BadInput` for a file that people changed."""
    try:
        lines = (folder / FILE).read_bytes().splitlines()
        return [msgspec.json.decode(line, type=Deferral) for line in lines]
    except FileNotFoundError:
        return []
    except msgspec.DecodeError as error:
        raise BadInput(f"Expected one deferral a line in {folder / FILE}: {error}.") from None


def told(looks: Iterable[Look], made: Iterable[Deferral], now: int) -> tuple[list[Look], int]:
    """What may be told now, and how many looks wait for the end of an investigation."""
    hidden = {one.case for one in made if now < one.until}
    everything = list(looks)
    open_ones = [look for look in everything if look.case not in hidden]
    return open_ones, len(everything) - len(open_ones)
