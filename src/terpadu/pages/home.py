"""The first page is put together by the rooms: each registers its block when its app is ready.

    home.register(home.Block("main", 10, "cases/home.html", my_cases))   # in the room's AppConfig.ready()

The function gets the request and gives what its template needs, or None where it has nothing to show this person.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from django.http import HttpRequest

from terpadu.errors import BadInput

PLACES = {
    "often": "words beside the search",
    "main": "first below the search, wide: my cases",
    "side": "beside it, narrow: who looked at my data",
    "below": "full width: life events",
}


class Block(NamedTuple):
    """What a room shows on the first page, and where; smaller `order` stands first."""

    place: str
    order: int
    template: str
    ask: Callable[[HttpRequest], dict[str, Any] | None]


class Shown(NamedTuple):
    """A block with what it says now."""

    template: str
    said: dict[str, Any]


_BLOCKS: list[Block] = []


def register(block: Block) -> None:
    """Add a block; the same one twice counts once. Raises `BadInput` for a place that is not there."""
    if block.place not in PLACES:
        raise BadInput(f"Expected a place out of {', '.join(PLACES)}; got {block.place!r}.")
    if block not in _BLOCKS:
        _BLOCKS.append(block)
        _BLOCKS.sort(key=lambda one: one.order)


def blocks(request: HttpRequest) -> dict[str, list[Shown]]:
    """What all rooms show this person, by place."""
    shown: dict[str, list[Shown]] = {place: [] for place in PLACES}
    for block in _BLOCKS:
        said = block.ask(request)
        if said is not None:
            shown[block.place].append(Shown(block.template, said))
    return shown
