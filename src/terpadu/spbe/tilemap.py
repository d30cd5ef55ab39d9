"""The provinces as equal tiles: nobody's area makes its index look larger. Places and short names: `areas/tiles.csv`.

On a phone the same list stands by islands; the ranking is its table.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _
from msgspec import Struct

from terpadu.spbe import regions
from terpadu.spbe.instrument import Instrument
from terpadu.spbe.models import Result

ISLANDS = (
    *(_("Sumatera"), _("Jawa"), _("Bali dan Nusa Tenggara"), _("Kalimantan")),
    *(_("Sulawesi"), _("Maluku"), _("Papua")),
)
"""As `areas/tiles.csv` and the headings on a phone call them, from west to east."""


class Place(NamedTuple):
    """Where the tile of a province stands: column and row count from 1, in the upper left."""

    code: str
    short: str
    island: str
    column: int
    row: int


class Tile(Struct, frozen=True):
    """A province with its result; none: nothing is published. `colour`: the predicate's number from the lowest, 0 for none."""

    place: Place
    name: str
    result: Result | None
    colour: int


@lru_cache(maxsize=1)
def places() -> tuple[Place, ...]:
    """All of them, island by island."""
    with (regions.FOLDER / "tiles.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Place(row["code"], row["short"], row["island"], int(row["column"]), int(row["row"]))
            for row in csv.DictReader(file)
        )


def islands(results: Iterable[Result], rules: Instrument) -> list[tuple[str, list[Tile]]]:
    """The tiles by islands, from west to east."""
    by_code = {one.instansi_id: one for one in results}
    names = [one.name.lower() for one in reversed(rules.predicates)]
    tiles = [
        Tile(place, regions.find(place.code).name, found := by_code.get(place.code), _colour(found, names))
        for place in places()
    ]
    return [(island, list(of_it)) for island, of_it in groupby(tiles, key=lambda tile: tile.place.island)]


def national(results: Iterable[Result], rules: Instrument) -> dict[str, object]:
    """The plain mean of the published indexes, and how many reach the target."""
    indexes = [one.index for one in results]
    target = next(one.least for one in rules.predicates if one.name == rules.target)
    reached = sum(index >= target for index in indexes)
    return {
        "mean": sum(indexes) / len(indexes) if indexes else None,
        "target": target,
        "reached": reached,
        "of": len(indexes),
    }


def _colour(result: Result | None, names: list[str]) -> int:
    """By the word of the decree: what it says is what was published."""
    word = result.predicate.lower() if result else ""
    return names.index(word) + 1 if word in names else 0
